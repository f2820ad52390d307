/** The four things a caller can do: push, flush, close, stats. */
import { accept } from './accept.ts'
import type { EncodedEvent, GenericEvent } from './event.ts'
import type { FlushResult } from './ledger.ts'
import { atNaturalEnd } from './natural-end.ts'
import { observeStats } from './metrics.ts'
import type { Chunks } from './mapping/chunks.ts'
import { CHUNKS } from './mapping/chunks.ts'
import type { FastLane } from './mapping/fast-lane.ts'
import { FAST_LANE } from './mapping/fast-lane.ts'
import type { ShipperOptions } from './options.ts'
import type { Pipeline, Surroundings } from './pipeline.ts'
import { composePipeline } from './pipeline.ts'
import type { RecordRules } from './record-rules.ts'
import type { Host, Settings } from './settings.ts'
import { resolveOptions } from './settings.ts'
import type { Stats } from './stats.ts'
import { statsOf } from './stats.ts'

/** Of `flush` and `close`. */
export interface FlushOptions {
  /** Longest time to wait, in milliseconds. */
  readonly timeoutMs?: number
}

/** Takes events and delivers them. What an adapter stands on, and what a program without a logger uses itself. */
export interface Shipper {
  /**
   * Takes one event: encodes it and puts it into the queue, within this call. Never throws, never waits.
   * @param event attributes that keep their names
   * @param fields a logger's record, whose fields are added; one whose name is taken becomes `log.<name>`
   * @param except names of fields that the event already contains in another form
   */
  push(event: GenericEvent, fields?: object, except?: ReadonlySet<string>): void
  /**
   * Sends what waits at once; resolves when everything pushed before the call has ended, at the latest after `timeoutMs`
   * (default 10000). Never rejects: the result says what became of the events. Keeps the process alive until it resolves.
   */
  flush(options?: FlushOptions): Promise<FlushResult>
  /**
   * Takes nothing more, sends what waits for at most `timeoutMs` (default and bound: `closeTimeoutMs`), counts the rest as
   * `unsent-at-close` and closes all connections. With a spool the rest stays on disk, and an endpoint that takes nothing is not waited for. Every further call gives the result of the first. Never rejects.
   */
  close(options?: FlushOptions): Promise<FlushResult>
  /** Counts of everything since the start, at this moment. */
  stats(): Stats
  /** What an adapter applies to a logger's records; for events that are pushed without one, it is applied here. */
  readonly records: RecordRules
}

const DEFAULT_FLUSH_TIMEOUT_MS = 10_000

const CORE: Host = { name: 'openpipeline-core' }

