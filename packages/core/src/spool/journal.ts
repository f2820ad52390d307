/** A writer's own records: appended before `push` returns, checkpointed as they end, removed oldest first when there are too many. A disk that fails is left alone for a while. */
import type { EncodedEvent } from '../event.ts'
import type { Span } from '../ledger.ts'
import { Backlog } from './backlog.ts'
import { DiskHealth } from './disk-health.ts'
import { FrameEncoder } from './frame.ts'
import { Gathered } from './gathered.ts'
import type { Home } from './home.ts'
import { Inventory } from './inventory.ts'
import type { Run } from './own-segment.ts'
import { PAUSE_MS, STALE_MS } from './owner.ts'
import { Pause } from './pause.ts'
import { Progress } from './progress.ts'
import type { SegmentsParts } from './segments.ts'
import { Segments } from './segments.ts'
import type { UpkeepParts } from './upkeep.ts'
import { Upkeep } from './upkeep.ts'

export interface JournalParts extends SegmentsParts, UpkeepParts {
  /** Makes a directory of our own. */
  readonly settle: () => Home
  /** Another process has these now. */
  readonly onHandedOver: (span: Span) => void
  readonly onFault: (error: unknown) => void
  readonly onMended: () => void
}

export class Journal {
  readonly backlog: Backlog
  readonly health: DiskHealth
  readonly inventory: Inventory
  readonly #parts: JournalParts
  readonly #encoder = new FrameEncoder()
  readonly #gathered = new Gathered()
  readonly #progress = new Progress(0)
  readonly #upkeep: Upkeep
  readonly #pause: Pause
  #segments: Segments | undefined

  constructor(parts: JournalParts) {
    this.#parts = parts
    this.#pause = new Pause(parts.clock)
    this.health = new DiskHealth(parts)
    this.backlog = new Backlog({
      fs: parts.fs,
      clock: parts.clock,
      pathOf: ({ index }) => this.#segments?.home.segmentPath(index) ?? '',
      following: (segment) => this.#segments?.following(segment),
      onLost: parts.onLost,
    })
    this.inventory = new Inventory(this.#progress, () => this.#segments?.all ?? [])
    this.#upkeep = new Upkeep(parts, this.backlog, this.#progress)
    this.#attempt(() => void this.#settled())
  }

  /** The directory; undefined while none can be made. */
  get home(): Home | undefined {
    return this.#segments?.home
  }

  /** Whether so many more bytes fit without removing any. */
  hasRoom(bytes: number): boolean {
    return (this.#segments?.bytes ?? 0) + this.#gathered.bytes + bytes <= this.#parts.maxBytes
  }

  /** @returns the bytes it takes on disk; 0 while the disk fails */
  append(number: number, event: string | EncodedEvent): number {
    this.flush()
    this.inventory.last = number
    if (!this.health.mayBeTried) return 0
    const frames = this.#encoder.encode(number, event)
    return this.#write({ first: number, last: number, frames }) ? frames.length : 0
  }

  /** As `append`, together with others: it is on disk after `flush`, where the disk does not fail. */
  gather(number: number, event: string | EncodedEvent): void {
    if (!this.#gathered.isFollowedBy(number)) this.flush()
    this.#gathered.add(number, event)
    this.inventory.last = number
    if (this.#gathered.isEnough) this.flush()
  }

  /** Writes what was gathered. @returns whether the disk took it */
  flush(): boolean {
    const run = this.#gathered.take()
    return run === undefined || this.#write(run)
  }

  /** The event just appended, with so many bytes, stays on disk only. */
  leave(number: number, bytes: number): void {
    const segment = this.#segments?.newest
    if (segment !== undefined) this.backlog.leave(number, segment, segment.bytes - bytes)
  }

  /** Writes records that are in memory only, wherever their numbers belong; none is removed for them. @returns whether the disk took them */
  insert(run: Run): boolean {
    if (!this.health.mayBeTried || !this.hasRoom(run.frames.length)) return false
    return this.#attemptToWrite(() => this.#settled().insert(run))
  }

  /** These have ended, whichever way. */
  end(first: number, last: number): void {
    if (this.#progress.end(first, last)) this.#attempt(() => this.#upkeep.checkpoint(this.#segments))
  }

  /** What is on disk may be lost with the next power failure, though it was synced. */
  get isSuspect(): boolean {
    return this.#segments?.all.some((segment) => segment.isSuspect) === true
  }

  /** Gives the sign of life, finds out whether the directory is still there and ours, and gives up what has become too old. */
  look(): void {
    const wasPaused = this.#pause.ms > STALE_MS
    this.#pause.end()
    this.#attempt(() => {
      const state = this.home?.state ?? 'ours'
      if (state === 'ours') this.home?.beat()
      else this.#abandon(state === 'deleted' && !wasPaused)
      this.#upkeep.expire(this.#segments)
    })
  }

  suspect(fd: number): void {
    this.#segments?.suspect(fd)
  }

  /** Writes again what may be lost though it was written. */
  mend(): void {
    if (this.isSuspect && this.health.mayBeTried) this.#attemptToWrite(() => this.#upkeep.rewrite(this.#settled()))
  }

  /** Lets go of the directory: what has not ended is for whoever comes next. */
  close(freeName: string): void {
    const segments = this.#segments
    if (segments === undefined) return
    const isEmpty = this.inventory.unended() === 0
    for (const span of this.#forgetAll(segments)) this.#handOver(span)
    this.#segments = undefined
    this.#attempt(() => segments.letGo(isEmpty ? undefined : freeName))
  }

  #write(run: Run): boolean {
    if (this.#pause.ms > PAUSE_MS) this.look()
    return this.#attemptToWrite(() => {
      const segments = this.#settled()
      while (!this.hasRoom(run.frames.length) && segments.all.length > 1) this.#upkeep.evict(segments)
      segments.append(run)
    })
  }

  #settled(): Segments {
    this.#segments ??= new Segments(this.#parts.settle(), this.#parts)
    return this.#segments
  }

  #attemptToWrite(run: () => void): boolean {
    if (!this.#attempt(run, (error) => this.health.failedToWrite(error))) return false
    // What has ended while the disk failed is not sent again.
    if (this.health.isFailed) this.#attempt(() => this.#upkeep.checkpoint(this.#segments))
    this.health.worked()
    return true
  }

  /** The application must see nothing of a bad disk: memory takes over until it is good again. */
  #attempt(run: () => void, onFailed = (error: unknown): void => this.health.failed(error)): boolean {
    try {
      run()
      return true
    } catch (error) {
      onFailed(error)
    }
    this.#segments?.endNewest()
    if (this.home !== undefined && this.home.state !== 'ours') this.#abandon(this.home.state === 'deleted')
    return false
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
      else this.#handOver(span)
    }
  }

  #handOver(span: Span): void {
    this.#progress.end(span.first, span.first + span.count - 1)
    this.#parts.onHandedOver(span)
  }

  #forgetAll(segments: Segments): Span[] {
    return segments.all.map((segment) => this.backlog.forget(segment)).filter((span) => span !== undefined)
  }
}
