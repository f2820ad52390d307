/** A writer's own records: appended before `push` returns, checkpointed as they end, removed oldest first when there are too many. A disk that fails is left alone for a while. */
import type { Span } from '../ledger.ts'
import { Backlog } from './backlog.ts'
import { FrameEncoder } from './frame.ts'
import type { Home } from './home.ts'
import { STALE_MS } from './owner.ts'
import { Progress } from './progress.ts'
import type { SegmentsParts } from './segments.ts'
import { Segments } from './segments.ts'

export interface JournalParts extends SegmentsParts {
  /** Makes a directory of our own. */
  readonly settle: () => Home
  readonly onLost: (reason: 'spool-full' | 'spool-error' | 'spool-gap', span: Span, cause: string) => void
  /** Another process has these now. */
  readonly onHandedOver: (span: Span) => void
  /** Takes out of memory what waits there up to this number. */
  readonly dropWaiting: (last: number) => readonly Span[]
  readonly onFault: (error: unknown) => void
  readonly onMended: () => void
}

/** A disk that failed is tried again after this time. */
const RETRY_MS = 5000

/** After a longer pause the directory may be another's; then it is looked at before anything is written. */
const PAUSE_MS = 60_000

export class Journal {
  readonly backlog: Backlog
  readonly #parts: JournalParts
  readonly #encoder = new FrameEncoder()
  readonly #progress = new Progress(0)
  #segments: Segments | undefined
  /** Nothing up to here is to be read again, though some of it may not have ended. */
  #floor = 0
  #retryAt = -Infinity
  #isFailed = false
  #seenAt = 0

  constructor(parts: JournalParts) {
    this.#parts = parts
    this.#seenAt = parts.clock.now()
    this.backlog = new Backlog({
      fs: parts.fs,
      clock: parts.clock,
      pathOf: ({ index }) => this.#segments?.home.segmentPath(index) ?? '',
      following: (segment) => this.#segments?.following(segment),
      onLost: parts.onLost,
    })
    this.#attempt(() => this.#settled())
  }

  /** The directory; undefined while none can be made. */
  get home(): Home | undefined {
    return this.#segments?.home
  }

  /** Whether so many more bytes fit without removing any. */
  hasRoom(bytes: number): boolean {
    return (this.#segments?.bytes ?? 0) + bytes <= this.#parts.maxBytes
  }

  /** @returns the bytes it takes on disk; 0 while the disk fails, which is told once and tried again later */
  append(number: number, text: string): number {
    const now = this.#parts.clock.now()
    if (this.#isFailed && now < this.#retryAt) return 0
    if (now - this.#seenAt > PAUSE_MS) this.look()
    const frame = this.#encoder.encode(number, text)
    const isWritten = this.#attempt(() => this.#write(frame, number))
    if (isWritten && this.#isFailed) this.#parts.onMended()
    this.#isFailed = !isWritten
    return isWritten ? frame.length : 0
  }

  /** The event just appended, with so many bytes, stays on disk only. */
  leave(number: number, bytes: number): void {
    const segment = this.#segments?.newest
    if (segment !== undefined) this.backlog.leave(number, segment, segment.bytes - bytes)
  }

  /** These have ended, whichever way. */
  end(first: number, last: number): void {
    if (this.#progress.end(first, last)) this.#checkpoint()
  }

  /** How many events up to `last` have not ended and are on disk. */
  unended(last = Infinity): number {
    let count = 0
    for (const segment of this.#segments?.all ?? [])
      count += this.#progress.unended(segment.first, Math.min(segment.last, last))
    return count
  }

  /** Whether the event is on disk. */
  has(number: number): boolean {
    return this.#segments?.has(number) ?? false
  }

  /** Gives the sign of life, and finds out whether the directory is still there and ours. */
  look(): void {
    const wasPaused = this.#parts.clock.now() - this.#seenAt > STALE_MS
    this.#seenAt = this.#parts.clock.now()
    this.#attempt(() => {
      const state = this.home?.state ?? 'ours'
      if (state === 'ours') this.home?.beat()
      else this.#abandon(state === 'deleted' && !wasPaused)
    })
  }

  /** The newest segment could not be brought to the device: it is not written to any more. */
  suspect(error: Error): void {
    this.#segments?.endNewest()
    this.#parts.onFault(error)
    this.#isFailed = true
  }

  /** Lets go of the directory: what has not ended is for whoever comes next. */
  close(freeName: string): void {
    const segments = this.#segments
    if (segments === undefined) return
    const isEmpty = this.unended() === 0
    for (const span of this.#forgetAll(segments)) this.#parts.onHandedOver(span)
    this.#segments = undefined
    this.#attempt(() => segments.letGo(isEmpty ? undefined : freeName))
  }

  #write(frame: Buffer, number: number): void {
    const segments = this.#settled()
    while (!this.hasRoom(frame.length) && segments.all.length > 1) this.#evict(segments)
    segments.append(frame, number)
  }

  #settled(): Segments {
    this.#segments ??= new Segments(this.#parts.settle(), this.#parts)
    return this.#segments
  }

  /** The application must see nothing of a bad disk: memory takes over until it is good again. */
  #attempt(run: () => void): boolean {
    try {
      run()
      return true
    } catch (error) {
      this.#retryAt = this.#parts.clock.now() + RETRY_MS
      if (!this.#isFailed) this.#parts.onFault(error)
      this.#isFailed = true
      this.#segments?.endNewest()
      const state = this.home?.state ?? 'ours'
      if (state !== 'ours') this.#abandon(state === 'deleted')
      return false
    }
  }

  #checkpoint(): void {
    const segments = this.#segments
    if (segments === undefined) return
    const through = Math.max(this.#floor, this.#progress.through)
    this.#attempt(() => {
      segments.home.writeCheckpoint(through)
      // Only now: a checkpoint that is too old costs a duplicate, a segment that is missing costs its records.
      segments.removeThrough(through)
    })
  }

  /** Removes the oldest segment: what waits in memory of it is dropped too, so that memory never holds what the disk has lost. */
  #evict(segments: Segments): void {
    const oldest = segments.all[0]
    if (oldest === undefined) return
    this.#floor = Math.max(this.#floor, oldest.last)
    const left = this.backlog.forget(oldest)
    const spans = [...this.#parts.dropWaiting(oldest.last), ...(left === undefined ? [] : [left])]
    for (const span of spans) this.#parts.onLost('spool-full', span, '')
    segments.home.writeCheckpoint(Math.max(this.#floor, this.#progress.through))
    segments.removeThrough(this.#floor)
  }

  /** The directory is not ours any more. What was only in it is lost with it, or is another process's now. */
  #abandon(isDeleted: boolean): void {
    const segments = this.#segments
    if (segments === undefined) return
    const left = this.#forgetAll(segments)
    segments.endNewest()
    this.#segments = undefined
    segments.home.close()
    for (const span of left) {
      if (isDeleted) this.#parts.onLost('spool-error', span, 'the directory of the spool was removed')
      else this.#parts.onHandedOver(span)
    }
  }

  #forgetAll(segments: Segments): Span[] {
    return segments.all.map((segment) => this.backlog.forget(segment)).filter((span) => span !== undefined)
  }
}
