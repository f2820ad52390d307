/** What a failure without an answer means: a pure table from its code to an outcome. */
import type { Escalation, Outcome } from './outcome.ts'

/** What is known of a failure without an answer. */
export interface Failure {
  readonly code: string
  readonly message: string
  /** The connection had served a request before. */
  readonly reused: boolean
  /** Origin of the proxy, where there is one. */
  readonly proxy: string | undefined
  /** Size of the request's body. */
  readonly sentBytes: number
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

/** A connection that broke, whichever side it was. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** Plain HTTP on the port, or another protocol altogether. */
const WRONG_PROTOCOL = /^(EPROTO$|ERR_SSL_|ERR_TLS_)/

/** Heads that Node's parser refuses. https://nodejs.org/api/errors.html */
const NOT_HTTP = /^(HPE_|UND_ERR_HEADERS_OVERFLOW$)/

/** Below this a body is not what a connection breaks at. */
const LARGE_BODY_BYTES = 65_536

export function fromFailure(failure: Failure): Outcome {
  const { code } = failure
  const hint = CERTIFICATE_HINTS[code] ?? (UNTRUSTED_CODES.test(code) ? UNTRUSTED : undefined)
  if (hint !== undefined) return { status: 'held', cause: `${code}: ${hint}` }
  const refusal = refusalOfProxy(failure)
  if (refusal !== undefined) return refusal
  const cause = describe(failure)
  const ambiguous = !NOT_SENT.has(code) && !WRONG_PROTOCOL.test(code)
  if (failure.reused && BROKEN.has(code)) return { status: 'retry', cause, ambiguous, stale: true }
  return { status: 'retry', cause, ambiguous, ...escalationOf(failure) }
}

/** undici tells a proxy's refusal of CONNECT in its message only. */
function refusalOfProxy({ message, proxy }: Failure): Outcome | undefined {
  const status = Number(/^Proxy response \((\d+)\)/.exec(message)?.[1])
  if (Number.isNaN(status)) return undefined
  const cause = `the proxy ${proxy ?? ''} answered ${status}`
  if (status === 407)
    return { status: 'held', cause: `${cause}: it asks for credentials; put them into the URL of the option proxy` }
  if (status >= 500 || status === 429) return { status: 'retry', cause, ambiguous: false }
  return { status: 'held', cause: `${cause}: it does not let this connection pass` }
}

function escalationOf({ code, sentBytes }: Failure): { escalation?: Escalation } {
  if (WRONG_PROTOCOL.test(code)) return { escalation: { afterFailures: 5, to: 'hold' } }
  if (NOT_HTTP.test(code)) return { escalation: { afterFailures: 10, to: 'hold' } }
  const mayBeSize = sentBytes > LARGE_BODY_BYTES && (BROKEN.has(code) || code === 'ETIMEDOUT')
  return mayBeSize ? { escalation: { afterFailures: 3, to: 'split' } } : {}
}

function describe({ code, message, proxy }: Failure): string {
  const text = message.includes(code) ? message : `${code}: ${message}`
  return proxy !== undefined && NOT_SENT.has(code) ? `${text} (by the proxy ${proxy})` : text
}
