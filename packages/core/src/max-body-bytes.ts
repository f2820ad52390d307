/** The learned size of a body: falls when something on the way refuses one, and climbs slowly back to the option. */

const RISE = 1.05
const SUCCESSES_PER_RISE = 20

/** A refusal below this is not about size. */
const FLOOR_BYTES = 1000

export class MaxBodyBytes {
  readonly #configured: number
  readonly #apply: (bytes: number) => void
  #learned: number
  #successes = 0

  constructor(configured: number, apply: (bytes: number) => void) {
    this.#configured = configured
    this.#learned = configured
    this.#apply = apply
  }

  /** A body was refused as too large; its larger half, of `bytes`, is the next try. */
  refused(bytes: number): void {
    this.#successes = 0
    this.#set(Math.min(this.#learned, Math.max(FLOOR_BYTES, bytes)))
  }

  /** Five per cent more for every twenty accepted. */
  accepted(): void {
    if (this.#learned === this.#configured || ++this.#successes < SUCCESSES_PER_RISE) return
    this.#successes = 0
    this.#set(Math.min(this.#configured, Math.ceil(this.#learned * RISE)))
  }

  #set(bytes: number): void {
    this.#learned = bytes
    this.#apply(bytes)
  }
}
