/** Records that are written together: one call of the file system for all that came in one chunk. */
import type { EncodedEvent } from '../event.ts'
import { FrameEncoder } from './frame.ts'
import type { Run } from './own-segment.ts'

/** What is gathered dies with the process, and less often than this a call costs next to nothing. */
const ENOUGH_BYTES = 65_536

export class Gathered {
  readonly #encoder = new FrameEncoder()
  #first = 0
  #count = 0

  /** Of the frames. */
  get bytes(): number {
    return this.#encoder.length
  }

  /** It is time to write. */
  get isEnough(): boolean {
    return this.#encoder.length >= ENOUGH_BYTES
  }

  /** Whether a record with this number may be added. */
  isFollowedBy(number: number): boolean {
    return this.#count === 0 || this.#first + this.#count === number
  }

  add(number: number, event: string | EncodedEvent): void {
    if (this.#count === 0) this.#first = number
    this.#count++
    this.#encoder.add(number, event)
  }

  /** All of them, valid until more are added; undefined where there are none. */
  take(): Run | undefined {
    if (this.#count === 0) return undefined
    const run = { first: this.#first, last: this.#first + this.#count - 1, frames: this.#encoder.take() }
    this.#count = 0
    return run
  }
}
