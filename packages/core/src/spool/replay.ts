/** Reads what an ended writer left, from its checkpoint on, and removes it as its records end. Damage costs the damaged records; what is missing is counted. */
import type { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Span } from '../ledger.ts'
import type { FileSystem } from './file-system.ts'
import type { Frame } from './frame.ts'
import type { SegmentHeader } from './header.ts'
import { HEADER_SEQ, MAX_SEQ, readHeader } from './header.ts'
import type { Home } from './home.ts'
import { LeftSegments } from './left-segments.ts'
import { Progress } from './progress.ts'
import type { BatchBounds, RecordSource } from './record-batch.ts'
import { readBatch } from './record-batch.ts'

export interface ReplayParts {
  readonly fs: FileSystem
  readonly clock: Clock
  /** The endpoint's. */
  readonly key: string
  readonly home: Home
  /** Added to a record's number; makes numbers of replayed events that no other event has. */
  readonly base: number
  /** Records that are missing. */
  readonly onGap: (span: Span) => void
  /** Records that are older are not to be sent. */
  readonly maxAgeMs: number
}

export class Replay implements RecordSource {
  readonly #parts: ReplayParts
  readonly #segments: LeftSegments
  readonly #progress: Progress
  /** Last number that was read or is missing; undefined until something tells where to begin. */
  #last: number | undefined
  #held: Frame | undefined
  #isAtEnd = false
  /** When the segment at hand was begun, by its header. */
  #createdAt = 0

  constructor(parts: ReplayParts) {
    this.#parts = parts
    this.#last = parts.home.through
    this.#progress = new Progress(parts.home.through ?? 0)
    this.#segments = new LeftSegments(parts.fs, parts.home, parts.key)
  }

  get hasMore(): boolean {
    return !this.#isAtEnd
  }

  /** Everything was read, and everything that was read has ended. */
  get isDone(): boolean {
    return this.#isAtEnd && this.#progress.through >= (this.#last ?? 0)
  }

  get home(): Home {
    return this.#parts.home
  }

  /** The next records with consecutive numbers, either all of them or none too old. */
  take(bounds: BatchBounds): { batch: Batch; isExpired: boolean } | undefined {
    this.peek()
    const isExpired = this.#isExpired
    const source: RecordSource = {
      peek: () => {
        const frame = this.peek()
        return this.#isExpired === isExpired ? frame : undefined
      },
      skip: () => this.skip(),
    }
    const batch = readBatch(source, this.#parts.base, bounds, this.#parts.clock)
    return batch && { batch, isExpired }
  }

  owns(number: number): boolean {
    return number > this.#parts.base && number <= this.#parts.base + MAX_SEQ
  }

  /** These events, by their own numbers, have ended. */
  end(first: number, last: number): void {
    if (!this.#progress.end(first - this.#parts.base, last - this.#parts.base)) return
    const { through } = this.#progress
    this.#parts.home.writeCheckpoint(through)
    this.#segments.removeThrough(through)
  }

  peek(): Frame | undefined {
    while (this.#held === undefined && !this.#isAtEnd) {
      const frame = this.#segments.next()
      if (frame === undefined) this.#end()
      else if (frame.seq === HEADER_SEQ) this.#begin(frame)
      else if (frame.seq < MAX_SEQ) this.#take(frame)
    }
    return this.#held
  }

  skip(): void {
    this.#held = undefined
  }

  /** Closes the files. */
  close(): void {
    this.#segments.close()
    this.#parts.home.close()
  }

  /** Removes what is left of the directory. */
  finish(): void {
    this.#segments.removeThrough(Infinity)
    this.#parts.home.remove()
    this.close()
  }

  /** By its newest record, for the segment that was read last; by the later clock, where they differ. */
  get #isExpired(): boolean {
    const { clock, maxAgeMs } = this.#parts
    return clock.wall() - Math.max(this.#createdAt, this.#segments.writtenAt) > maxAgeMs
  }

  #take(frame: Frame): void {
    this.#expect(frame.seq - 1)
    if (frame.seq <= (this.#last ?? 0)) return // twice on disk, or settled before
    this.#last = frame.seq
    this.#segments.last = frame.seq
    this.#held = frame
  }

  #begin(frame: Frame): void {
    const header = readHeader(frame, this.#parts.key)
    if (header === 'unknown') return this.#segments.quarantine()
    this.#createdAt = header.created
    this.#expect(header.previous)
    this.#pass(header)
  }

  /** Numbers that were never written: their events were in memory only, and ended or died there. */
  #pass({ first }: SegmentHeader): void {
    const last = this.#last ?? 0
    if (first - 1 <= last) return
    this.#last = first - 1
    this.#progress.end(last + 1, first - 1)
  }

  /** Everything up to `number` should have been read; what was not is missing. */
  #expect(number: number): void {
    if (this.#last === undefined) {
      this.#last = number
      this.#progress.end(1, number)
    }
    const span = { first: this.#parts.base + this.#last + 1, count: number - this.#last }
    if (span.count <= 0) return
    this.#last = number
    this.#parts.onGap(span)
  }

  #end(): void {
    this.#isAtEnd = true
    this.#last ??= 0
    // How many records a damaged end has cost nobody knows; one at least.
    if (this.#segments.hasDamagedEnd) this.#expect(this.#last + 1)
  }
}
