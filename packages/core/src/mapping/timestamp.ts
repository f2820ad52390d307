/** A record's time, in whatever unit and form a logger writes it, as the `timestamp` the service reads. */

/** Below: seconds. https://docs.dynatrace.com/docs/shortlink/openpipeline-limits */
const MAX_SECONDS = 1e11
const MAX_MILLISECONDS = 1e14
const MAX_MICROSECONDS = 1e17

/** RFC 3339 with an offset; the fraction is the third group. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/

const DIGITS = /^\d{9,19}$/

/**
 * Epoch milliseconds, or an RFC 3339 string where it is finer than that; undefined for anything that is not a time.
 * Numbers may be seconds, milliseconds, microseconds or nanoseconds: the service would replace the last by the time of arrival.
 */
export function toTimestamp(time: unknown): number | string | undefined {
  if (typeof time === 'number') return fromNumber(time)
  if (typeof time === 'string') return fromText(time)
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.getTime()
  return undefined
}

function fromNumber(time: number): number | undefined {
  if (!(time > 0) || !Number.isFinite(time)) return undefined
  if (time <= MAX_SECONDS) return Math.round(time * 1000)
  if (time <= MAX_MILLISECONDS) return Math.floor(time)
  return Math.floor(time <= MAX_MICROSECONDS ? time / 1e3 : time / 1e6)
}

function fromText(time: string): number | string | undefined {
  const match = RFC_3339.exec(time)
  if (match !== null) {
    const ms = Date.parse(time)
    if (Number.isNaN(ms)) return undefined
    return (match[2]?.length ?? 0) > 3 ? time : ms
  }
  return DIGITS.test(time) ? fromNumber(Number(time)) : undefined
}
