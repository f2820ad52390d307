/** How long a server asks to wait: strictly read, so that nonsense counts as silence. */

/** IMF-fixdate, the only form of HTTP-date a sender may generate. https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats */
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/

const SECONDS = /^\d{1,10}$/

/**
 * The wait in milliseconds that a `Retry-After` names, at most `maxMs`; undefined where it names none, or one that is over.
 * A date is compared with the server's own `Date`, because this machine's clock may differ from the server's.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(retryAfter: string, date: string, wallMs: number, maxMs: number): number | undefined {
  const value = firstOfList(retryAfter)
  if (SECONDS.test(value)) return positive(Number(value) * 1000, maxMs)
  if (!HTTP_DATE.test(value)) return undefined
  const now = HTTP_DATE.test(date) ? Date.parse(date) : wallMs
  return positive(Date.parse(value) - now, maxMs)
}

/** The same as a number of seconds, from the error envelope's `retryAfterSeconds`. */
export function retryAfterSecondsMs(seconds: unknown, maxMs: number): number | undefined {
  return typeof seconds === 'number' ? positive(seconds * 1000, maxMs) : undefined
}

function positive(ms: number, maxMs: number): number | undefined {
  return ms > 0 && !Number.isNaN(ms) ? Math.min(ms, maxMs) : undefined
}

/** Two servers on the way may each have added one; a date has a comma of its own. */
function firstOfList(value: string): string {
  const trimmed = value.trim()
  return /^\d/.test(trimmed) ? (trimmed.split(',')[0] ?? '').trim() : trimmed
}
