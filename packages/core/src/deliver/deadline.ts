/** Bounds of a wait: a signal that fires after a time or with another signal, and a promise that gives way to a signal. */
import type { Clock } from '../clock.ts'

export interface Deadline {
  readonly signal: AbortSignal
  /** The time is over; the outer signal alone does not count. */
  isOver(): boolean
  cancel(): void
}

/** One signal that fires when `ms` are over, or when the outer signal fires. */
export function deadline(ms: number, outer: AbortSignal, clock: Clock): Deadline {
  const controller = new AbortController()
  let isOver = false
  const abort = (): void => controller.abort()
  const cancelTimer = clock.after(ms, () => {
    isOver = true
    abort()
  })
  if (outer.aborted) abort()
  outer.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    isOver: () => isOver,
    cancel() {
      cancelTimer()
      outer.removeEventListener('abort', abort)
    },
  }
}

/** What the promise gives, or `instead` as soon as the signal fires. The promise must not reject. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  instead: () => Value,
): Promise<Value> {
  if (signal.aborted) return instead()
  let onAbort = (): void => undefined
  const aborted = new Promise<Value>((resolve) => {
    onAbort = () => resolve(instead())
    signal.addEventListener('abort', onAbort, { once: true })
  })
  const value = await Promise.race([promise, aborted])
  signal.removeEventListener('abort', onAbort)
  return value
}
