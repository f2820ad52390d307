/** Batches that wait through a long outage: before they are sent, events that have become too old to be stored get the time of sending. */
import type { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import { restamp } from './encode/restamp.ts'

/**
 * When a batch is opened, none of its events is older than 23 hours; the service takes 24. So only a batch that has waited this long
 * is looked at, and no event needs to be on its way in.
 */
const LONG_MS = 1_800_000

export class LateBatches {
  readonly #clock: Clock
  /** What the machine's clock is ahead of the other one, which stands still while the machine sleeps. */
  #ahead: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#ahead = clock.wall() - clock.now()
  }

  /** Nothing waits: whatever the clocks did until now concerns no batch. */
  forget(): void {
    this.#ahead = this.#clock.wall() - this.#clock.now()
  }

  /** The batch in the form in which it can be sent now: itself, unless it has waited for long. */
  current(batch: Batch): Batch {
    const now = this.#clock.wall()
    if (now - (batch.openedAt + this.#ahead) < LONG_MS) return batch
    // The other clock, so that this batch is not looked at again with every attempt.
    return batch.changed((event) => restamp(event, now), now - this.#ahead)
  }
}
