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
export function timestampOf(encoded: Encoded): number {
  return find(encoded)?.ms ?? Infinity
}

/** A time, and where its value stands. */
interface Found {
  readonly ms: number
  readonly from: number
  readonly to: number
}

function find({ bytes, end, start }: Encoded): Found | undefined {
  const at = bytes.indexOf(MEMBER, start)
  if (at < 0 || at >= end) return undefined
  const from = at + MEMBER.length
  const match = VALUE.exec(bytes.toString('latin1', from, Math.min(end, from + MAX_VALUE_LENGTH)))
  if (match === null) return undefined
  const [whole, number, text] = match
  return { ms: epochMs(number === undefined ? text : Number(number)), from, to: from + whole.length - 1 }
}

/** The event's text with `timestamp` = now, the original in `observed_timestamp` and `openpipeline.late`; undefined for one that is young enough. */
export function restamp(encoded: Encoded, wallMs: number): string | undefined {
  const found = find(encoded)
  if (found === undefined || !isLate(found.ms, wallMs)) return undefined
  return spliced(encoded, found, wallMs) ?? encodedAnew(encoded, wallMs)
}

/** Text in front of the time of an event, up to its value, where no object begins before it and the name is not the end of a longer one. */
const UP_TO_VALUE = /^\{(?:|[^{]*,)"timestamp":$/

/** What it would have twice otherwise, or already. */
const ADDED = /"(?:timestamp|observed_timestamp|openpipeline\.late)":/

/**
 * Without parsing, for thousands may be due in one turn of the event loop. Quotes within strings are escaped, so what looks like a
 * member is one.
 */
function spliced({ bytes, end, start }: Encoded, { from, to }: Found, wallMs: number): string | undefined {
  const before = bytes.toString('utf8', start, from)
  const after = bytes.toString('utf8', to, end)
  if (
    !UP_TO_VALUE.test(before) ||
    !after.endsWith('}') ||
    ADDED.test(before.slice(0, -MEMBER.length)) ||
    ADDED.test(after)
  )
    return undefined
  const original = bytes.toString('latin1', from, to)
  return `${before}${wallMs}${after.slice(0, -1)},"observed_timestamp":${original},"openpipeline.late":true}`
}

function encodedAnew({ bytes, end, start }: Encoded, wallMs: number): string | undefined {
  const event: unknown = JSON.parse(bytes.toString('utf8', start, end))
  // What was found may stand in a nested object; only the event's own time counts.
  if (!isRecord(event) || !isLate(epochMs(event['timestamp']), wallMs)) return undefined
  const observed = event['observed_timestamp'] ?? event['timestamp']
  return JSON.stringify({ ...event, timestamp: wallMs, observed_timestamp: observed, 'openpipeline.late': true })
}
