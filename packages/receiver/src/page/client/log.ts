/** A bounded list of entries with positions that never change: the oldest go when there are too many, or too much text. */
import type { Entry } from './entry.ts'

export interface LogLimits {
  readonly maxEntries: number
  readonly maxCharacters: number
}

export class Log {
  readonly #limits: LogLimits
  readonly #onForget: (entry: Entry) => void
  #entries: (Entry | undefined)[] = []
  /** Items before this index are spent. */
  #head = 0
  #first = 0
  #characters = 0

  constructor(limits: LogLimits, onForget: (entry: Entry) => void = () => undefined) {
    this.#limits = limits
    this.#onForget = onForget
  }

  /** Position of the oldest. */
  get first(): number {
    return this.#first
  }

  /** Position that the next one gets. */
  get end(): number {
    return this.#first + this.length
  }

  get length(): number {
    return this.#entries.length - this.#head
  }

  at(position: number): Entry | undefined {
    return position < this.#first ? undefined : this.#entries[this.#head + position - this.#first]
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
    this.#characters += entry.json.length
    while (
      this.length > this.#limits.maxEntries ||
      (this.#characters > this.#limits.maxCharacters && this.length > 1)
    ) {
      this.#forget()
    }
  }

  clear(): void {
    while (this.length > 0) this.#forget()
  }

  #forget(): void {
    const entry = this.#entries[this.#head]
    this.#entries[this.#head] = undefined
    this.#head += 1
    this.#first += 1
    if (entry !== undefined) {
      this.#characters -= entry.json.length
      this.#onForget(entry)
    }
    if (this.#head < 10_000 && this.length > 0) return
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }
}
