/** What an attempt's answer or error means: pure tables from status and code to an outcome. Nothing is done here. */

/** How an attempt ended. Outcomes are values; delivery throws nothing. */
export type Outcome =
  /** Stored by the service. */
  | { readonly status: 'accepted'; readonly warning?: string }
  /** A fault that passes by itself. `ambiguous`: the service may have stored the events all the same. */
  | {
      readonly status: 'retry'
      readonly cause: string
      readonly ambiguous: boolean
      readonly afterMs?: number
      /** The connection was stale: once more at once, without counting a failure. */
      readonly stale?: boolean
      /** After this many failures in a row the events themselves are the likely cause. */
      readonly suspect?: { readonly after: number; readonly onlyIfOthersPass: boolean }
    }
  /** A fault that somebody must mend. `cause` names it and says how. */
  | { readonly status: 'held'; readonly cause: string }
  /** The body is larger than something on the way allows. */
  | { readonly status: 'too-large'; readonly cause: string; readonly afterMs?: number }
  /** At least one of the events is not valid. */
  | { readonly status: 'rejected'; readonly cause: string }

/** What is known of an answer when its outcome is decided. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly location: string
  /** Text of the answer's error, shortened; empty where there is none. */
  readonly detail: string
  /** The body is an error envelope. */
  readonly isErrorEnvelope: boolean
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined
  /** Size of the request's body. */
  readonly sentBytes: number
}

/** Statuses below this size of body are about headers, not about the body. */
const LARGE_BODY_BYTES = 1_048_576

/** A status nobody documented must not block what stands behind it for ever. */
const UNKNOWN_STATUS = { after: 3, onlyIfOthersPass: false }

/** A server's fault that one batch alone provokes. */
const SERVER_ERROR = { after: 6, onlyIfOthersPass: true }

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'the token is not valid; check that it is complete, active and of this environment',
  403: 'the token may not ingest here; a classic token needs the scope openpipeline.events, a platform token openpipeline:events:ingest (for a custom endpoint openpipeline.events.custom)',
  404: 'no such endpoint; check the host (….live.dynatrace.com) and the name of a custom endpoint',
  405: 'this address takes no POST; check the url',
  407: 'the proxy asks for credentials',
  410: 'this endpoint is gone; check the url',
  415: 'this address takes no JSON; check the url',
  426: 'the server asks for another protocol; check the url',
  431: 'the request headers are too large for the server; check the token',
  501: 'this address takes no POST; check the url',
  505: 'the server takes no HTTP/1.1; check the url',
  511: 'the network asks for a log-in (captive portal)',
}

export function fromAnswer(answer: Answer): Outcome {
  const { status } = answer
  if (status === 202) return { status: 'accepted' }
  if (status >= 200 && status < 300) return fromUnexpectedSuccess(answer)
  if (status >= 300 && status < 400) return fromRedirect(answer)
  if (status === 400 || status === 422) return { status: 'rejected', cause: describe(answer) }
  if (isTooLarge(answer)) return { status: 'too-large', cause: describe(answer), ...after(answer) }
  const remedy = REMEDIES[status]
  if (remedy !== undefined) return { status: 'held', cause: `${describe(answer)}: ${remedy}` }
  return { status: 'retry', cause: describe(answer), ambiguous: status >= 500, ...after(answer), ...suspicion(status) }
}

/** Followed, a POST would become a GET, be answered well and be lost; and the token would go to a foreign host. */
function fromRedirect({ location, status }: Answer): Outcome {
  const cause = `${status}: a redirect${to(location)}, which is never followed; set url to the right host`
  return { status: 'held', cause }
}

function isTooLarge({ sentBytes, status }: Answer): boolean {
  return status === 413 || (status === 431 && sentBytes > LARGE_BODY_BYTES)
}

/** Success is documented as 202 without a body; another 2xx with a page or an error in it comes from something else on the way. */
function fromUnexpectedSuccess(answer: Answer): Outcome {
  if (answer.contentType.includes('html')) {
    return {
      status: 'held',
      cause: `${answer.status} with an HTML page, which the service never sends (proxy or log-in page?); check the url`,
    }
  }
  if (answer.isErrorEnvelope)
    return { status: 'held', cause: `${describe(answer)}: an error inside a success; check the url` }
  return { status: 'accepted', warning: `answered ${answer.status} where the service documents 202` }
}

/** Known to pass by themselves. https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx */
const PASSING = new Set([408, 421, 425, 429])

function suspicion(status: number): { suspect?: { after: number; onlyIfOthersPass: boolean } } {
  if (status === 500) return { suspect: SERVER_ERROR }
  return status >= 500 || PASSING.has(status) ? {} : { suspect: UNKNOWN_STATUS }
}

function after(answer: Answer): { afterMs?: number } {
  return answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs }
}

function describe(answer: Answer): string {
  return answer.detail === '' ? `${answer.status}` : `${answer.status} (${answer.detail})`
}

/** The host only: a path or query of a redirect may hold secrets. */
function to(location: string): string {
  return URL.canParse(location) ? ` to ${new URL(location).host}` : ''
}

/** What is known of a failure without an answer. */
export interface Failure {
  readonly code: string
  readonly message: string
  /** The connection had served a request before. */
  readonly reused: boolean
}

const CERTIFICATE_HINTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate has expired, or this machine's clock is wrong",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet, or this machine's clock is wrong",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name; check the url",
}

const UNTRUSTED = 'the certificate is not signed by an authority this process knows; name yours in NODE_EXTRA_CA_CERTS'

/** Codes of OpenSSL's verification, as Node passes them on. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED_CODES =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|CRL_|INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/

/** Failures before anything was sent: the service cannot have stored the events. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EINVAL',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'EPROTO',
])

const STALE_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

export function fromFailure(failure: Failure): Outcome {
  const { code } = failure
  const hint = CERTIFICATE_HINTS[code] ?? (UNTRUSTED_CODES.test(code) ? UNTRUSTED : undefined)
  if (hint !== undefined) return { status: 'held', cause: `${code}: ${hint}` }
  const cause = failure.message.includes(code) ? failure.message : `${code}: ${failure.message}`
  const ambiguous = !NOT_SENT.has(code) && !code.startsWith('ERR_SSL') && !code.startsWith('ERR_TLS')
  if (failure.reused && STALE_CODES.has(code)) return { status: 'retry', cause, ambiguous, stale: true }
  return { status: 'retry', cause, ambiguous }
}
