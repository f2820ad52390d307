/** Brings to the disk, now that it is good again, what came while it failed and still waits in memory. */
import type { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Queue } from '../queue.ts'
import { Gathered } from './gathered.ts'
import type { Journal } from './journal.ts'

export interface MenderParts {
  readonly queue: Queue
  readonly clock: Clock
  readonly journal: () => Pick<Journal, 'insert' | 'inventory'>
}

/** What is under way is out of sight: it comes back, or ends, before long. */
const AGAIN_MS = 1000

export class Mender {
  readonly #parts: MenderParts
  /** Still to be looked at. */
  #batches: Batch[] = []
  #isRunning = false

  constructor(parts: MenderParts) {
    this.#parts = parts
  }

  /** Goes on until all is on disk, or the disk fails again. */
  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.#pass()
  }

  #pass(): void {
    const { clock, journal, queue } = this.#parts
    this.#isRunning = journal().inventory.inMemoryOnly > 0
    if (!this.#isRunning) return
    this.#batches = queue.takeAll()
    for (const batch of this.#batches) queue.admit(batch)
    clock.soon(() => this.#next())
  }

  /** A batch a turn: it may be all that memory holds. */
  #next(): void {
    const { clock } = this.#parts
    const batch = this.#batches.shift()
    if (batch === undefined) clock.after(AGAIN_MS, () => this.#pass())
    else if (this.write(batch)) clock.soon(() => this.#next())
    else this.#isRunning = false
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
      const isMissing = number > 0 && journal.inventory.lacks(number)
      if (!isMissing && !flush()) return false
      if (isMissing) gathered.add(number, text)
      number++
    }
    return flush()
  }
}
