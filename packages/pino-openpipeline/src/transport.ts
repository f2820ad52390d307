/** The worker target: what pino loads by the name of this package, alone, among `targets` or at the end of a `pipeline`. */
import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'

import type { DiagnosticEvent, Shipper, ShipperOptions } from 'openpipeline-core'
import { createShipper, OpenPipelineError } from 'openpipeline-core'
import { loadMap } from 'openpipeline-core/mapping'

import { answerQuestions, refuseQuestions } from './ask-worker.ts'
import { flushAll } from './flush-transport.ts'
import { emitOnTransport, isPinoWorker, pinoConfig } from './main-thread.ts'
import { HOST, WORKER_HOST } from './options.ts'
import type { PinoOpenPipelineOptions } from './options.ts'
import { LineStream } from './stream.ts'
import { sumOfStats } from './transport-stats.ts'

/**
 * Use it by name: `pino.transport({ target: 'pino-openpipeline', options })`. It also works in process.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option; from a worker it arrives as the transport's `error` event
 */
export default async function pinoOpenPipeline(options: PinoOpenPipelineOptions = {}): Promise<Writable> {
  let shipper: Shipper
  try {
    checkNestedKey(options.nestedKey)
    shipper = createShipper(await withMap(options), WORKER_HOST, {
      onEvent: tellMainThread,
      // The main thread does, with `observeTransport`: most programs have their metrics there only.
      isObserved: !isPinoWorker,
    })
  } catch (error) {
    if (!isPinoWorker) throw error
    return refusal(error instanceof Error ? error : new Error(String(error)))
  }
  answerQuestions(shipper, { flush: flushAll, stats: sumOfStats })
  const { nestedKey } = options
  return new LineStream(shipper, { ...(await pinoConfig()), ...(nestedKey !== undefined && { nestedKey }) })
}

function checkNestedKey(key: unknown): void {
  if (key === undefined || (typeof key === 'string' && key !== '')) return
  const expectation = `nestedKey must be a non-empty string, got ${JSON.stringify(key)} (${typeof key})`
  throw new OpenPipelineError('INVALID_OPTIONS', `${HOST.name}: ${expectation}`)
}

/** pino buffers what is logged until this function has ended: records wait for the module. */
async function withMap({ map, ...others }: PinoOpenPipelineOptions): Promise<ShipperOptions> {
  if (typeof map === 'object' && map !== null) return { ...others, map: await loadMap(map, HOST.name) }
  return map === undefined ? others : { ...others, map }
}

/**
 * A destination that keeps nothing; the error is the transport's `error` event. Neither thrown nor an error of the destination:
 * both end the worker before pino's main thread learns of it, so that a program that exits just then waits ten seconds for a
 * worker that is gone, and both take the other `targets` with them.
 */
function refusal(error: Error): Writable {
  // The main thread may be on its way out and never show the error event; whoever reads the terminal must know the cause.
  writeSync(2, `${error.message}\n`)
  emitOnTransport('error', error)
  refuseQuestions(error.message)
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

/** `openpipeline:state`, `openpipeline:loss` and `openpipeline:warning` on the transport in the main thread. */
function tellMainThread(event: DiagnosticEvent): void {
  emitOnTransport(`openpipeline:${event.kind}`, event)
}
