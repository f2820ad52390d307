/** The four things a caller can do: push, flush, close, stats. */
import { shrink } from './encode/shrink.ts'
import type { GenericEvent } from './event.ts'
import type { FlushResult } from './ledger.ts'
import { atNaturalEnd } from './natural-end.ts'
import type { ShipperOptions } from './options.ts'
import type { Pipeline, Surroundings } from './pipeline.ts'
import { composePipeline } from './pipeline.ts'
import type { Host, Settings } from './settings.ts'
import { resolveOptions } from './settings.ts'
import type { Stats } from './stats.ts'
import { statsOf } from './stats.ts'

export interface FlushOptions {
  /** Longest time to wait, in milliseconds. */
  readonly timeoutMs?: number
}

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
   * `unsent-at-close` and closes all connections. Every further call gives the result of the first. Never rejects.
   */
  close(options?: FlushOptions): Promise<FlushResult>
  stats(): Stats
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
  return new PipelineShipper(settings, composePipeline(settings, host, surroundings))
}

class PipelineShipper implements Shipper {
  readonly #settings: Settings
  readonly #pipeline: Pipeline
  readonly #leaveNaturalEnd: () => void
  #closing: Promise<FlushResult> | undefined
  #hasDrainedNaturally = false

  constructor(settings: Settings, pipeline: Pipeline) {
    this.#settings = settings
    this.#pipeline = pipeline
    this.#leaveNaturalEnd = atNaturalEnd(() => this.#onNaturalEnd())
  }

  push(event: GenericEvent, fields?: object, except?: ReadonlySet<string>): void {
    const { clock, encoder, ledger, losses, maxEventBytes, pump, queue } = this.#pipeline
    const number = ++ledger.accepted
    if (this.#closing !== undefined) return losses.record('closed', { first: number, count: 1 })
    const text = within(maxEventBytes, encoder.encode(event, fields, except))
    if (text === undefined) return losses.record('too-large', { first: number, count: 1 })
    queue.add(text, number, clock)
    pump.added()
  }

  flush({ timeoutMs = DEFAULT_FLUSH_TIMEOUT_MS }: FlushOptions = {}): Promise<FlushResult> {
    return this.#pipeline.pump.drain(timeoutMs)
  }

  close({ timeoutMs = Infinity }: FlushOptions = {}): Promise<FlushResult> {
    this.#closing ??= this.#close(Math.min(timeoutMs, this.#settings.closeTimeoutMs))
    return this.#closing
  }

  stats(): Stats {
    const { gate, ledger, queue } = this.#pipeline
    return statsOf(ledger, queue.count, this.#closing === undefined ? gate.state : 'closed', gate.cause)
  }

  async #close(timeoutMs: number): Promise<FlushResult> {
    const { clock, dispose, ledger, losses, pump, queue } = this.#pipeline
    const deadline = clock.now() + timeoutMs
    this.#leaveNaturalEnd()
    const watch = ledger.watch()
    await pump.drain(timeoutMs)
    await this.#reportLosses(deadline - clock.now())
    await pump.stop()
    for (const batch of queue.takeAll()) losses.giveUp('unsent-at-close', batch)
    dispose()
    return watch.end()
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
    clock.soon(() => void this.flush({ timeoutMs: this.#settings.closeTimeoutMs }))
  }
}

/** Most encoded events are known to fit by their length alone, without counting their bytes. */
function within(maxBytes: number, text: string): string | undefined {
  const fits = text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes
  return fits ? text : shrink(text, maxBytes)
}
