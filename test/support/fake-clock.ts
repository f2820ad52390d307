/** A clock that only moves when a test says so: timers fire in order, with every promise in between settled. */
import type { Cancel, Clock } from '../../packages/core/src/clock.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

export class FakeClock implements Clock {
  #now = 0
  readonly #wallAtStart: number
  readonly #timers = new Set<Timer>()

  constructor(wallAtStart = Date.UTC(2026, 0, 1)) {
    this.#wallAtStart = wallAtStart
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#wallAtStart + this.#now
  }

  after(ms: number, run: () => void): Cancel {
    const timer = { at: this.#now + Math.max(0, ms), run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  soon(run: () => void): void {
    this.after(0, run)
  }

  /** Moves on by `ms`, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer)
      this.#now = Math.max(this.#now, timer.at)
      timer.run()
      await settled()
    }
    this.#now = end
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer
    return next
  }
}

/** Lets everything that waits on promises alone come to rest. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
