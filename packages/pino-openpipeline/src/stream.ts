/** The writable that pino writes lines to, in a worker and in process: each line is pushed within the write, nothing ever waits. */
import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

import type { FlushOptions, FlushResult, Shipper, Stats } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'

import { HOST } from './options.ts'
import type { PinoOpenPipelineOptions } from './options.ts'
import type { RecordToEvent } from './record-to-event.ts'
import { createRecordToEvent } from './record-to-event.ts'

type Callback = (error?: Error | null) => void

/** A destination for `pino(options, stream)` and `pino.multistream`. It never asks for a pause and never emits `error`. */
export interface OpenPipelineStream extends Writable {
  /** Resolves when everything logged before the call is delivered or has ended otherwise. `logger.flush(callback)` calls it with a callback. */
  flush(options?: FlushOptions): Promise<FlushResult>
  flush(callback: Callback): Promise<FlushResult>
  /** Ends the stream: takes nothing more, delivers what it holds within `closeTimeoutMs`, counts the rest. */
  close(options?: FlushOptions): Promise<FlushResult>
  stats(): Stats
}

/**
 * Logs in the application's own thread: less work in all than a worker, and the same promises.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
export function openPipelineStream(options: PinoOpenPipelineOptions = {}): OpenPipelineStream {
  return new LineStream(createShipper(options, HOST), createRecordToEvent())
}

export class LineStream extends Writable implements OpenPipelineStream {
  readonly #shipper: Shipper
  readonly #recordToEvent: RecordToEvent
  readonly #decoder = new StringDecoder('utf8')
  /** Begin of a line whose end has not come yet. */
  #rest = ''

  constructor(shipper: Shipper, recordToEvent: RecordToEvent) {
    super({ decodeStrings: false, highWaterMark: Number.MAX_SAFE_INTEGER })
    this.#shipper = shipper
    this.#recordToEvent = recordToEvent
  }

  flush(argument: FlushOptions | Callback = {}): Promise<FlushResult> {
    if (typeof argument !== 'function') return this.#shipper.flush(argument)
    const flushed = this.#shipper.flush()
    void flushed.then(() => argument()) // never rejects
    return flushed
  }

  close(options: FlushOptions = {}): Promise<FlushResult> {
    this.#acceptRest()
    const closed = this.#shipper.close(options)
    this.end()
    return closed
  }

  stats(): Stats {
    return this.#shipper.stats()
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#acceptText(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk))
    done()
  }

  override _final(done: Callback): void {
    void this.close().then(() => done())
  }

  /** Whatever destroyed it: what it holds gets its chance, and no error leaves here, since pino would take it for fatal. */
  override _destroy(_error: Error | null, done: Callback): void {
    void this.#shipper.close().then(() => done(null))
  }

  #acceptText(text: string): void {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = this.#rest + text.slice(start, end)
      this.#rest = ''
      start = end + 1
      this.#acceptLine(line)
    }
    this.#rest += text.slice(start)
  }

  #acceptRest(): void {
    const line = this.#rest + this.#decoder.end()
    this.#rest = ''
    this.#acceptLine(line)
  }

  #acceptLine(line: string): void {
    if (line === '' || line === '\r') return
    const { event, fields, except } = this.#recordToEvent(line)
    this.#shipper.push(event, fields, except)
  }
}
