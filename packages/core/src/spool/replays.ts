/** The directories of ended writers, adopted and replayed one at a time. */
import type { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger.ts'
import type { Losses } from '../losses.ts'
import { adopt } from './adopt.ts'
import type { FileSystem } from './file-system.ts'
import type { Processes } from './owner.ts'
import type { BatchBounds } from './record-batch.ts'
import { MAX_SEQ } from './header.ts'
import { Replay } from './replay.ts'

export interface ReplaysParts {
  readonly fs: FileSystem
  readonly clock: Clock
  readonly processes: Processes
  readonly uid: number | undefined
  readonly key: string
  readonly ledger: Ledger
  readonly losses: Losses
  /** Most bytes that are kept of all that others have left. */
  readonly maxBytes: number
  /** Records that are older are given up. */
  readonly maxAgeMs: number
  readonly unique: () => string
  /** The directory of the endpoint, made where it is missing. */
  readonly endpoint: () => string
  /** By the clock of the volume. */
  readonly nowMs: () => number
  readonly onMore: () => void
}

/** Numbers below 1 are those of replayed events: no flush waits for them, and they sort before live ones. */
const LEAST_NUMBER = -Number.MAX_SAFE_INTEGER

/** Heartbeats between two looks for what others left. */
const BEATS_PER_LOOK = 3

/** What is discarded at a time. */
const SLICE: BatchBounds = { maxEvents: 5000, maxBytes: 1_000_000 }

export class Replays {
  readonly #parts: ReplaysParts
  #current: Replay | undefined
  #adoptions = 0
  #beats = 0
  #isClosed = false
  /** The directory at hand is too much: it is not sent but counted and removed. */
  #isDiscarding = false

  constructor(parts: ReplaysParts) {
    this.#parts = parts
    parts.clock.soon(() => this.#adopt())
  }

  get hasMore(): boolean {
    return !this.#isDiscarding && this.#current?.hasMore === true
  }

  /** The next replayed events; they enter the account of this process now. */
  take(bounds: BatchBounds): Batch | undefined {
    const replay = this.#current
    if (replay === undefined || !this.hasMore) return undefined
    const taken = replay.take(bounds)
    this.#parts.ledger.adopted += taken?.batch.count ?? 0
    if (taken?.isExpired === true) this.#parts.losses.giveUp('expired', taken.batch)
    this.#finishIfDone(replay)
    return taken?.isExpired === true ? undefined : taken?.batch
  }

  end(first: number, last: number): void {
    const replay = this.#current
    if (replay?.owns(first) !== true) return // its directory is another's by now
    try {
      replay.end(first, last)
    } catch {
      // A checkpoint that is not written costs duplicates, later.
    }
    this.#finishIfDone(replay)
  }

  /** At every heartbeat: gives the sign of life for the directory at hand, or looks for one. */
  look(): void {
    const replay = this.#current
    if (replay === undefined) {
      if (++this.#beats % BEATS_PER_LOOK === 0) this.#adopt()
    } else if (replay.home.state !== 'ours') this.#forget(replay)
    else this.#quietly(() => replay.home.beat())
  }

  close(freeName: string): void {
    this.#isClosed = true
    const replay = this.#current
    if (replay === undefined) return
    this.#quietly(() => replay.home.rename(freeName))
    this.#forget(replay)
  }

  #adopt(): void {
    if (this.#isClosed || this.#current !== undefined) return
    this.#quietly(() => {
      const { maxBytes, onMore } = this.#parts
      const parts = { ...this.#parts, endpoint: this.#parts.endpoint(), nowMs: this.#parts.nowMs() }
      const adopted = adopt(parts)
      if (adopted === undefined) return
      const { home, leftBytes } = adopted
      this.#isDiscarding = leftBytes > maxBytes
      const base = LEAST_NUMBER + (this.#adoptions++ % (Number.MAX_SAFE_INTEGER / MAX_SEQ - 1)) * MAX_SEQ
      this.#current = new Replay({ ...this.#parts, home, base, onGap: (span) => this.#lose(span) })
      if (this.#isDiscarding) this.#discard(this.#current)
      else onMore()
    })
  }

  /** Counted as accepted like those that were found, so that the account of this process is complete. */
  #lose(span: { first: number; count: number }): void {
    this.#parts.ledger.adopted += span.count
    this.#parts.losses.record('spool-gap', span, 'left by a process that ended')
  }

  /** Processes that end again and again while the endpoint is down must not fill the disk. A slice at a time, as reading blocks. */
  #discard(replay: Replay): void {
    if (replay !== this.#current || this.#isClosed) return
    const { clock, ledger, losses } = this.#parts
    const batch = replay.take(SLICE)?.batch
    if (batch !== undefined) {
      ledger.adopted += batch.count
      losses.record('spool-full', batch, 'left by processes that ended')
    }
    this.#finishIfDone(replay)
    clock.soon(() => this.#discard(replay))
  }

  #finishIfDone(replay: Replay): void {
    if (replay !== this.#current || !replay.isDone) return
    this.#current = undefined
    const isFinished = this.#quietly(() => replay.finish())
    // One that cannot be removed would be adopted again at once.
    if (isFinished) this.#parts.clock.soon(() => this.#adopt())
  }

  #forget(replay: Replay): void {
    this.#current = undefined
    this.#quietly(() => replay.close())
  }

  #quietly(run: () => void): boolean {
    try {
      run()
      return true
    } catch {
      return false
    }
  }
}
