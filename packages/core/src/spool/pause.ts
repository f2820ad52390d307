/** For how long a process may have been stopped, by both clocks: one stands still while the machine sleeps, the other may be set. */
import type { Clock } from '../clock.ts'

export class Pause {
  readonly #clock: Clock
  #now: number
  #wall: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#now = clock.now()
    this.#wall = clock.wall()
  }

  get ms(): number {
    return Math.max(this.#clock.now() - this.#now, this.#clock.wall() - this.#wall)
  }

  /** It runs, as can be seen. */
  end(): void {
    this.#now = this.#clock.now()
    this.#wall = this.#clock.wall()
  }
}
