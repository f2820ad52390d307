/** What a failure without an answer means: a pure table from its code to an outcome. */
import { printable } from '../diagnostics.ts'
import type { Escalation, Outcome } from './outcome.ts'
import { firstErrorOf, neverStood, wasUsedBefore } from './reuse.ts'
import { errors } from './undici.ts'

/** What is known of a failure without an answer. */
export interface Failure {
  readonly code: string
  readonly message: string
  /** The connection had served a request before. */
  readonly reused: boolean
  /** The connection broke before it stood. */
  readonly isUnconnected: boolean
  /** Origin of the proxy, where there is one. */
  readonly proxy: string | undefined
  /** Size of the request's body. */
  readonly sentBytes: number
}

const CERTIFICATE_HINTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server's certificate has expired, or this machine's clock is wrong",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet, or this machine's clock is wrong",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name; check the url, or set tls.servername",
  UND_ERR_PRX_TLS: "the proxy's certificate is for another name; check the option proxy",
}

const UNTRUSTED =
  'the certificate is not signed by an authority this process knows; name yours in the option tls.ca or in NODE_EXTRA_CA_CERTS'

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

/** The server breaks the handshake off, most often because it is shown no certificate, or not the right one. */
const REFUSED_HANDSHAKE = /^ERR_SSL_.*_ALERT_/

/** Heads that Node's parser refuses. https://nodejs.org/api/errors.html */
const NOT_HTTP = /^(HPE_|UND_ERR_HEADERS_OVERFLOW$)/

/** Below this a body is not what a connection breaks at. */
const LARGE_BODY_BYTES = 65_536

const SIZE: Escalation = { afterFailures: 3, to: 'split' }

/** An event in it may be what breaks the server. Late, since an outage looks the same as long as nothing else is tried. */
const CONTENT: Escalation = { afterFailures: 10, to: 'isolate-if-others-pass' }

/** What can be known of an error that an attempt ended with; `timeoutMs` where its time was over. */
export function failureOf(error: unknown, timeoutMs?: number): Omit<Failure, 'proxy' | 'sentBytes'> {
  if (timeoutMs !== undefined)
    return { code: 'ETIMEDOUT', message: `no answer within ${timeoutMs} ms`, reused: false, isUnconnected: false }
  const first = firstErrorOf(error)
  const code = first instanceof Error && 'code' in first ? first.code : undefined
  const message = first instanceof Error ? first.message : String(first)
  return {
    code: typeof code === 'string' ? code : first instanceof errors.HTTPParserError ? 'HPE_INVALID' : 'UNKNOWN',
    message: message === '' ? 'the connection failed' : printable(message),
    reused: wasUsedBefore(error),
    isUnconnected: neverStood(error),
  }
}

export function fromFailure(failure: Failure): Extract<Outcome, { readonly status: 'held' | 'retry' }> {
  const { code } = failure
  const hint = CERTIFICATE_HINTS[code] ?? (UNTRUSTED_CODES.test(code) ? UNTRUSTED : undefined)
  if (hint !== undefined) return { status: 'held', cause: `${code}: ${hint}` }
  const refusal = refusalOfProxy(failure)
  if (refusal !== undefined) return refusal
  const cause = describe(failure)
  const ambiguous = !failure.isUnconnected && !NOT_SENT.has(code) && !WRONG_PROTOCOL.test(code)
  // Stale or not: what breaks one connection after another is counted.
  const isStale = failure.reused && BROKEN.has(code)
  return { status: 'retry', cause, ambiguous, ...(isStale && { stale: true }), ...escalationOf(failure) }
}

/** undici tells a proxy's refusal in its message only: of CONNECT by any status, of a request to be forwarded by 407. */
function refusalOfProxy({ message, proxy }: Failure): ReturnType<typeof fromFailure> | undefined {
  const status = Number(/^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(message)?.[1])
  if (Number.isNaN(status)) return undefined
  const cause = `the proxy ${proxy ?? ''} answered ${status}`
  if (status === 407)
    return { status: 'held', cause: `${cause}: it asks for credentials; put them into the URL of the option proxy` }
  if (status >= 500 || status === 429) return { status: 'retry', cause, ambiguous: false }
  return { status: 'held', cause: `${cause}: it does not let this connection pass` }
}

const HANDSHAKE_REMEDY =
  'the server refuses the TLS handshake; it may want a client certificate (options tls.cert and tls.key)'

const PROTOCOL_REMEDY = 'the server does not speak TLS at this port; check the url'

const CONNECTING_REMEDY =
  'the connection breaks off before it stands; check the url, and what is on the way to it (firewall, proxy)'

function escalationOf({ code, isUnconnected, proxy, sentBytes }: Failure): { escalation?: Escalation } {
  if (REFUSED_HANDSHAKE.test(code)) return { escalation: { afterFailures: 5, to: 'hold', remedy: HANDSHAKE_REMEDY } }
  if (WRONG_PROTOCOL.test(code)) return { escalation: { afterFailures: 5, to: 'hold', remedy: PROTOCOL_REMEDY } }
  if (NOT_HTTP.test(code)) return { escalation: { afterFailures: 10, to: 'hold' } }
  if (!BROKEN.has(code) && code !== 'ETIMEDOUT') return {}
  if (isUnconnected && proxy !== undefined) return {} // a proxy that is just being started again
  if (isUnconnected) return { escalation: { afterFailures: 5, to: 'hold', remedy: CONNECTING_REMEDY } }
  return { escalation: sentBytes > LARGE_BODY_BYTES ? SIZE : CONTENT }
}

function describe({ code, message, proxy }: Failure): string {
  const text = message.includes(code) ? message : `${code}: ${message}`
  return proxy !== undefined && NOT_SENT.has(code) ? `${text} (by the proxy ${proxy})` : text
}
