/** `installShutdown`: a logger that is flushed and closed when the process is told to end. */
import type { ShutdownOptions } from 'openpipeline-core'
import { closeOnSignals } from 'openpipeline-core'

import type { Transport } from './ask-worker.ts'
import { flushTransport } from './flush-transport.ts'
import { field } from './main-thread.ts'
import type { OpenPipelineStream } from './stream.ts'

const DEFAULT_TIMEOUT_MS = 5000

/**
 * At SIGTERM or SIGINT delivers what the logger holds, within `timeoutMs`, and raises the signal again. Opt-in: without it no
 * signal is handled here.
 * @param logger a pino logger, a transport, an `openPipelineStream` or a `pino.multistream` with one of these
 * @returns a function that takes it back
 */
export function installShutdown(logger: object, options: ShutdownOptions = {}): () => void {
  const destination = streamOf(logger) ?? logger
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  // Looked at when it is time: a multistream may have got others meanwhile.
  const closeAll = (): Promise<unknown> =>
    Promise.all(partsOf(destination).map((part) => close(part, timeoutMs).catch(() => undefined)))
  return closeOnSignals(closeAll, options)
}

async function close(destination: object, timeoutMs: number): Promise<void> {
  if (isOurStream(destination)) await destination.close({ timeoutMs })
  else if (isTransport(destination)) await flushTransport(destination, { timeoutMs })
}

/** The streams of a multistream, or the destination itself. */
function partsOf(destination: object): object[] {
  const streams: unknown = Reflect.get(destination, 'streams')
  if (!Array.isArray(streams)) return [destination]
  const entries: readonly unknown[] = streams
  return entries
    .map((entry) => field(entry, 'stream'))
    .filter(isObject)
    .flatMap(partsOf)
}

/** The destination of a logger: pino keeps it under a symbol of its own, which child loggers inherit. */
function streamOf(logger: object): object | undefined {
  for (let level: object | null = logger; level !== null; level = prototypeOf(level)) {
    const symbol = Object.getOwnPropertySymbols(level).find((own) => own.description === 'pino.stream')
    const stream: unknown = symbol === undefined ? undefined : Reflect.get(level, symbol)
    if (isObject(stream)) return stream
  }
  return undefined
}

function prototypeOf(object: object): object | null {
  const prototype: unknown = Object.getPrototypeOf(object)
  return isObject(prototype) ? prototype : null
}

/** By what it can do: one that `require` has loaded is of another class than one from an `import`. */
function isOurStream(destination: object): destination is OpenPipelineStream {
  return ['close', 'flush', 'stats', 'write'].every((name) => typeof field(destination, name) === 'function')
}

/** A transport has a worker; other streams with a `flushSync` would never answer. */
function isTransport(destination: object): destination is Transport {
  return isObject(field(destination, 'worker')) && typeof field(destination, 'flushSync') === 'function'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
