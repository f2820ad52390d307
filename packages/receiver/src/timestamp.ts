/** The service's rules for `timestamp`: how it is read, and what happens outside the window. */
import { LARGEST_MILLISECONDS, LARGEST_SECONDS, FIRST_TOO_LARGE, MAX_AGE_MS, MAX_AHEAD_MS } from './limits.ts'

export type TimestampVerdict =
  | { readonly kind: 'kept' }
  | { readonly kind: 'stamped'; readonly timestamp: number }
  | { readonly kind: 'corrected'; readonly timestamp: number; readonly reason: string }
  | { readonly kind: 'dropped'; readonly reason: string }

/** What the service would do with an event that carries this timestamp. */
export function judgeTimestamp(value: unknown, nowMs: number): TimestampVerdict {
  if (value === undefined || value === null) return { kind: 'stamped', timestamp: nowMs }
  const epochMs = toEpochMs(value, nowMs)
  if (epochMs === undefined) {
    return {
      kind: 'corrected',
      timestamp: nowMs,
      reason: 'the timestamp is not understood, ingest time is taken instead',
    }
  }
  if (epochMs < nowMs - MAX_AGE_MS) {
    return {
      kind: 'dropped',
      reason: `the timestamp is ${hours(nowMs - epochMs)} h old, the service drops what is older than 24 h`,
    }
  }
  if (epochMs > nowMs + MAX_AHEAD_MS) {
    return {
      kind: 'corrected',
      timestamp: nowMs + MAX_AHEAD_MS,
      reason: 'the timestamp is more than 10 min ahead and is set back to that',
    }
  }
  return { kind: 'kept' }
}

/** Epoch milliseconds, or undefined where the service does not understand the value. */
export function toEpochMs(value: unknown, nowMs: number): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string') return undefined
  return fromEpochText(value) ?? fromRfc3339(value) ?? fromRfc3164(value, nowMs)
}

function fromNumber(value: number): number | undefined {
  if (value <= LARGEST_SECONDS) return value * 1000
  if (value <= LARGEST_MILLISECONDS) return value
  return value < FIRST_TOO_LARGE ? value / 1000 : undefined
}

function fromEpochText(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  const value = Number(text)
  // As text only seconds and milliseconds are documented.
  return value <= LARGEST_MILLISECONDS ? fromNumber(value) : undefined
}

function fromRfc3339(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text)) return undefined
  return orUndefined(Date.parse(text.replace(' ', 'T').toUpperCase()))
}

/** `Nov 24 12:03:44`: no year and no zone, so the newest such UTC time that is not in the future by more than a day. */
function fromRfc3164(text: string, nowMs: number): number | undefined {
  if (!/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d$/.test(text)) return undefined
  const year = new Date(nowMs).getUTCFullYear()
  const thisYear = orUndefined(Date.parse(`${year} ${text} UTC`))
  if (thisYear === undefined || thisYear <= nowMs + MAX_AGE_MS) return thisYear
  return orUndefined(Date.parse(`${year - 1} ${text} UTC`))
}

function orUndefined(epochMs: number): number | undefined {
  return Number.isNaN(epochMs) ? undefined : epochMs
}

function hours(durationMs: number): string {
  return (durationMs / 3_600_000).toFixed(1)
}
