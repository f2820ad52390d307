/** The durable form of the queue: every event goes to disk before `push` returns, and what memory has no room for is read back from there. */
import { randomBytes } from 'node:crypto'

import type { Batch } from '../batch.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { FlushResult, Ledger, Span } from '../ledger.ts'
import type { Losses } from '../losses.ts'
import type { SpoolOptions } from '../options/spool.ts'
import type { Queue } from '../queue.ts'
import { endpointDirectory } from './directory.ts'
import type { FileSystem } from './file-system.ts'
import { Home } from './home.ts'
import { Journal } from './journal.ts'
import type { Processes } from './owner.ts'
import { freeName, ownedName } from './owner.ts'
import { repeat } from './repeat.ts'
import { Replays } from './replays.ts'
import { cut } from './cut.ts'
import { Syncer } from './syncer.ts'

export interface SpoolParts extends Required<SpoolOptions> {
  readonly fs: FileSystem
  readonly processes: Processes
  readonly uid: number | undefined
  readonly clock: Clock
  readonly key: string
  readonly queue: Queue
  readonly queueMaxBytes: number
  readonly maxEventsPerBatch: number
  readonly onFull: 'drop-oldest' | 'drop-newest'
  readonly ledger: Ledger
  readonly losses: Losses
  readonly warn: (message: string) => void
  /** There is something to read. */
  readonly onMore: () => void
}

const HEARTBEAT_MS = 10_000
const SYNC_INTERVAL_MS = 500

/** Of the frame around an event, and some. */
const FRAME_BYTES = 32

/** While live events wait, one batch in so many is a replayed one. */
const LIVE_PER_REPLAYED = 3

const unique = (): string => randomBytes(4).toString('hex')

export class Spool {
  readonly #parts: SpoolParts
  readonly #journal: Journal
  readonly #replays: Replays
  readonly #syncer: Syncer
  readonly #timers: Cancel[] = []
  #liveSinceReplayed = 0

  constructor(parts: SpoolParts) {
    this.#parts = parts
    const { clock, directory, fs, key, ledger, losses, processes, queue, uid, warn } = parts
    const endpoint = (): string => endpointDirectory(fs, directory, key, uid)
    this.#syncer = new Syncer(fs, parts.durability !== 'process', (error) => this.#journal.suspect(error))
    this.#journal = new Journal({
      ...parts,
      syncer: this.#syncer,
      settle: () => Home.create(fs, endpoint(), ownedName(processes.self, unique())),
      onLost: (reason, span, cause) => losses.record(reason, span, cause),
      onHandedOver: (span) => ledger.settleSpooled(span),
      dropWaiting: (last) => queue.dropThrough(last),
      onFault: (error) => warn(`the spool cannot be written, events are kept in memory only: ${messageOf(error)}`),
      onMended: () => warn('the spool is written again'),
    })
    this.#replays = new Replays({
      ...parts,
      unique,
      endpoint,
      nowMs: () => this.#journal.home?.beatAt ?? clock.wall(),
    })
    this.#timers.push(repeat(clock, HEARTBEAT_MS, () => this.#beat()))
    if (parts.durability === 'interval')
      this.#timers.push(repeat(clock, SYNC_INTERVAL_MS, () => void this.#syncer.sync()))
  }

  /** Events that are on disk only. */
  get waiting(): number {
    return this.#journal.backlog.waiting
  }

  /** Something can be read now. */
  get canFill(): boolean {
    return (this.waiting > 0 || this.#replays.hasMore) && this.#memoryHasRoom
  }

  /** The newest event is to be dropped where the disk has no room for it; asked before it has a number. */
  refuses(text: string): boolean {
    if (this.#parts.onFull === 'drop-oldest') return false
    return !this.#journal.hasRoom(Buffer.byteLength(text) + FRAME_BYTES)
  }

  /** Writes an event. @returns whether it stays on disk only: memory is full, or holds older ones that are to go first */
  keep(text: string, number: number): boolean {
    const bytes = this.#journal.append(number, text)
    if (bytes === 0) return false
    const { queue, queueMaxBytes } = this.#parts
    if (this.waiting === 0 && queue.bytes + bytes <= queueMaxBytes) return false
    this.#journal.leave(number, bytes)
    return true
  }

  /** Reads a batch into the queue where one is due: a replayed one in its turn, one that is on disk only once memory has nothing ready. */
  fill(): void {
    if (!this.#memoryHasRoom) return
    const { queue } = this.#parts
    const batch = this.#replayed() ?? this.#fromBacklog()
    if (batch !== undefined) queue.admit(batch)
  }

  /** These events have ended. */
  end({ first, count }: Span): void {
    if (first > 0) this.#journal.end(first, first + count - 1)
    else this.#replays.end(first, first + count - 1)
  }

  /** What a flush of the events up to `last` has led to: those that are still to be sent are on disk, with `batch` durability on the device. */
  async afterFlush(flushed: Promise<FlushResult>, last: number): Promise<FlushResult> {
    const result = await flushed
    if (this.#parts.durability === 'batch') await this.#syncer.sync()
    const spooled = Math.min(result.pending, this.#journal.unended(last))
    return { ...result, spooled: result.spooled + spooled, pending: result.pending - spooled }
  }

  /** A batch that was not sent. What is on disk stays there. @returns the parts that are in memory only */
  release(batch: Batch): Batch[] {
    const { ledger } = this.#parts
    return cut(batch, (number) => number < 1 || this.#journal.has(number))
      .filter(({ isOnDisk, part }) => {
        if (isOnDisk) ledger.settleSpooled(part)
        return !isOnDisk
      })
      .map(({ part }) => part)
  }

  /** Lets go of all directories. What was not sent is for whoever comes next. */
  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel()
    await this.#syncer.sync()
    this.#replays.close(freeName(unique()))
    this.#journal.close(freeName(unique()))
    await this.#syncer.sync()
  }

  #replayed(): Batch | undefined {
    const isLiveReady = this.#parts.queue.hasClosedBatch || this.waiting > 0
    if (isLiveReady && this.#liveSinceReplayed++ < LIVE_PER_REPLAYED) return undefined
    const batch = this.#replays.take(this.#bounds)
    if (batch !== undefined) this.#liveSinceReplayed = 0
    return batch
  }

  #fromBacklog(): Batch | undefined {
    const { queue } = this.#parts
    if (this.waiting === 0) return undefined
    queue.closeBatch() // its events are older
    return queue.hasClosedBatch ? undefined : this.#journal.backlog.take(this.#bounds)
  }

  get #memoryHasRoom(): boolean {
    const { queue, queueMaxBytes } = this.#parts
    return queue.bytes === 0 || queue.bytes + queue.maxBodyBytes <= queueMaxBytes
  }

  get #bounds(): { maxEvents: number; maxBytes: number } {
    return { maxEvents: this.#parts.maxEventsPerBatch, maxBytes: this.#parts.queue.maxBodyBytes }
  }

  #beat(): void {
    this.#journal.look()
    this.#replays.look()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
