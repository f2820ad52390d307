/** A record's time, in whatever unit and form a logger writes it, as the `timestamp` the service reads and accepts. */
import type { GenericEvent } from '../event.ts'
import { MAX_EVENT_AGE_MS, MAX_EVENT_AHEAD_MS } from '../limits.ts'

/** A smaller number (1973 in seconds) is a duration or a count. */
const MIN_SECONDS = 1e8

/** Below: seconds, milliseconds, microseconds. https://docs.dynatrace.com/docs/shortlink/openpipeline-limits */
const MAX_SECONDS = 1e11
const MAX_MILLISECONDS = 1e14
const MAX_MICROSECONDS = 1e17
const MAX_NANOSECONDS = 1e20

/** RFC 3339 with an offset; the fraction is the second group. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/

/** Longer text is no time; it is not even looked at. */
const MAX_LENGTH = 64

const DIGITS = /^\d{9,19}$/

/**
 * Sets the event's `timestamp`, which is the time of arrival so far, to the record's time. A time that the service would not
 * take becomes `observed_timestamp` of an event that keeps the time of arrival and is marked `openpipeline.late`.
 * @returns whether `time` is a time
 */
export function setTimestamp(event: GenericEvent, time: unknown): boolean {
  const timestamp = toTimestamp(time)
  if (timestamp === undefined) return false
  if (typeof event.timestamp !== 'number' || isAccepted(timestamp, event.timestamp)) {
    event.timestamp = timestamp
  } else {
    event['observed_timestamp'] = timestamp
    event['openpipeline.late'] = true
  }
  return true
}

function isAccepted(timestamp: number | string, now: number): boolean {
  return isTimestampInWindow(typeof timestamp === 'number' ? timestamp : Date.parse(timestamp), now)
}

/** Whether the service takes an event of this time, both in epoch milliseconds. */
export function isTimestampInWindow(timestamp: number, now: number): boolean {
  const age = now - timestamp
  return age <= MAX_EVENT_AGE_MS && age >= -MAX_EVENT_AHEAD_MS
}

/**
 * Epoch milliseconds, or an RFC 3339 string where it is finer than that; undefined for anything that is not a time.
 * Numbers may be seconds, milliseconds, microseconds or nanoseconds: the service would replace the last by the time of arrival.
 */
export function toTimestamp(time: unknown): number | string | undefined {
  if (typeof time === 'number') return fromNumber(time)
  if (typeof time === 'string') return time.length <= MAX_LENGTH ? fromText(time) : undefined
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.getTime()
  return undefined
}

function fromNumber(time: number): number | undefined {
  if (!(time >= MIN_SECONDS && time <= MAX_NANOSECONDS)) return undefined
  if (time <= MAX_SECONDS) return Math.round(time * 1000)
  if (time <= MAX_MILLISECONDS) return Math.floor(time)
  return Math.floor(time <= MAX_MICROSECONDS ? time / 1e3 : time / 1e6)
}

function fromText(time: string): number | string | undefined {
  const ms = fromIsoText(time)
  return ms === -1 ? fromOtherText(time) : ms
}

const ISO_TEXT = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:\d{2}\.\d{3}Z$/

/** `2026-11-24T12:30:` and its time: every record of a minute begins so, and needs no parsing but of its seconds. */
let minute = '-'
let minuteMs = 0

/** The text that `toISOString` gives; -1 for any other. */
function fromIsoText(time: string): number {
  if (!time.startsWith(minute)) {
    if (!ISO_TEXT.test(time)) return -1
    const ms = Date.parse(`${time.slice(0, 17)}00.000Z`)
    if (Number.isNaN(ms)) return -1
    minute = time.slice(0, 17)
    minuteMs = ms
  }
  const seconds = digitAt(time, 17) * 10 + digitAt(time, 18)
  const ms = digitAt(time, 20) * 100 + digitAt(time, 21) * 10 + digitAt(time, 22)
  const isIso = time.length === 24 && seconds < 60 && ms >= 0 && time.charAt(19) === '.' && time.charAt(23) === 'Z'
  return isIso ? minuteMs + seconds * 1000 + ms : -1
}

/** NaN, which spoils every sum, where there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30
  return digit >= 0 && digit <= 9 ? digit : Number.NaN
}

function fromOtherText(time: string): number | string | undefined {
  const match = RFC_3339.exec(time)
  if (match !== null) {
    const ms = Date.parse(time)
    if (Number.isNaN(ms)) return undefined
    return (match[2]?.length ?? 0) > 3 ? `${time.slice(0, 10)}T${time.slice(11)}` : ms
  }
  return DIGITS.test(time) ? fromNumber(Number(time)) : undefined
}
