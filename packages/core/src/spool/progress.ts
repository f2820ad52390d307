/** Which numbers have ended: batches end in any order, a checkpoint may only name the end of what is complete. */

interface Range {
  readonly first: number
  readonly last: number
}

export class Progress {
  /** Every number up to this one has ended. */
  through: number
  /** Ended ranges beyond it, in order and not touching; as many as there are batches in flight. */
  readonly #beyond: Range[] = []

  constructor(through: number) {
    this.through = through
  }

  /** @returns whether `through` moved */
  end(first: number, last: number): boolean {
    if (last <= this.through || last < first) return false
    if (first > this.through + 1) {
      this.#add(first, last)
      return false
    }
    this.through = last
    this.#absorb()
    return true
  }

  /** How many numbers of the range have not ended. */
  unended(first: number, last: number): number {
    const from = Math.max(first, this.through + 1)
    return this.#beyond.reduce(
      (count, range) => count - Math.max(0, Math.min(last, range.last) - Math.max(from, range.first) + 1),
      Math.max(0, last - from + 1),
    )
  }

  #add(first: number, last: number): void {
    let index = this.#beyond.length
    while (index > 0 && (this.#beyond[index - 1]?.first ?? 0) > first) index--
    const before = this.#beyond[index - 1]
    // What touches its neighbour grows it: dropped events end one by one.
    if (before === undefined || before.last + 1 < first) this.#beyond.splice(index, 0, { first, last })
    else this.#beyond[index - 1] = { first: before.first, last: Math.max(before.last, last) }
  }

  #absorb(): void {
    let spent = 0
    for (const { first, last } of this.#beyond) {
      if (first > this.through + 1) break
      this.through = Math.max(this.through, last)
      spent++
    }
    this.#beyond.splice(0, spent)
  }
}