/**
 * Creates a shipper: whatever is pushed is delivered to OpenPipeline, or its loss is counted with a reason.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
export function createShipper(
  options: ShipperOptions = {},
  host: Host = CORE,
  surroundings: Surroundings = {},
): Shipper {
  const settings = resolveOptions(options, host)
  const shipper = new PipelineShipper(settings, composePipeline(settings, host, surroundings))
  if (surroundings.isObserved !== false) observeStats(host.name, () => shipper.stats())
  return shipper
}

class PipelineShipper implements Shipper {
  readonly #settings: Settings
  readonly #pipeline: Pipeline
  readonly #leaveNaturalEnd: () => void
  #closing: Promise<FlushResult> | undefined
  #hasDrainedNaturally = false

  readonly records: RecordRules
  /** Only where nobody needs to see the event itself. */
  readonly [FAST_LANE]: FastLane | undefined

  readonly [CHUNKS]: Chunks | undefined

  constructor(settings: Settings, pipeline: Pipeline) {
    this.#settings = settings
    this.#pipeline = pipeline
    const { spool } = pipeline
    this[CHUNKS] = spool && { begin: () => spool.beginChunk(), end: () => spool.endChunk() }
    const { prepare, records } = pipeline.intake
    this.records = records
    this[FAST_LANE] =
      prepare === undefined && records.redact === undefined && records.minLevel === undefined
        ? this.#fastLane()
        : undefined
    this.#leaveNaturalEnd = atNaturalEnd(() => this.#onNaturalEnd())
  }

  push(event: GenericEvent, fields?: object, except?: ReadonlySet<string>): void {
    const { encoder, prepare } = this.#pipeline.intake
    if (prepare === undefined) return this.#accept(encoder.encode(event, fields, except))
    const prepared = prepare({ event, fields, except })
    if (prepared !== undefined) this.#accept(encoder.encode(prepared.event, prepared.fields, prepared.except))
  }

  flush({ timeoutMs = DEFAULT_FLUSH_TIMEOUT_MS }: FlushOptions = {}): Promise<FlushResult> {
    const { ledger, pump, spool } = this.#pipeline
    const draining = pump.drain(timeoutMs)
    return spool === undefined ? draining : spool.afterFlush(draining, ledger.accepted)
  }

  close({ timeoutMs = Infinity }: FlushOptions = {}): Promise<FlushResult> {
    this.#closing ??= this.#close(Math.min(timeoutMs, this.#settings.closeTimeoutMs))
    return this.#closing
  }

  stats(): Stats {
    const { gate, ledger, queue, spool } = this.#pipeline
    const state = this.#closing === undefined ? gate.state : 'closed'
    const stats = statsOf(ledger, queue.count, state, gate.cause)
    return spool === undefined ? stats : { ...stats, spooled: stats.spooled + spool.waiting }
  }

  #accept(encoded: string | EncodedEvent): void {
    accept(this.#pipeline, encoded, this.#closing !== undefined)
  }

  #fastLane(): FastLane {
    const { encoder, spliced } = this.#pipeline.intake
    return {
      get version() {
        return encoder.version
      },
      flattens: this.#settings.flatten,
      isTaken: (name) => encoder.isConstant(name),
      guardOf: (name) => encoder.secrets.guardOf(name),
      bitOf: (name) => encoder.bitOf(name),
      begin: () => spliced.begin(),
      commit: (brought) => {
        this.#accept(spliced.end(encoder.closing(brought)))
        spliced.release()
      },
    }
  }

  async #close(timeoutMs: number): Promise<FlushResult> {
    const { clock, dispose, ledger, losses, pump, queue, spool } = this.#pipeline
    const deadline = clock.now() + timeoutMs
    this.#leaveNaturalEnd()
    const watch = ledger.watch()
    await this.#drainAtEnd(timeoutMs)
    await this.#reportLosses(deadline - clock.now())
    await pump.stop()
    const unsent = queue.takeAll().flatMap((batch) => spool?.release(batch) ?? [batch])
    for (const batch of unsent) losses.giveUp('unsent-at-close', batch)
    await spool?.close()
    dispose()
    return watch.end()
  }

  /** With a spool nothing is lost by not waiting: an endpoint that does not take events now is not waited for. */
  async #drainAtEnd(timeoutMs: number): Promise<void> {
    const { gate, pump, spool } = this.#pipeline
    if (spool === undefined) await pump.drain(timeoutMs)
    else if (gate.state === 'open') await pump.drain(timeoutMs, false)
  }

  /** Only where everything else was delivered: then the endpoint takes it, and there is time. */
  async #reportLosses(timeoutMs: number): Promise<void> {
    const { clock, gate, lossReport, queue } = this.#pipeline
    if (queue.count > 0 || gate.state !== 'open' || timeoutMs <= 0) return
    const controller = new AbortController()
    const cancel = clock.after(timeoutMs, () => controller.abort(), true)
    await lossReport.sendAtClose(controller.signal)
    cancel()
  }

  /** Time to send is given once: a program that logs whenever its event loop runs empty must still come to an end. */
  #onNaturalEnd(): void {
    const { clock, queue } = this.#pipeline
    if (this.#hasDrainedNaturally) {
      if (queue.count > 0) void this.close({ timeoutMs: 0 })
      return
    }
    this.#hasDrainedNaturally = true
    // A turn later, so that what other hooks log is among it.
    clock.soon(() => void this.#drainAtEnd(this.#settings.closeTimeoutMs))
  }
}
