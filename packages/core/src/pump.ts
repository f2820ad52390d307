/** The one loop behind the queue: asks which batch is due, whether the gate lets it pass and how many may be under way. */
import { setMaxListeners } from 'node:events'

import type { Batch } from './batch.ts'
import type { Cancel, Clock } from './clock.ts'
import type { Gate } from './deliver/gate.ts'
import type { Deliver } from './deliver/link.ts'
import { faultOfOurs, neverThrowing } from './deliver/link.ts'
import type { FlushResult, Ledger } from './ledger.ts'
import type { Queue } from './queue.ts'
import { LateBatches } from './late-batches.ts'
import type { Settlement } from './settle.ts'
import type { Spool } from './spool/spool.ts'

export interface PumpParts {
  readonly queue: Queue
  readonly gate: Gate
  readonly ledger: Ledger
  readonly clock: Clock
  readonly deliver: Deliver
  readonly lingerMs: number
  readonly settlement: Pick<Settlement, 'settle' | 'isSystemic' | 'hasSuspects' | 'decide' | 'release'>
  readonly spool?: Pick<Spool, 'canFill' | 'fill'> | undefined
}

interface Drain {
  /** Number of the last event that is waited for. */
  readonly last: number
  readonly deadline: number
  readonly finish: () => void
}

export class Pump {
  readonly #parts: PumpParts
  readonly #deliver: Deliver
  readonly #inFlight = new Set<Promise<void>>()
  readonly #drains = new Set<Drain>()
  readonly #lateBatches: LateBatches
  readonly #abort = new AbortController()
  #isScheduled = false
  #cancelTimer: Cancel | undefined

  constructor(parts: PumpParts) {
    this.#parts = parts
    this.#deliver = neverThrowing(parts.deliver)
    this.#lateBatches = new LateBatches(parts.clock)
    setMaxListeners(0, this.#abort.signal) // every attempt under way listens; from the eleventh on Node would warn
  }

  /** Something was added to the queue. Cheap, since it is called for every event. */
  added(): void {
    if (this.#isScheduled || !this.#hasRoom) return
    if (this.#isReady && this.#parts.gate.waitMs === 0) this.#schedule()
    else if (this.#cancelTimer === undefined) this.#setTimer()
  }

  /**
   * Sends what waits at once and resolves when all events pushed so far have ended, at the latest after `timeoutMs`: earlier
   * when the gate will not open within that time, or, without patience, when it closes.
   */
  drain(timeoutMs: number, isPatient = true): Promise<FlushResult> {
    const { clock, gate, ledger } = this.#parts
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel()
        this.#drains.delete(drain)
        resolve(watch.end())
      }
      const watch = ledger.watch(finish)
      const drain = { last: watch.last, deadline: isPatient ? clock.now() + timeoutMs : -Infinity, finish }
      const cancel = clock.after(timeoutMs, finish, true)
      if (watch.result.pending === 0) return finish()
      this.#drains.add(drain)
      gate.nudge()
      this.#run()
    })
  }

  /** Gives up what is under way; resolves when nothing is. What was under way is in the queue again. */
  async stop(): Promise<void> {
    this.#abort.abort()
    this.#cancelTimer?.()
    await Promise.all(this.#inFlight)
    this.#parts.settlement.release(this.#parts.spool !== undefined)
  }

  get #hasRoom(): boolean {
    return this.#inFlight.size < this.#parts.gate.window
  }

  /** A batch waits, in memory or on disk, that is not to wait for more events. */
  get #isReady(): boolean {
    return this.#parts.queue.hasClosedBatch || this.#parts.spool?.canFill === true
  }

  #schedule(): void {
    this.#isScheduled = true
    this.#parts.clock.soon(() => {
      this.#isScheduled = false
      this.#run()
    })
  }

  #run(): void {
    if (this.#abort.signal.aborted) return
    if (this.#parts.queue.count === 0) this.#lateBatches.forget()
    while (this.#hasRoom && this.#parts.gate.waitMs === 0) {
      const batch = this.#nextBatch()
      if (batch === undefined) break
      this.#ship(batch)
    }
    this.#decideIfLast()
    this.#setTimer()
    this.#finishHopeless()
  }

  /** What could prove something about refused events has been tried. */
  #decideIfLast(): void {
    const { clock, queue, settlement } = this.#parts
    const isLast = this.#inFlight.size === 0 && queue.isDrained && !this.#isReady
    if (isLast && settlement.hasSuspects) settlement.decide(clock.now())
  }

  #nextBatch(): Batch | undefined {
    const { queue, settlement, spool } = this.#parts
    if (!queue.hasClosedBatch && this.#lingerLeftMs() === 0) queue.closeBatch()
    spool?.fill()
    const batch = settlement.isSystemic ? queue.takeOne() : queue.take()
    return batch && this.#inTime(batch)
  }

  #inTime(batch: Batch): Batch | undefined {
    const { queue } = this.#parts
    const current = this.#lateBatches.current(batch)
    if (current === batch) return batch
    queue.exchange(batch, current)
    if (current.bodyBytes <= queue.maxBodyBytes) return current
    // it has grown, and now goes in parts
    queue.putBack([current])
    return queue.take()
  }

  /** How long the open batch may still wait for more events; 0 when it is due, also because somebody flushes. */
  #lingerLeftMs(): number {
    const { clock, lingerMs, queue, settlement } = this.#parts
    if (queue.openedAt === undefined) return Infinity
    for (const drain of this.#drains) {
      // Who waits for a refused event waits for what may prove something about it.
      if (drain.last >= (queue.openFirst ?? Infinity) || settlement.hasSuspects) return 0
    }
    return Math.max(0, queue.openedAt + lingerMs - clock.now())
  }

  #ship(batch: Batch): void {
    const attempt = this.#attempt(batch).finally(() => {
      this.#inFlight.delete(attempt)
      this.#run()
    })
    this.#inFlight.add(attempt)
  }

  /** Never rejects. Neither delivering nor settling is expected to throw; if one does, the loop must live on. */
  async #attempt(batch: Batch): Promise<void> {
    const { clock, gate, queue, settlement } = this.#parts
    const startedAt = clock.now()
    gate.started()
    const outcome = await this.#deliver(batch.body(), this.#abort.signal)
    try {
      // Given up by `stop`, which says nothing about the endpoint.
      if (this.#abort.signal.aborted && outcome.status === 'retry') queue.putBack([batch])
      else settlement.settle(batch, outcome, startedAt)
    } catch (error) {
      gate.failed(faultOfOurs(error), startedAt)
      // Not where it has ended or waits already: each event ends once.
      if (queue.isInFlight(batch)) queue.putBack([batch])
    }
  }

  /** Wakes the loop when the open batch is due or the gate opens; an attempt that ends wakes it anyway. */
  #setTimer(): void {
    const { clock, gate, queue } = this.#parts
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (!this.#hasRoom || (queue.isDrained && !this.#isReady)) return
    const ms = Math.max(gate.waitMs, this.#isReady ? 0 : this.#lingerLeftMs())
    this.#cancelTimer = clock.after(ms, () => {
      this.#cancelTimer = undefined
      this.#run()
    })
  }

  /** Nothing is under way and the gate stays closed beyond the deadline: waiting longer would change nothing. */
  #finishHopeless(): void {
    const { clock, gate } = this.#parts
    if (this.#inFlight.size > 0) return
    for (const drain of this.#drains) if (clock.now() + gate.waitMs > drain.deadline) drain.finish()
  }
}
