/** How an attempt can end, and what an answer means: a pure table from its status to an outcome. */

/** Why events are given up, if they are. */
export interface Verdict {
  readonly cause: string
  /** Status of the answer, where there was one. */
  readonly status?: number
  /** Begin of the answer's body. */
  readonly answer?: string
}

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
      /** Requests come faster than the endpoint admits. */
      readonly isTooEarly?: boolean
      /** It is most likely the connection's fault: once more at once, without counting a failure. */
      readonly stale?: boolean
      /** What to do when the same batch has failed so often in a row. */
      readonly escalation?: Escalation
    }
  /** A fault that somebody must mend. `cause` names it and says how. */
  | {
      readonly status: 'held'
      readonly cause: string
      /** Another token may pass. */
      readonly isAboutToken?: boolean
      /** An uncompressed body may pass. */
      readonly isAboutEncoding?: boolean
    }
  /** The body is larger than something on the way allows. */
  | { readonly status: 'too-large'; readonly verdict: Verdict; readonly afterMs?: number }
  /** At least one of the events is not valid. `isByService`: the service itself says so, and not something on the way to it. */
  | { readonly status: 'rejected'; readonly verdict: Verdict; readonly isByService: boolean }

/** One cause for all of a batch's failures is likelier each time; then retrying alone would go on for ever. */
export interface Escalation {
  readonly afterFailures: number
  /**
   * - `isolate`: look for the events that cause it
   * - `isolate-if-others-pass`: the same, but only if other batches are accepted meanwhile
   * - `split`: something on the way may not bear the size
   * - `hold`: it does not pass by itself
   */
  readonly to: 'isolate' | 'isolate-if-others-pass' | 'split' | 'hold'
  /** What to do about it, said when it is held. */
  readonly remedy?: string
}

/** What is known of an answer when its outcome is decided. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly location: string
  /** Text of the answer's error, shortened; empty where there is none. */
  readonly detail: string
  /** Begin of the answer's body. */
  readonly text: string
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
const UNKNOWN_STATUS: Escalation = { afterFailures: 3, to: 'isolate' }

/** A server's fault that one batch alone provokes. */
const SERVER_ERROR: Escalation = { afterFailures: 6, to: 'isolate-if-others-pass' }

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
  if (status === 400 || status === 422) return fromRefusal(answer)
  if (isTooLarge(answer)) return { status: 'too-large', verdict: verdictOf(answer), ...after(answer) }
  const remedy = REMEDIES[status]
  if (remedy !== undefined) return { status: 'held', cause: `${describe(answer)}: ${remedy}`, ...about(status) }
  return fromPassing(answer)
}

function fromPassing(answer: Answer): Outcome {
  const { status } = answer
  return {
    status: 'retry',
    cause: describe(answer),
    ambiguous: status >= 500,
    ...(status === 429 && { isTooEarly: true }),
    ...(OF_CONNECTION.has(status) && { stale: true }),
    ...after(answer),
    ...escalationOf(status),
  }
}

/** The service puts an error envelope into its refusals; a page, or nothing, comes from something on the way. */
function fromRefusal(answer: Answer): Outcome {
  return { status: 'rejected', verdict: verdictOf(answer), isByService: answer.isErrorEnvelope }
}

function about(status: number): { isAboutToken?: true; isAboutEncoding?: true } {
  if (status === 401 || status === 403) return { isAboutToken: true }
  return status === 415 ? { isAboutEncoding: true } : {}
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

/** Said of a connection that was idle for too long, that is for another host, or that is too fresh. */
const OF_CONNECTION = new Set([408, 421, 425])

/** Known to pass by themselves. https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx */
const PASSING = new Set([408, 421, 425, 429])

function escalationOf(status: number): { escalation?: Escalation } {
  if (status === 500) return { escalation: SERVER_ERROR }
  return status >= 500 || PASSING.has(status) ? {} : { escalation: UNKNOWN_STATUS }
}

function after(answer: Answer): { afterMs?: number } {
  return answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs }
}

/** What is written beside an event that is given up because of this answer. */
function verdictOf(answer: Answer): Verdict {
  return { cause: describe(answer), status: answer.status, ...(answer.text !== '' && { answer: answer.text }) }
}

function describe(answer: Answer): string {
  const detail = answer.detail === '' ? titleOf(answer) : answer.detail
  return detail === '' ? `${answer.status}` : `${answer.status} (${detail})`
}

/** The title of a page is the only part of it that says something. */
function titleOf({ contentType, text }: Answer): string {
  if (!contentType.includes('html')) return ''
  return /<title>\s*([^<]{1,100}?)\s*<\/title>/i.exec(text)?.[1] ?? ''
}

/** The host only: a path or query of a redirect may hold secrets. */
function to(location: string): string {
  return URL.canParse(location) ? ` to ${new URL(location).host}` : ''
}
