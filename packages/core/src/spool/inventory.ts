/** Which of a writer's events are on disk, which in memory only, and which have ended. */
import type { OwnSegment } from './own-segment.ts'
import type { Progress } from './progress.ts'

export class Inventory {
  /** Number of the last event that came. */
  last = 0
  readonly #progress: Progress
  readonly #segments: () => readonly OwnSegment[]

  constructor(progress: Progress, segments: () => readonly OwnSegment[]) {
    this.#progress = progress
    this.#segments = segments
  }

  /** How many events up to a number have not ended and are on disk. */
  unended(upTo = Infinity): number {
    const counts = this.#segments().map(({ first, last }) => this.#progress.unended(first, Math.min(last, upTo)))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** How many have not ended and are in memory only, since the disk failed when they came. */
  get inMemoryOnly(): number {
    return this.#progress.unended(1, this.last) - this.unended()
  }

  /** Whether the event is on disk. */
  has(number: number): boolean {
    return this.#segments().some(({ first, last }) => first <= number && number <= last)
  }

  /** Whether the event has not ended and is in memory only. */
  lacks(number: number): boolean {
    return !this.has(number) && this.#progress.unended(number, number) > 0
  }
}
