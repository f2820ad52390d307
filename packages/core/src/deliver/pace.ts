/** The spacing of requests that an endpoint with a rate limit admits, learned from its 429s. Costs nothing where none ever came. */

/** A longer spacing is left to the waits that the server itself asks for. */
const LONGEST_MS = 5000

/** A shorter one is none. */
const SHORTEST_MS = 5

/** On a refusal the spacing grows to so much of the one that was refused. */
const GROWTH = 1.3

/** With each request that is admitted it comes nearer to the one that was refused last, by this share of the distance. */
const APPROACH = 0.25

/** Near to it, by this share of itself for each second: so a limit that has risen is noticed, at the cost of a refusal now and then. */
const PROBE_PER_SECOND = 0.002

/** What counts as near. */
const NEAR = 1.1

/** So far below what was refused, the limit must have risen. */
const RISEN = 0.9

/** Two refusals in this time are a limit; one alone may be anything. */
const REPEATED_MS = 30_000

/** Without a refusal for so long, the limit is taken to be gone. */
const FORGET_MS = 600_000

export class Pace {
  /** From the start of one request to the next; 0 where there is no limit. */
  spacingMs = 0
  /** Spacing of the request that was refused last. */
  #refusedMs = 0
  #refusedAt = -Infinity
  /** Requests that were admitted since. */
  #admitted = 0
  /** Somebody waits, so requests go without a spacing until one is refused. */
  #isOff = false
  #startedAt = -Infinity
  #admittedAt = -Infinity

  /** When the next request may start. */
  get nextAt(): number {
    return this.#isOff ? -Infinity : this.#startedAt + this.spacingMs
  }

  started(at: number): void {
    this.#startedAt = at
  }

  /** Somebody waits for the events: the limit may be gone, and is found again by the next refusal. */
  turnOff(): void {
    this.#isOff = true
  }

  /** A request that began at `startedAt` was answered, well or not, but not for its being too early. */
  admitted(startedAt: number): void {
    const gapMs = startedAt - this.#admittedAt
    if (gapMs <= 0) return
    this.#admittedAt = startedAt
    if (startedAt < this.#refusedAt) return
    this.#admitted++
    if (startedAt - this.#refusedAt > FORGET_MS) this.spacingMs = 0
    else if (this.#isOff) this.#onCloser(gapMs)
    else if (gapMs < this.spacingMs * 2) this.#shrink(gapMs) // else there was little to send, which proves nothing
  }

  /** A request that began at `startedAt` came too early, as is known `at` this time. */
  refused(startedAt: number, at: number): void {
    if (startedAt < this.#refusedAt) return // under way together with one that was refused
    const sinceMs = at - this.#refusedAt
    const admitted = this.#admitted
    this.#refusedAt = at
    this.#admitted = 0
    // Where nothing passes at whatever spacing, that says nothing about it.
    if (admitted > 0 && !this.#isOff) this.#grow(startedAt - this.#admittedAt, { sinceMs, admitted })
    this.#isOff = false
  }

  /** The first guess is what was achieved between two refusals without keeping any. */
  #grow(gapMs: number, { admitted, sinceMs }: { admitted: number; sinceMs: number }): void {
    this.#refusedMs = gapMs > LONGEST_MS ? this.spacingMs : gapMs
    if (this.spacingMs > 0) this.spacingMs = Math.max(this.spacingMs, this.#refusedMs) * GROWTH
    else if (sinceMs < REPEATED_MS) this.spacingMs = sinceMs / admitted
    this.spacingMs = Math.min(LONGEST_MS, this.spacingMs)
  }

  /** Closer than the spacing, and admitted. */
  #onCloser(gapMs: number): void {
    if (gapMs < this.spacingMs) this.spacingMs /= 2
    if (this.spacingMs < SHORTEST_MS) this.spacingMs = 0
  }

  #shrink(gapMs: number): void {
    if (this.spacingMs < this.#refusedMs * RISEN) this.#refusedMs = 0
    if (this.spacingMs > this.#refusedMs * NEAR) this.spacingMs -= (this.spacingMs - this.#refusedMs) * APPROACH
    else this.spacingMs *= 1 - (PROBE_PER_SECOND * gapMs) / 1000
    if (this.spacingMs < SHORTEST_MS) this.spacingMs = 0
  }
}
