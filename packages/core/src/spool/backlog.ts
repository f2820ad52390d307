/** The events that are on disk only, because memory was full when they came: read back in order. */
import type { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Span } from '../ledger.ts'
import type { FileSystem } from './file-system.ts'
import type { Frame } from './frame.ts'
import type { OwnSegment } from './own-segment.ts'
import type { BatchBounds, RecordSource } from './record-batch.ts'
import { readBatch } from './record-batch.ts'
import { SegmentReader } from './segment-reader.ts'

export interface BacklogParts {
  readonly fs: FileSystem
  readonly clock: Clock
  readonly pathOf: (segment: OwnSegment) => string
  readonly following: (segment: OwnSegment) => OwnSegment | undefined
  readonly onLost: (reason: 'spool-error' | 'spool-gap', span: Span, cause: string) => void
}

export class Backlog implements RecordSource {
  /** Events that are on disk only. */
  waiting = 0
  readonly #parts: BacklogParts
  /** Number of the next event to be read. */
  #next = 0
  #segment: OwnSegment | undefined
  #offset = 0
  #reader: SegmentReader | undefined
  #held: Frame | undefined

  constructor(parts: BacklogParts) {
    this.#parts = parts
  }

  /** The event `number`, whose frame begins at `offset`, stays on disk only. The first of a backlog fixes where to read. */
  leave(number: number, segment: OwnSegment, offset: number): void {
    if (this.waiting === 0) {
      this.#next = number
      this.#segment = segment
      this.#offset = offset
    }
    this.waiting++
  }

  take(bounds: BatchBounds): Batch | undefined {
    return readBatch(this, 0, bounds, this.#parts.clock)
  }

  peek(): Frame | undefined {
    while (this.waiting > 0 && this.#segment !== undefined) {
      if (this.#held !== undefined) return this.#held
      const segment = this.#segment
      const frame = this.#read(segment)
      if (frame === undefined) this.#leaveSegment(segment)
      else if (frame.seq >= this.#next && frame.seq <= segment.last) {
        this.#lose('spool-gap', frame.seq - 1, 'a record was damaged')
        this.#held = frame
      }
    }
    return undefined
  }

  skip(): void {
    this.#held = undefined
    this.#next++
    this.waiting--
    if (this.waiting === 0) this.#close()
  }

  /** Everything in this segment will never be read: it is removed, or gone. @returns the events that were left to read there */
  forget(segment: OwnSegment): Span | undefined {
    if (this.#isPassed(segment)) return undefined
    const first = segment === this.#segment ? this.#next : segment.first
    const count = Math.max(0, segment.last - first + 1)
    this.waiting -= count
    if (segment === this.#segment) this.#moveOn(segment)
    return count === 0 ? undefined : { first, count }
  }

  /** A segment is in copies now, which may lack records: those are lost where they were on disk only. */
  replaced(segment: OwnSegment, copies: readonly OwnSegment[]): void {
    if (this.#isPassed(segment)) return
    const isAtHand = segment === this.#segment
    let next = isAtHand ? this.#next : segment.first
    const lost: Span[] = []
    for (const { first, last } of [...copies, { first: segment.last + 1, last: Infinity }]) {
      if (first > next) lost.push({ first: next, count: first - next })
      next = Math.max(next, last + 1)
    }
    if (isAtHand) this.#goOnIn(copies, segment)
    for (const span of lost) {
      this.waiting -= span.count
      this.#parts.onLost('spool-error', span, 'it could not be brought to the device, nor be read again')
    }
  }

  /** Nothing is to be read there. */
  #isPassed({ first, isInMemory }: OwnSegment): boolean {
    return this.#segment === undefined || isInMemory || first < this.#segment.first
  }

  #read(segment: OwnSegment): Frame | undefined {
    try {
      this.#reader ??= new SegmentReader(this.#parts.fs, this.#parts.pathOf(segment), this.#offset)
      return this.#reader.next()
    } catch (error) {
      this.#lose('spool-error', segment.last, String(error))
      return undefined
    }
  }

  /** At the end of a segment everything in it was read, or it is missing. */
  #leaveSegment(segment: OwnSegment): void {
    this.#lose('spool-gap', segment.last, 'a record was damaged')
    if (this.waiting > 0) this.#moveOn(segment)
  }

  #lose(reason: 'spool-error' | 'spool-gap', last: number, cause: string): void {
    const count = last - this.#next + 1
    if (count <= 0) return
    const span = { first: this.#next, count }
    this.#next = last + 1
    this.waiting -= count
    if (this.waiting === 0) this.#close()
    this.#parts.onLost(reason, span, cause)
  }

  #goOnIn(copies: readonly OwnSegment[], segment: OwnSegment): void {
    const next = this.#next
    const copy = copies.find(({ last }) => last >= next)
    if (copy === undefined) return this.#moveOn(segment)
    this.#close()
    this.#segment = copy
    this.#next = Math.max(next, copy.first)
  }

  #moveOn(segment: OwnSegment): void {
    this.#close()
    this.#segment = this.#parts.following(segment)
    this.#next = this.#segment?.first ?? 0
  }

  #close(): void {
    this.#reader?.close()
    this.#reader = undefined
    this.#held = undefined
    this.#segment = undefined
    this.#offset = 0
  }
}
