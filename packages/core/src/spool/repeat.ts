/** A timer that is set again each time it fires. */
import type { Cancel, Clock } from '../clock.ts'

export function repeat(clock: Clock, ms: number, run: () => void): Cancel {
  let cancel: Cancel
  const set = (): void => {
    cancel = clock.after(ms, () => {
      set()
      run()
    })
  }
  set()
  return () => cancel()
}
