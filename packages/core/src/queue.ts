/** The queue: batches that wait, the open one at its end, and a bound in bytes that includes what is in flight. Knows no timers and no network. */
import { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import type { EncodedEvent } from './event.ts'
import type { Span } from './ledger.ts'
import { SpareBuffers } from './spare-buffers.ts'
import { Waiting } from './waiting.ts'

export interface QueueBounds {
  readonly maxBytes: number
  readonly onFull: 'drop-oldest' | 'drop-newest'
  readonly maxEventsPerBatch: number
  readonly maxBytesPerBatch: number
}

export class Queue {
  /** UTF-8 bytes of all events that have not ended, a separator each, those in flight included. */
  bytes = 0
  /** Events that have not ended, those in flight included. */
  count = 0
  /** Bound of a body; lower than the option after a 413, see `MaxBodyBytes`. */
  maxBodyBytes: number
  readonly #bounds: QueueBounds
  readonly #onDrop: (span: Span) => void
  readonly #waiting = new Waiting()
  #open: Batch | undefined
  /** Taken, and neither released nor put back. */
  readonly #inFlight = new Set<Batch>()
  readonly #spareBuffers: SpareBuffers

  constructor(bounds: QueueBounds, onDrop: (span: Span) => void) {
    this.#bounds = bounds
    this.#onDrop = onDrop
    this.maxBodyBytes = bounds.maxBytesPerBatch
    this.#spareBuffers = new SpareBuffers(bounds.maxBytesPerBatch / 2)
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
    return this.#waiting.first !== undefined
  }

  /** Nothing waits; there may be events in flight. */
  get isDrained(): boolean {
    return this.#open === undefined && !this.hasClosedBatch
  }

  /** Adds an encoded event; where the bound is passed, events are dropped by the policy and handed to `onDrop`. */
  add(event: string | EncodedEvent, number: number, clock: Pick<Clock, 'now'>): void {
    if (this.#open !== undefined && this.#open.next !== number) this.closeBatch()
    const bytes = this.#open?.add(event, this.maxBodyBytes) ?? 0
    this.bytes += bytes
    this.count++
    if (bytes === 0) {
      this.closeBatch()
      this.#open = new Batch(number, clock.now(), this.#spareBuffers.take())
      this.bytes += this.#open.add(event, this.maxBodyBytes)
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
    const batch = this.#waiting.shift()
    if (batch === undefined) return undefined
    this.#inFlight.add(batch)
    if (batch.bodyBytes <= this.maxBodyBytes || batch.count === 1) return batch
    this.halve(batch)
    return this.take()
  }

  /** The oldest event alone. */
  takeOne(): Batch | undefined {
    const batch = this.take()
    if (batch === undefined || batch.count === 1) return batch
    const [first, others] = batch.split(1)
    this.exchange(batch, first, others)
    this.putBack([others])
    return first
  }

  /** Everything that waits; it leaves the queue. */
  takeAll(): Batch[] {
    this.closeBatch()
    const batches = this.#waiting.takeAll()
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
    const batches = this.#waiting.takeAll()
    for (const batch of batches.filter(({ first }) => first > 0 && first <= last)) {
      const count = Math.min(batch.count, last - batch.first + 1)
      spans.push({ first: batch.first, count })
      this.bytes -= batch.dropFirst(count)
      this.count -= count
    }
    for (const batch of batches) if (batch.count > 0) this.#waiting.push(batch)
    return spans
  }

  /** Puts unsettled batches back at the place of their events. */
  putBack(batches: readonly Batch[]): void {
    for (const batch of batches) {
      this.#inFlight.delete(batch)
      this.#waiting.insert(batch)
    }
  }

  /** Puts a batch behind all others that wait. */
  putLast(batch: Batch): void {
    this.closeBatch()
    this.#inFlight.delete(batch)
    this.#waiting.push(batch)
  }

  /** Puts a batch in flight back in two parts. */
  halve(batch: Batch): [Batch, Batch] {
    const halves = batch.split(Math.ceil(batch.count / 2))
    this.exchange(batch, ...halves)
    this.putBack(halves)
    return halves
  }

  /** Neither ended nor put back since it was taken. */
  isInFlight(batch: Batch): boolean {
    return this.#inFlight.has(batch)
  }

  /** A batch in flight has ended, whichever way. */
  release(batch: Batch): void {
    this.#inFlight.delete(batch)
    this.bytes -= batch.bytes
    this.count -= batch.count
  }

  /** A batch that was released is of no use any more, but its buffer is. */
  recycle(batch: Batch): void {
    this.#spareBuffers.keepOf(batch)
  }

  /** Replaces a batch in flight by another form of it, or by its parts. */
  exchange(batch: Batch, ...others: readonly Batch[]): void {
    this.bytes += others.reduce((bytes, other) => bytes + other.bytes, -batch.bytes)
    this.#inFlight.delete(batch)
    for (const other of others) this.#inFlight.add(other)
  }

  #makeRoom(): void {
    while (this.bytes > this.#bounds.maxBytes) {
      const newest = this.#bounds.onFull === 'drop-newest'
      const batch = newest ? this.#open : (this.#waiting.first ?? this.#open)
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
    else this.#waiting.shift()
  }
}
