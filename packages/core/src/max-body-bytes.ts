/** The learned size of a body: falls when something on the way refuses one, and climbs slowly back to the option. */

const RISE = 1.05

/** Bodies of this size that must pass before a larger one is tried; after each try that was refused, twice as many. */
const PASSES_PER_RISE = 20
const MOST_PASSES_PER_RISE = 5000

/** A refusal below this is not about size. */
const FLOOR_BYTES = 1000

export class MaxBodyBytes {
  readonly #configured: number
  readonly #apply: (bytes: number) => void
  #learned: number
  /** The largest body that passed, and the smallest that was refused, since one was refused for the first time. */
  #passed = 0
  #refused = Infinity
  #passes = 0
  #passesPerRise = PASSES_PER_RISE
  /** The last size is a try to get further up. */
  #isRise = false
  /** The largest body that passed since one broke its connection again and again. */
  #passedSinceBroken = 0

  constructor(configured: number, apply: (bytes: number) => void) {
    this.#configured = configured
    this.#apply = apply
    this.#learned = configured
  }

  /** A body was refused as too large; its larger half, of `halfBytes`, is the next try where nothing larger is known to pass. */
  refused(bytes: number, halfBytes: number): void {
    if (this.#passed >= bytes) this.#passed = 0 // the limit has fallen
    this.#refused = Math.min(this.#refused, bytes)
    if (this.#isRise) this.#passesPerRise = Math.min(MOST_PASSES_PER_RISE, this.#passesPerRise * 2)
    this.#isRise = false
    this.#passes = 0
    this.#set(Math.min(this.#learned, Math.max(FLOOR_BYTES, halfBytes, this.#passed)))
  }

  /** A body broke its connection so often that it is halved: a refusal in silence, if smaller ones pass between two of these. */
  broke(bytes: number, halfBytes: number): void {
    const isSize = this.#passedSinceBroken > 0 && this.#passedSinceBroken < bytes
    this.#passedSinceBroken = 0
    if (isSize) this.refused(bytes, halfBytes)
  }

  accepted(bytes: number): void {
    this.#passedSinceBroken = Math.max(this.#passedSinceBroken, bytes)
    if (this.#learned === this.#configured) return
    this.#passed = Math.max(this.#passed, bytes)
    if (bytes >= this.#refused) this.#onRisen()
    if (++this.#passes < this.#passesPerRise) return
    this.#passes = 0
    this.#isRise = true
    this.#set(Math.min(this.#configured, Math.ceil(this.#learned * RISE)))
  }

  /** The limit has risen, or there is none any more. */
  #onRisen(): void {
    this.#refused = Infinity
    this.#passesPerRise = PASSES_PER_RISE
  }

  #set(bytes: number): void {
    this.#learned = bytes
    this.#apply(bytes)
  }
}
