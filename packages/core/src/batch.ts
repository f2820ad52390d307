/** A batch: encoded events in one buffer that is already the body of a request, so that neither sending nor retrying copies them. */
import type { EncodedEvent } from './event.ts'
import { NO_FAILURES } from './failures.ts'
import type { Span } from './ledger.ts'

const COMMA = 0x2c
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d

/** Most bytes of UTF-8 that one UTF-16 code unit becomes. */
const MAX_BYTES_PER_UNIT = 3

/** Separator in front of an event and the closing bracket behind the last one. */
const FRAME_BYTES = 2
const FIRST_CAPACITY = 16_384

/** A buffer that is this many times as large as its content is worth a copy. */
const SPARE = 1.5

/**
 * Bytes: a separator (`[` or `,`) in front of each event, then `]`. Events before `#head` were dropped; the byte in front of
 * the first live event is turned into `[` when the body is asked for. Numbers of the events are consecutive.
 */
export class Batch implements Span {
  #buffer: Buffer
  #length = 0
  readonly #ends: number[] = []
  #head = 0
  /** Number of the first live event. */
  first: number
  /** When its oldest event came, by the clock that never jumps. */
  readonly openedAt: number
  /** Attempts that failed without saying anything about the events. */
  failures = NO_FAILURES

  /** @param room how many bytes to begin with, or a buffer that an earlier batch has surrendered */
  constructor(first: number, openedAt: number, room: number | Buffer = FIRST_CAPACITY) {
    this.first = first
    this.openedAt = openedAt
    this.#buffer = typeof room === 'number' ? Buffer.allocUnsafeSlow(room) : room
  }

  get count(): number {
    return this.#ends.length - this.#head
  }

  /** Number that the next event must have. */
  get next(): number {
    return this.first + this.count
  }

  /** Bytes of the live events, each with its separator: the body without its closing bracket. */
  get bytes(): number {
    return this.#length - this.#startOf(this.#head)
  }

  get bodyBytes(): number {
    return this.bytes + 1
  }

  /**
   * Adds an encoded event when the body then stays within `maxBodyBytes`; a batch that is empty takes it in any case.
   * @returns the bytes it takes, 0 when there is no room
   */
  add(event: string | EncodedEvent, maxBodyBytes: number): number {
    return typeof event === 'string' ? this.#addText(event, maxBodyBytes) : this.#addBytes(event, maxBodyBytes)
  }

  /** Drops the oldest events. @returns the bytes that became free */
  dropFirst(count = 1): number {
    const before = this.bytes
    this.#head += count
    this.first += count
    return before - this.bytes
  }

  /** Takes the newest event out again. @returns the bytes that became free */
  dropLast(): number {
    const before = this.bytes
    this.#ends.pop()
    this.#length = this.#startOf(this.#ends.length)
    return before - this.bytes
  }

  /** Nothing is to be added. Gives back room that is not needed: many small batches may have to wait, beside the bound in bytes. */
  close(): void {
    if (this.#buffer.length > this.#length * SPARE) this.#resize(this.#length + 1)
  }

  /** Gives its buffer to another batch; it has no events any more, and nobody may be sending them. */
  surrender(): Buffer {
    const buffer = this.#buffer
    this.#buffer = Buffer.alloc(0)
    this.#length = 0
    this.#ends.length = 0
    this.#head = 0
    return buffer
  }

  /** The request body. Valid until the batch is changed. */
  body(): Buffer {
    const start = this.#startOf(this.#head)
    this.#reserve(this.#length + 1)
    this.#buffer[start] = OPENING_BRACKET
    this.#buffer[this.#length] = CLOSING_BRACKET
    return this.#buffer.subarray(start, this.#length + 1)
  }

  /** Texts of the events, as they were added. */
  *texts(): Generator<string, void> {
    for (let index = this.#head; index < this.#ends.length; index++) {
      yield this.#buffer.toString('utf8', this.#startOf(index) + 1, this.#ends[index])
    }
  }

  /** The first `count` events and the others, as two batches that share nothing with this one. */
  split(count: number): [Batch, Batch] {
    const middle = this.#head + count
    return [this.#part(this.#head, middle, this.first), this.#part(middle, this.#ends.length, this.first + count)]
  }

  /** The same events at the same place, each as the text that `change` gives for it, where it gives one. */
  changed(change: (event: EncodedEvent) => string | undefined, openedAt: number): Batch {
    const batch = new Batch(this.first, openedAt, this.#length + 1)
    batch.failures = this.failures
    for (let index = this.#head; index < this.#ends.length; index++) {
      const event = { bytes: this.#buffer, start: this.#startOf(index) + 1, end: this.#startOf(index + 1) }
      batch.add(change(event) ?? event, Infinity)
    }
    return batch
  }

  /** Forgets the failures. */
  asNew(): this {
    this.failures = NO_FAILURES
    return this
  }

  /** The same place in the order, with `text` as the only event. */
  withOnly(text: string): Batch {
    const batch = new Batch(this.first, this.openedAt)
    batch.add(text, Infinity)
    return batch
  }

  #addText(text: string, maxBodyBytes: number): number {
    const bound = this.#length + text.length * MAX_BYTES_PER_UNIT + FRAME_BYTES
    if (bound > this.#buffer.length || bound > maxBodyBytes) {
      const exact = this.#length + Buffer.byteLength(text) + FRAME_BYTES
      if (exact - this.#startOf(this.#head) > maxBodyBytes && this.count > 0) return 0
      this.#reserve(exact)
    }
    const start = this.#length
    this.#buffer[start] = start === 0 ? OPENING_BRACKET : COMMA
    this.#length = start + 1 + this.#buffer.write(text, start + 1, 'utf8')
    this.#ends.push(this.#length)
    return this.#length - start
  }

  #addBytes({ bytes, start, end }: EncodedEvent, maxBodyBytes: number): number {
    const length = end - start + 1
    if (this.count > 0 && this.bytes + length + 1 > maxBodyBytes) return 0
    this.#reserve(this.#length + length + 1)
    this.#buffer[this.#length] = this.#length === 0 ? OPENING_BRACKET : COMMA
    this.#buffer.set(bytes.subarray(start, end), this.#length + 1) // cheaper than Buffer's copy
    this.#length += length
    this.#ends.push(this.#length)
    return length
  }

  #part(from: number, to: number, first: number): Batch {
    const start = this.#startOf(from)
    const end = this.#startOf(to)
    const part = new Batch(first, this.openedAt, end - start + 1)
    part.failures = this.failures
    this.#buffer.copy(part.#buffer, 0, start, end)
    part.#length = end - start
    for (let index = from; index < to; index++) part.#ends.push((this.#ends[index] ?? end) - start)
    return part
  }

  /** Where the separator in front of event `index` stands. */
  #startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0)
  }

  #reserve(bytes: number): void {
    if (bytes > this.#buffer.length) this.#resize(Math.max(bytes, this.#buffer.length * 2))
  }

  #resize(bytes: number): void {
    const other = Buffer.allocUnsafeSlow(bytes)
    this.#buffer.copy(other, 0, 0, this.#length)
    this.#buffer = other
  }
}
