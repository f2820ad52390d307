/** The writable that pino writes lines to, in a worker and in process: each line is pushed within the write, nothing ever waits. */
import { Writable } from 'node:stream'

import type { FlushOptions, FlushResult, Shipper, Stats } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import type { Chunks } from 'openpipeline-core/mapping'
import { chunksOf } from 'openpipeline-core/mapping'

import { createIntake } from './intake.ts'
import type { LineTaker } from './lines.ts'
import { Lines } from './lines.ts'
import { Loggers, METADATA } from './loggers.ts'
import { isPinoWorker } from './main-thread.ts'
import { HOST } from './options.ts'
import type { OpenPipelineStreamOptions } from './options.ts'
import type { PinoConfig } from './record-to-event.ts'

type Callback = (error?: Error | null) => void

/** A destination for `pino(options, stream)` and `pino.multistream`. It never asks for a pause and never emits `error`. */
export interface OpenPipelineStream extends Writable {
  /** Resolves when everything logged before the call is delivered or has ended otherwise. `logger.flush(callback)` calls it with a callback. */
  flush(options?: FlushOptions): Promise<FlushResult>
  /** The same, as `logger.flush(callback)` calls it. */
  flush(callback: Callback): Promise<FlushResult>
  /** Ends the stream: takes nothing more, delivers what it holds within `closeTimeoutMs`, counts the rest. */
  close(options?: FlushOptions): Promise<FlushResult>
  /** Counts of everything since the start, at this moment. */
  stats(): Stats
}

/**
 * Logs in the application's own thread: less work in all than a worker, and the same promises.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
export function openPipelineStream(options: OpenPipelineStreamOptions = {}): OpenPipelineStream {
  return new LineStream(createShipper(options, HOST))
}

export class LineStream extends Writable implements OpenPipelineStream {
  /** While true, pino sets `lastLogger` before each line. In a worker there are no loggers. */
  [METADATA] = !isPinoWorker
  readonly #shipper: Shipper
  readonly #lines: Lines
  readonly #chunks: Chunks | undefined
  readonly #loggers: Loggers<LineTaker>
  #intake: LineTaker

  /** @param config keys and levels of the logger, where pino has told them beforehand */
  constructor(shipper: Shipper, config: PinoConfig = {}) {
    super()
    this.#shipper = shipper
    this.#intake = createIntake(shipper, config)
    this.#loggers = new Loggers((ofLogger) => createIntake(shipper, { ...config, ...ofLogger }))
    this.#chunks = chunksOf(shipper)
    this.#lines = new Lines({
      lines: (bytes, end) => this.#intake.lines(bytes, end),
      line: (text) => this.#intake.line(text),
    })
    // what pino emits on its destination whenever a logger is made
    this.on('message', () => {
      this.#loggers.created()
      this[METADATA] = true
    })
  }

  /** The logger of the line that comes next. */
  set lastLogger(logger: unknown) {
    if (typeof logger !== 'object' || logger === null) return
    this.#intake = this.#loggers.readerOf(logger)
    this[METADATA] = this.#loggers.mustBeTold
  }

  /** pino sets these too. They are not kept, because a record would be held in memory until the next one comes. */
  set lastObj(_record: unknown) {}
  set lastMsg(_message: unknown) {}
  set lastTime(_time: unknown) {}
  set lastLevel(_level: unknown) {}

  /**
   * Takes a chunk past the machinery of Writable: there is nothing to wait for, and a record that is logged after the end must
   * be counted as lost instead of raising an error.
   * @returns true: more may follow at once
   */
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    this.#chunks?.begin()
    try {
      this.#lines.add(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : String(chunk))
    } finally {
      this.#chunks?.end()
    }
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done, null)
    return true
  }

  flush(argument: FlushOptions | Callback = {}): Promise<FlushResult> {
    if (typeof argument !== 'function') return this.#shipper.flush(argument)
    const flushed = this.#shipper.flush()
    void flushed.then(() => process.nextTick(argument, null)) // never rejects
    return flushed
  }

  close(options: FlushOptions = {}): Promise<FlushResult> {
    this.#lines.end()
    const closed = this.#shipper.close(options)
    this.end()
    return closed
  }

  stats(): Stats {
    return this.#shipper.stats()
  }

  /** For the chunk that `end` may bring. */
  override _write(chunk: unknown, _encoding: BufferEncoding, done: Callback): void {
    this.write(chunk)
    done()
  }

  override _final(done: Callback): void {
    void this.close().then(() => done())
  }

  /** Whatever destroyed it: what it holds gets its chance, and no error leaves here, since pino would take it for fatal. */
  override _destroy(_error: Error | null, done: Callback): void {
    void this.#shipper.close().then(() => done(null))
  }
}
