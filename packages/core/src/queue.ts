/** The queue: batches that wait, the open one at its end, and a bound in bytes that includes what is in flight. Knows no timers and no network. */
import { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import type { Span } from './ledger.ts'

export interface QueueBounds {
  readonly maxBytes: number
  readonly onFull: 'drop-oldest' | 'drop-newest'
  readonly maxEventsPerBatch: number
  readonly maxBytesPerBatch: number
}

/** More are not needed where as many batches end as begin. */
const MAX_SPARE_BUFFERS = 2

export class Queue {
  /** UTF-8 bytes of all events that have not ended, a separator each, those in flight included. */
  bytes = 0
  /** Events that have not ended, those in flight included. */
  count = 0
  /** Bound of a body; lower than the option after a 413, see `MaxBodyBytes`. */
  maxBodyBytes: number
  readonly #bounds: QueueBounds
  readonly #onDrop: (span: Span) => void
  /** Closed batches in the order of their events; those before `#head` are spent. */
  #waiting: (Batch | undefined)[] = []
  #head = 0
  #open: Batch | undefined
  /** Buffers of ended batches. */
  readonly #spareBuffers: Buffer[] = []

  constructor(bounds: QueueBounds, onDrop: (span: Span) => void) {
    this.#bounds = bounds
    this.#onDrop = onDrop
    this.maxBodyBytes = bounds.maxBytesPerBatch
  }

  /** When the oldest event of the open batch came; undefined when there is none. */
  get openedAt(): number | undefined {
    return this.#open?.openedAt
  }

  /** Number of the oldest event of the open batch. */
  get openFirst(): number | undefined {
    return this.#open?.first
  }

  get hasClosedBatch(): boolean {
    return this.#head < this.#waiting.length
  }

  /** Nothing waits; there may be events in flight. */
  get isDrained(): boolean {
    return this.#open === undefined && !this.hasClosedBatch
  }

  /** Adds an encoded event; where the bound is passed, events are dropped by the policy and handed to `onDrop`. */
  add(text: string, number: number, clock: Pick<Clock, 'now'>): void {
    if (this.#open !== undefined && this.#open.next !== number) this.closeBatch()
    const bytes = this.#open?.add(text, this.maxBodyBytes) ?? 0
    this.bytes += bytes
    this.count++
    if (bytes === 0) {
      this.closeBatch()
      this.#open = new Batch(number, clock.now(), this.#spareBuffers.pop())
      this.bytes += this.#open.add(text, this.maxBodyBytes)
    }
    if (this.bytes > this.#bounds.maxBytes) this.#makeRoom()
    if (this.#open !== undefined && this.#open.count >= this.#bounds.maxEventsPerBatch) this.closeBatch()
  }

  /** Ends the open batch, if there is one; the next event begins another. */
  closeBatch(): void {
    if (this.#open === undefined) return
    this.#open.close()
    this.#waiting.push(this.#open)
    this.#open = undefined
  }

  /** The oldest closed batch, in parts where it is larger than a body may now be. It counts as in flight until it is released or put back. */
  take(): Batch | undefined {
    const batch = this.#waiting[this.#head]
    if (batch === undefined) return undefined
    this.#waiting[this.#head++] = undefined
    this.#compact()
    if (batch.bodyBytes <= this.maxBodyBytes || batch.count === 1) return batch
    this.putBack(batch.split(Math.ceil(batch.count / 2)))
    return this.take()
  }

  /** The oldest event alone. */
  takeOne(): Batch | undefined {
    const batch = this.take()
    if (batch === undefined || batch.count === 1) return batch
    const [first, others] = batch.split(1)
    this.putBack([others])
    return first
  }

  /** Everything that waits; it leaves the queue. */
  takeAll(): Batch[] {
    this.closeBatch()
    const batches = this.#waiting.slice(this.#head).filter((batch) => batch !== undefined)
    this.#waiting = []
    this.#head = 0
    for (const batch of batches) this.release(batch)
    return batches
  }

  /** Takes in a batch that was read from disk, at the place of its events. */
  admit(batch: Batch): void {
    this.bytes += batch.bytes
    this.count += batch.count
    this.putBack([batch])
  }

  /** Takes out what waits of the events from 1 up to `last`; what is in flight stays. */
  dropThrough(last: number): Span[] {
    this.closeBatch()
    const spans: Span[] = []
    const batches = this.#waiting.slice(this.#head).filter((batch) => batch !== undefined)
    for (const batch of batches.filter(({ first }) => first > 0 && first <= last)) {
      const count = Math.min(batch.count, last - batch.first + 1)
      spans.push({ first: batch.first, count })
      this.bytes -= batch.dropFirst(count)
      this.count -= count
    }
    this.#waiting = batches.filter(({ count }) => count > 0)
    this.#head = 0
    return spans
  }

  /** Puts unsettled batches back at the place of their events. */
  putBack(batches: readonly Batch[]): void {
    for (const batch of batches) {
      let index = this.#head
      while ((this.#waiting[index]?.first ?? Infinity) < batch.first) index++
      if (index === this.#head && index > 0) this.#waiting[--this.#head] = batch
      else this.#waiting.splice(index, 0, batch)
    }
  }

  /** Puts a batch behind all others that wait. */
  putLast(batch: Batch): void {
    this.closeBatch()
    this.#waiting.push(batch)
  }

  /** A batch in flight has ended, whichever way. */
  release(batch: Batch): void {
    this.bytes -= batch.bytes
    this.count -= batch.count
  }

  /** Keeps the buffer of a batch that was accepted for one to come: waiting for the garbage collector would take memory beside the bound. */
  recycle(batch: Batch): void {
    const buffer = batch.surrender()
    const isLarge = buffer.length * 2 >= this.#bounds.maxBytesPerBatch
    if (isLarge && this.#spareBuffers.length < MAX_SPARE_BUFFERS) this.#spareBuffers.push(buffer)
  }

  /** Replaces a batch in flight by a smaller form of it. */
  exchange(batch: Batch, smaller: Batch): void {
    this.bytes += smaller.bytes - batch.bytes
  }

  #makeRoom(): void {
    while (this.bytes > this.#bounds.maxBytes) {
      const newest = this.#bounds.onFull === 'drop-newest'
      const batch = newest ? this.#open : (this.#waiting[this.#head] ?? this.#open)
      if (batch === undefined) return // all of it is in flight
      const span = { first: newest ? batch.next - 1 : batch.first, count: 1 }
      this.bytes -= newest ? batch.dropLast() : batch.dropFirst()
      this.count--
      if (batch.count === 0) this.#forget(batch)
      this.#onDrop(span)
    }
  }

  #forget(batch: Batch): void {
    this.recycle(batch)
    if (batch === this.#open) this.#open = undefined
    else if (batch === this.#waiting[this.#head]) this.#waiting[this.#head++] = undefined
    this.#compact()
  }

  /** Cuts off the spent part once it is the larger one, which keeps repeated takes at a constant cost each. */
  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#head)
    this.#head = 0
  }
}
