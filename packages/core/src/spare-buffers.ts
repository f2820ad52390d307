/** Buffers of ended batches, kept for batches to come: waiting for the garbage collector would take memory beside the queue's bound. */
import type { Batch } from './batch.ts'

/** More are not needed where as many batches end as begin. */
const MAX_SPARE = 2

export class SpareBuffers {
  readonly #minBytes: number
  readonly #buffers: Buffer[] = []

  constructor(minBytes: number) {
    this.#minBytes = minBytes
  }

  take(): Buffer | undefined {
    return this.#buffers.pop()
  }

  /** Takes the buffer of a batch that has ended, where it is worth keeping. */
  keepOf(batch: Batch): void {
    const buffer = batch.surrender()
    if (buffer.length >= this.#minBytes && this.#buffers.length < MAX_SPARE) this.#buffers.push(buffer)
  }
}
