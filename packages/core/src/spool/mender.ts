/** Brings to the disk, now that it is good again, what came while it failed and still waits in memory. */
import type { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Queue } from '../queue.ts'
import { Gathered } from './gathered.ts'
import type { Journal } from './journal.ts'

export interface MenderParts {
  readonly queue: Queue
  readonly clock: Clock
  readonly journal: () => Pick<Journal, 'has' | 'hasEnded' | 'insert'>
}

export class Mender {
  readonly #parts: MenderParts
  /** Still to be looked at. */
  #batches: Batch[] = []

  constructor(parts: MenderParts) {
    this.#parts = parts
  }

  /** A batch a turn: it may be all that memory holds. */
  start(): void {
    if (this.#batches.length > 0) return
    const { clock, queue } = this.#parts
    this.#batches = queue.takeAll()
    for (const batch of this.#batches) queue.admit(batch)
    const next = (): void => {
      const batch = this.#batches.shift()
      if (batch === undefined) return
      if (this.write(batch)) clock.soon(next)
      else this.#batches = []
    }
    clock.soon(next)
  }

  /** What is not on disk of it. @returns false where the disk has not taken it */
  write(batch: Batch): boolean {
    const journal = this.#parts.journal()
    const gathered = new Gathered()
    const flush = (): boolean => {
      const run = gathered.take()
      return run === undefined || journal.insert(run)
    }
    let number = batch.first
    for (const text of batch.texts()) {
      const isMissing = number > 0 && !journal.hasEnded(number) && !journal.has(number)
      if (!isMissing && !flush()) return false
      if (isMissing) gathered.add(number, text)
      number++
    }
    return flush()
  }
}
