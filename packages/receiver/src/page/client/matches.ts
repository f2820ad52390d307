/** Positions of the entries that pass the filter, found in short steps so that the page stays usable while it searches. */
import type { Entry } from './entry.ts'
import type { Log } from './log.ts'

export type Filter = (entry: Entry) => boolean

export class Matches {
  readonly #log: Log
  #filter: Filter = () => true
  #positions: number[] = []
  /** Positions before this index are of entries that are gone. */
  #head = 0
  #scanned = 0

  constructor(log: Log) {
    this.#log = log
  }

  get length(): number {
    return this.#positions.length - this.#head
  }

  /** Position of the entry in this row. */
  at(row: number): number | undefined {
    return this.#positions[this.#head + row]
  }

  /** The row of this position, or of the first one after it. */
  rowOf(position: number): number {
    let low = this.#head
    let high = this.#positions.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#positions[middle] ?? Infinity) < position) low = middle + 1
      else high = middle
    }
    return low - this.#head
  }

  restart(filter: Filter): void {
    this.#filter = filter
    this.#positions = []
    this.#head = 0
    this.#scanned = this.#log.first
  }

  /** Looks at entries until all are seen or the time is up; true when all are seen. */
  scan(isTimeUp: () => boolean): boolean {
    this.#scanned = Math.max(this.#scanned, this.#log.first)
    for (let looked = 1; this.#scanned < this.#log.end; looked += 1) {
      const entry = this.#log.at(this.#scanned)
      if (entry !== undefined && this.#filter(entry)) this.#positions.push(this.#scanned)
      this.#scanned += 1
      if (looked % 64 === 0 && isTimeUp()) return false
    }
    return true
  }

  /** Drops the rows of entries that the log has forgotten, and says how many they were. */
  forget(): number {
    const before = this.#head
    while ((this.#positions[this.#head] ?? Infinity) < this.#log.first) this.#head += 1
    const forgotten = this.#head - before
    if (this.#head > 10_000) {
      this.#positions = this.#positions.slice(this.#head)
      this.#head = 0
    }
    return forgotten
  }
}
