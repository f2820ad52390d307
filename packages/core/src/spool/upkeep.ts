/** What happens to a writer's segments after they were written: removed as their records end, oldest first where there are too many or they are too old, and written again where their file cannot be believed. */
import type { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Span } from '../ledger.ts'
import type { Backlog } from './backlog.ts'
import type { FileSystem } from './file-system.ts'
import type { OwnSegment } from './own-segment.ts'
import type { Progress } from './progress.ts'
import { readBatches, readRuns } from './read-runs.ts'
import type { Segments } from './segments.ts'

export interface UpkeepParts {
  readonly fs: FileSystem
  readonly clock: Clock
  /** Records that are older are given up. */
  readonly maxAgeMs: number
  readonly onLost: (reason: 'spool-full' | 'spool-error' | 'spool-gap' | 'expired', span: Span, cause: string) => void
  readonly onExpired: (batch: Batch) => void
  /** Takes out of memory what waits there up to this number. */
  readonly dropWaiting: (last: number) => readonly Span[]
}

export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #backlog: Backlog
  readonly #progress: Progress
  /** Nothing up to here is to be read again, though some of it may not have ended. */
  #floor = 0

  constructor(parts: UpkeepParts, backlog: Backlog, progress: Progress) {
    this.#parts = parts
    this.#backlog = backlog
    this.#progress = progress
  }

  /** Tells the disk what has ended. @throws what the file system throws */
  checkpoint(segments: Segments | undefined): void {
    if (segments === undefined) return
    const through = Math.max(this.#floor, this.#progress.through)
    segments.home.writeCheckpoint(through)
    // Only now: a checkpoint that is too old costs a duplicate, a segment that is missing costs its records.
    segments.removeThrough(through)
  }

  /** Removes the oldest segment: what waits in memory of it is dropped too, so that memory never holds what the disk has lost. */
  evict(segments: Segments): void {
    const oldest = segments.all[0]
    if (oldest === undefined) return
    for (const span of this.#giveUp(oldest)) this.#parts.onLost('spool-full', span, '')
    this.checkpoint(segments)
  }

  /** Gives up the oldest segment where its newest record is too old. One at a time: it is read for the dead letter. */
  expire(segments: Segments | undefined): void {
    const { clock, fs, maxAgeMs, onExpired, onLost } = this.#parts
    const oldest = segments?.all[0]
    if (segments === undefined || oldest === undefined || clock.now() - oldest.writtenAt <= maxAgeMs) return
    if (oldest === segments.newest) segments.endNewest()
    const spans = this.#giveUp(oldest)
    const isWanted = (number: number): boolean =>
      spans.some(({ count, first }) => first <= number && number < first + count)
    const batches = attempt(() => readBatches(fs, segments.home.segmentPath(oldest.index), oldest, isWanted))
    for (const batch of batches) onExpired(batch)
    for (const span of spans.flatMap((each) => without(each, batches))) onLost('expired', span, '')
    this.checkpoint(segments)
  }

  /** Writes again what is in a file whose sync failed: its pages count as written and may be dropped at any time. @throws what the file system throws */
  rewrite(segments: Segments): void {
    for (const suspect of segments.all.filter(({ isSuspect }) => isSuspect)) {
      const runs = readRuns(this.#parts.fs, segments.home.segmentPath(suspect.index), suspect)
      this.#backlog.replaced(suspect, segments.replace(suspect, runs))
    }
  }

  /** @returns what of it has neither ended nor is under way */
  #giveUp(segment: OwnSegment): Span[] {
    this.#floor = Math.max(this.#floor, segment.last)
    const left = this.#backlog.forget(segment)
    return [...this.#parts.dropWaiting(segment.last), ...(left === undefined ? [] : [left])]
  }
}

/** What is left of a span beside those that are in one of the batches, which are in order. */
function without({ count, first }: Span, batches: readonly Batch[]): Span[] {
  const left: Span[] = []
  let next = first
  for (const batch of batches) {
    if (batch.next <= next || batch.first >= first + count) continue
    if (batch.first > next) left.push({ first: next, count: batch.first - next })
    next = batch.next
  }
  if (next < first + count) left.push({ first: next, count: first + count - next })
  return left
}

function attempt<Value>(read: () => Value[]): Value[] {
  try {
    return read()
  } catch {
    return []
  }
}
