/** The durable form of the queue: every event goes to disk before `push` returns, and what memory has no room for is read back from there. */
import { randomBytes } from 'node:crypto'

import type { Batch } from '../batch.ts'
import type { Cancel } from '../clock.ts'
import type { EncodedEvent } from '../event.ts'
import type { FlushResult, Span } from '../ledger.ts'
import { endpointDirectory } from './directory.ts'
import { Home } from './home.ts'
import { Journal } from './journal.ts'
import { mostBytesOf } from './frame.ts'
import { freeName, ownedName } from './owner.ts'
import { repeat } from './repeat.ts'
import { Replays } from './replays.ts'
import { cut } from './cut.ts'
import { Device } from './device.ts'
import { Mender } from './mender.ts'
import type { SpoolParts } from './spool-parts.ts'
import { Syncer } from './syncer.ts'

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
  readonly #device: Device
  readonly #mender: Mender
  readonly #timers: Cancel[] = []
  #liveSinceReplayed = 0
  #isGathering = false

  constructor(parts: SpoolParts) {
    this.#parts = parts
    const { clock, directory, fs, key, ledger, losses, processes, queue, uid, warn } = parts
    const endpoint = (): string => endpointDirectory(fs, directory, key, uid)
    const syncer = new Syncer(fs, parts.durability !== 'process', (error, fd) => this.#device.failed(error, fd))
    this.#mender = new Mender({ queue, clock, journal: () => this.#journal })
    this.#journal = new Journal({
      ...parts,
      syncer,
      settle: () => Home.create(fs, endpoint(), ownedName(processes.self, unique())),
      onLost: (reason, span, cause) => losses.record(reason, span, cause),
      onExpired: (batch) => losses.giveUp('expired', batch),
      onHandedOver: (span) => ledger.settleSpooled(span),
      dropWaiting: (last) => queue.dropThrough(last),
      onFault: (error) => warn(`the spool cannot be written, events are kept in memory only: ${messageOf(error)}`),
      onMended: () => {
        warn('the spool is written again')
        this.#mender.start()
      },
    })
    this.#device = new Device(this.#journal, syncer, warn)
    this.#replays = new Replays({
      ...parts,
      unique,
      endpoint,
      nowMs: () => this.#journal.home?.beatAt ?? clock.wall(),
    })
    this.#timers.push(repeat(clock, HEARTBEAT_MS, () => this.#beat()))
    if (parts.durability === 'interval')
      this.#timers.push(repeat(clock, SYNC_INTERVAL_MS, () => void this.#device.sync()))
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
  refuses(event: string | EncodedEvent): boolean {
    if (this.#parts.onFull === 'drop-oldest') return false
    const bytes = typeof event === 'string' ? Buffer.byteLength(event) : event.end - event.start
    return !this.#journal.hasRoom(bytes + FRAME_BYTES)
  }

  /** Writes an event. @returns whether it stays on disk only: memory is full, or holds older ones that are to go first */
  keep(event: string | EncodedEvent, number: number): boolean {
    const journal = this.#journal
    if (this.#isGathering && !journal.health.isFailed && this.#staysInMemory(mostBytesOf(event))) {
      journal.gather(number, event)
      return false
    }
    const bytes = journal.append(number, event)
    if (bytes === 0 || this.#staysInMemory(bytes)) return false
    journal.leave(number, bytes)
    return true
  }

  /** What follows comes in one chunk and is written together, at the end of the chunk or before. */
  beginChunk(): void {
    this.#isGathering = true
  }

  endChunk(): void {
    this.#isGathering = false
    this.#journal.flush()
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
    if (this.#parts.durability === 'batch' && !(await this.#device.confirm())) return result
    const spooled = Math.min(result.pending, this.#journal.inventory.unended(last))
    return { ...result, spooled: result.spooled + spooled, pending: result.pending - spooled }
  }

  /** A batch that was not sent. What is on disk stays there. @returns the parts that are in memory only */
  release(batch: Batch): Batch[] {
    const { ledger } = this.#parts
    this.#mender.write(batch)
    return cut(batch, (number) => number < 1 || this.#journal.inventory.has(number))
      .filter(({ isOnDisk, part }) => {
        if (isOnDisk) ledger.settleSpooled(part)
        return !isOnDisk
      })
      .map(({ part }) => part)
  }

  /** Lets go of all directories. What was not sent is for whoever comes next. */
  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel()
    await this.#device.confirm()
    this.#replays.close(freeName(unique()))
    this.#journal.close(freeName(unique()))
    await this.#device.sync()
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

  #staysInMemory(bytes: number): boolean {
    const { queue, queueMaxBytes } = this.#parts
    return this.waiting === 0 && queue.bytes + bytes <= queueMaxBytes
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
    const { health, isSuspect } = this.#journal
    if (!health.isFailed && !isSuspect) return
    this.#journal.mend()
    this.#mender.start()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
