/** The transport: winston's contract on one side, the core on the other. Each info is pushed within `log`; nothing ever waits or throws. */
import type { DiagnosticEvent, FlushOptions, FlushResult, Shipper, Stats } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import { get } from 'openpipeline-core/mapping'
import TransportStream from 'winston-transport'

import type { InfoLane } from './info-lane.ts'
import { createInfoLane } from './info-lane.ts'
import { checkHostOptions, HOST } from './options.ts'
import type { WinstonOpenPipelineOptions } from './options.ts'
import type { RecordToEvent } from './record-to-event.ts'
import { createRecordToEvent } from './record-to-event.ts'

/** What `warn` is emitted with: trouble with delivery, which the logger passes on. Never `error`: winston would unpipe the transport. */
export interface OpenPipelineWarning extends Error {
  /** What the message is made of. */
  readonly event: DiagnosticEvent
}

/** winston ends the process three seconds after an uncaught exception. */
const EXCEPTION_FLUSH_MS = 2500

/** A transport of winston's: `winston.createLogger({ transports: [new OpenPipelineTransport(options)] })`. */
export class OpenPipelineTransport extends TransportStream {
  /** Name of the transport in the logger. */
  readonly name = 'openpipeline'
  readonly #shipper: Shipper
  readonly #recordToEvent: RecordToEvent
  readonly #lane: InfoLane | undefined

  /** @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option */
  constructor(options: WinstonOpenPipelineOptions = {}) {
    checkHostOptions(options)
    const { level, format, silent, handleExceptions, handleRejections } = options
    super({
      ...(level !== undefined && { level }),
      ...(format !== undefined && { format }),
      ...(silent !== undefined && { silent }),
      ...(handleExceptions !== undefined && { handleExceptions }),
      ...(handleRejections !== undefined && { handleRejections }),
    })
    this.#shipper = createShipper(options, HOST, { onEvent: (event) => this.#warn(event) })
    this.#recordToEvent = createRecordToEvent(this.#shipper.records)
    this.#lane = createInfoLane(this.#shipper)
    if (level !== undefined) this.once('pipe', (logger: unknown) => this.#checkLevel(level, logger))
  }

  /** Called by winston for each info. The callback is called within the call, also when the queue is full: other transports must not wait for us. */
  override log(info: object, next?: () => void): void {
    if (this.#lane?.push(info) !== true) this.#map(info)
    if (this.listenerCount('logged') > 0) setImmediate(() => this.emit('logged', info))
    if (get(info, 'exception') === true || get(info, 'rejection') === true) this.#hurry()
    next?.()
  }

  /** Resolves when everything logged before the call is delivered, has ended otherwise, or after `timeoutMs` (default 10000). */
  flush(options?: FlushOptions): Promise<FlushResult> {
    return this.#shipper.flush(options)
  }

  /** Called by winston when the transport is removed or the logger closed; delivers what it holds within `closeTimeoutMs`. */
  override close(): Promise<FlushResult> {
    return this.#shipper.close()
  }

  /** Counts of everything since the start, at this moment. */
  stats(): Stats {
    return this.#shipper.stats()
  }

  /** `logger.end()` waits for this: the logger's `finish` means delivered. */
  override _final(done: (error?: Error | null) => void): void {
    void this.close().then(() => done())
  }

  #map(info: object): void {
    const { event, fields, except, isUnwanted } = this.#recordToEvent(info)
    if (isUnwanted !== true) this.#shipper.push(event, fields, except)
  }

  /**
   * After an uncaught exception winston ends the process, at the latest after three seconds; `finish` tells it that it need not
   * wait for all of them. Where the process goes on, `finish` would take the transport out of the logger.
   */
  #hurry(): void {
    const logger: unknown = Reflect.get(this, 'parent')
    const willExit = typeof logger === 'object' && logger !== null && Reflect.get(logger, 'exitOnError') === true
    void this.#shipper.flush({ timeoutMs: EXCEPTION_FLUSH_MS }).then(() => {
      if (willExit) this.emit('finish')
    })
  }

  /** A level that the logger does not know lets nothing pass, and winston says nothing. */
  #checkLevel(level: string, logger: unknown): void {
    const levels = typeof logger === 'object' && logger !== null ? get(logger, 'levels') : undefined
    if (typeof levels !== 'object' || levels === null || Object.hasOwn(levels, level)) return
    const known = Object.keys(levels).join(', ')
    const message = `${HOST.name}: the logger has no level "${level}", so nothing is sent; known are ${known}`
    process.emitWarning(message, { code: 'OPENPIPELINE_UNKNOWN_LEVEL' })
  }

  #warn(event: DiagnosticEvent): void {
    if (event.kind === 'state' && (event.state === 'open' || event.state === 'closed')) return
    this.emit('warn', Object.assign(new Error(`${HOST.name}: ${event.message}`), { event }))
  }
}
