/** Time and chance as values that are passed in, so that hours of backoff can be tested in milliseconds. */

/** A timer that was set; calling it again after it fired does nothing. */
export type Cancel = () => void

export interface Clock {
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  now(): number
  /** Milliseconds since the epoch, as the machine's clock has it. */
  wall(): number
  /** Calls `run` once after `ms`. The timer keeps the process alive only when `keepAlive` is set. */
  after(ms: number, run: () => void, keepAlive?: boolean): Cancel
  /** Calls `run` in the next turn of the event loop. */
  soon(run: () => void): void
}

/** setTimeout turns a longer delay into 1 ms. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2_147_483_647

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run, keepAlive = false) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMER_MS))
    if (!keepAlive) timer.unref()
    return () => clearTimeout(timer)
  },
  soon: (run) => {
    setImmediate(run)
  },
}
