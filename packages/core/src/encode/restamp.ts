/** Events that are too old to be stored: the service drops them behind a 202, so they are sent as of now and keep their time beside. */
import { MAX_EVENT_AGE_MS } from '../limits.ts'
import { isRecord } from '../options/reader.ts'

/** One encoded event, wherever its bytes stand. */
interface Encoded {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

const MEMBER = Buffer.from('"timestamp":')

/** A time is no longer. */
const MAX_VALUE_LENGTH = 48

const VALUE = /^(?:(\d{1,16})(?:\.\d{1,9})?|"([^"\\]{10,40})")[,}]/

/** Numbers up to these are seconds, milliseconds, microseconds. https://docs.dynatrace.com/docs/shortlink/openpipeline-limits */
const MAX_SECONDS = 1e11
const MAX_MILLISECONDS = 1e14
const MAX_MICROSECONDS = 1e16

/** A `timestamp` in epoch milliseconds, as the service reads it; Infinity for one that it would replace by the time of arrival. */
export function epochMs(timestamp: unknown): number {
  if (typeof timestamp === 'number') return msOfNumber(timestamp)
  if (typeof timestamp !== 'string') return Infinity
  const ms = /^\d{9,16}$/.test(timestamp) ? msOfNumber(Number(timestamp)) : Date.parse(timestamp)
  return Number.isNaN(ms) ? Infinity : ms
}

function msOfNumber(timestamp: number): number {
  if (timestamp > MAX_SECONDS && timestamp <= MAX_MILLISECONDS) return timestamp
  if (!(timestamp < MAX_MICROSECONDS)) return Infinity
  return timestamp <= MAX_SECONDS ? timestamp * 1000 : timestamp / 1000
}

/** Would not be stored, or soon not any more. */
export function isLate(timestampMs: number, wallMs: number): boolean {
  return wallMs - timestampMs > MAX_EVENT_AGE_MS
}

/** When the event was, by its own `timestamp`; Infinity where it has none. Looks at the first member of that name without parsing the event. */
export function timestampOf({ bytes, end, start }: Encoded): number {
  const at = bytes.indexOf(MEMBER, start)
  if (at < 0 || at >= end) return Infinity
  const from = at + MEMBER.length
  const [, number, text] = VALUE.exec(bytes.toString('latin1', from, Math.min(end, from + MAX_VALUE_LENGTH))) ?? []
  return epochMs(number === undefined ? text : Number(number))
}

/** The event's text with `timestamp` = now, the original in `observed_timestamp` and `openpipeline.late`; undefined for one that is young enough. */
export function restamp(encoded: Encoded, wallMs: number): string | undefined {
  if (!isLate(timestampOf(encoded), wallMs)) return undefined
  const event: unknown = JSON.parse(encoded.bytes.toString('utf8', encoded.start, encoded.end))
  // What was found may stand in a nested object; only the event's own time counts.
  if (!isRecord(event) || !isLate(epochMs(event['timestamp']), wallMs)) return undefined
  const observed = event['observed_timestamp'] ?? event['timestamp']
  return JSON.stringify({ ...event, timestamp: wallMs, observed_timestamp: observed, 'openpipeline.late': true })
}
