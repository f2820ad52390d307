/** How long to wait after a failure. Pure. */

/** No wait is shorter, so that chance cannot make a storm. */
const FLOOR_MS = 100

/**
 * Full jitter: drawn evenly below a bound that doubles with each failure.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(
  failures: number,
  bounds: { minDelayMs: number; maxDelayMs: number },
  random: number,
): number {
  const bound = Math.min(bounds.maxDelayMs, bounds.minDelayMs * 2 ** Math.min(failures - 1, 30))
  return Math.max(Math.min(FLOOR_MS, bound), random * bound)
}

const FIRST_PROBE_MS = 1000
const LONGEST_PROBE_MS = 60_000
const LONG_HOLD_MS = 3_600_000
const LONG_HOLD_PROBE_MS = 300_000

/** Between two probes while held: 1 s, doubling to 60 s, and 5 min once it has lasted an hour. */
export function probeMs(probes: number, heldForMs: number): number {
  if (heldForMs >= LONG_HOLD_MS) return LONG_HOLD_PROBE_MS
  return Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(probes - 1, 30))
}
