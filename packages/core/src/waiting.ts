/** Closed batches that wait, in the order of their events. */
import type { Batch } from './batch.ts'

export class Waiting {
  /** Those before `#head` are spent. */
  #batches: (Batch | undefined)[] = []
  #head = 0

  get first(): Batch | undefined {
    return this.#batches[this.#head]
  }

  shift(): Batch | undefined {
    const batch = this.#batches[this.#head]
    if (batch === undefined) return undefined
    this.#batches[this.#head++] = undefined
    this.#compact()
    return batch
  }

  push(batch: Batch): void {
    this.#batches.push(batch)
  }

  /** At the place of its events. */
  insert(batch: Batch): void {
    let index = this.#head
    while ((this.#batches[index]?.first ?? Infinity) < batch.first) index++
    if (index === this.#head && index > 0) this.#batches[--this.#head] = batch
    else this.#batches.splice(index, 0, batch)
  }

  /** Everything that waits; none of it does any more. */
  takeAll(): Batch[] {
    const batches = this.#batches.slice(this.#head).filter((batch) => batch !== undefined)
    this.#batches = []
    this.#head = 0
    return batches
  }

  /** Cuts off the spent part once it is the larger one, which keeps repeated takes at a constant cost each. */
  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#batches.length) return
    this.#batches = this.#batches.slice(this.#head)
    this.#head = 0
  }
}
