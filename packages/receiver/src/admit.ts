/** Decides what the service would say to a request, and what it would store: checks in order, then event by event. */
import { queryAttributes, withQueryAttributes } from './attributes.ts'
import { authorize } from './authorize.ts'
import { checkContentType, decompress, isRefusal, parseEvents } from './decode.ts'
import type { Arrival, CorrectedEvent, DroppedEvent, ReceivedEvent } from './event.ts'
import type { Settings } from './options.ts'
import type { Body } from './read-body.ts'
import type { Refusal } from './refusal.ts'
import { judgeTimestamp } from './timestamp.ts'

/** A request as far as the decision needs it. */
export interface Submission {
  readonly arrival: Arrival
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly body: Body
}

export interface Admission {
  readonly refusal: Refusal | undefined
  /** Size of the body after decompression, as far as it came. */
  readonly bytes: number
  /** Events in the body, whether admitted or not. */
  readonly carried: number
  readonly stored: readonly ReceivedEvent[]
  readonly dropped: readonly DroppedEvent[]
  readonly corrected: readonly CorrectedEvent[]
}

export function admit(submission: Submission, settings: Settings): Admission {
  const { body, contentEncoding } = submission
  const early = refuseUnread(submission, settings)
  if (early !== undefined || body.kind !== 'whole') return notAdmitted(early, body.wireBytes)
  const plain = decompress(body.bytes, contentEncoding, settings)
  if (isRefusal(plain)) return notAdmitted(plain, body.wireBytes)
  const events = parseEvents(plain)
  if (isRefusal(events)) return notAdmitted(events, plain.length)
  const rejection = rejectionOf(events, settings.rejectEvent)
  if (rejection !== undefined) return { ...notAdmitted(rejection, plain.length), carried: events.length }
  return { refusal: undefined, bytes: plain.length, carried: events.length, ...sort(events, submission) }
}

function refuseUnread(submission: Submission, settings: Settings): Refusal | undefined {
  const { query, authorization, contentType, body } = submission
  const unauthorized = authorize(settings.token, authorization, query.get('api-token'))
  if (unauthorized !== undefined) return unauthorized
  if (body.kind === 'too-large') return { status: 413, message: `Body is larger than ${settings.maxBodyBytes} bytes` }
  return checkContentType(contentType)
}

function rejectionOf(events: readonly ReceivedEvent[], rejectEvent: Settings['rejectEvent']): Refusal | undefined {
  for (const [index, event] of events.entries()) {
    const reason = rejectEvent(event)
    if (reason !== undefined) return { status: 400, message: `Event ${index} is invalid: ${reason}` }
  }
  return undefined
}

type Sorted = Pick<Admission, 'stored' | 'dropped' | 'corrected'>

function sort(events: readonly ReceivedEvent[], { arrival, query }: Submission): Sorted {
  const parameters = queryAttributes(query)
  const stored: ReceivedEvent[] = []
  const dropped: DroppedEvent[] = []
  const corrected: CorrectedEvent[] = []
  for (const body of events) {
    const sent = withQueryAttributes(body, parameters)
    const verdict = judgeTimestamp(sent.timestamp, arrival.at)
    if (verdict.kind === 'dropped') {
      dropped.push({ ...arrival, event: sent, reason: verdict.reason })
      continue
    }
    const event = verdict.kind === 'kept' ? sent : { ...sent, timestamp: verdict.timestamp }
    stored.push(event)
    if (verdict.kind === 'corrected')
      corrected.push({ ...arrival, event, sent: sent.timestamp, reason: verdict.reason })
  }
  return { stored, dropped, corrected }
}

/** A request refused before its events were read. */
export function notAdmitted(refusal: Refusal | undefined, bytes: number): Admission {
  return { refusal, bytes, carried: 0, stored: [], dropped: [], corrected: [] }
}
