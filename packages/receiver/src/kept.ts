/** A bounded list: the newest items are kept, older ones are forgotten but stay counted. */

export class Kept<Item> {
  readonly #limit: number
  readonly #slack: number
  #items: Item[] = []
  #total = 0
  #snapshot: readonly Item[] | undefined

  constructor(limit: number) {
    this.#limit = limit
    // Forgetting in steps: shifting a long array once per item would cost more than receiving does.
    this.#slack = Math.ceil(limit / 8)
  }

  push(item: Item): void {
    this.#items.push(item)
    this.#total += 1
    this.#snapshot = undefined
    if (this.#items.length > this.#limit + this.#slack) this.#items = this.#items.slice(-this.#limit)
  }

  /** All that were ever pushed. */
  get total(): number {
    return this.#total
  }

  /** The newest, oldest first: a snapshot that later arrivals do not change. */
  get items(): readonly Item[] {
    this.#snapshot ??= this.#items.slice(-this.#limit)
    return this.#snapshot
  }

  /** Up to `limit` of those pushed after the first `position`, and the number of the first: older ones may be forgotten. */
  after(position: number, limit: number): { readonly from: number; readonly items: readonly Item[] } {
    const first = this.#total - this.#items.length
    const from = Math.min(Math.max(position, this.#total - this.#limit, 0), this.#total)
    return { from, items: this.#items.slice(from - first, from - first + limit) }
  }
}
