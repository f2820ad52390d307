/** `installShutdown`: a logger that is flushed and closed when the process is told to end. */
import type { ShutdownOptions } from 'openpipeline-core'
import { closeOnSignals } from 'openpipeline-core'

import type { Transport } from './flush-transport.ts'
import { flushTransport } from './flush-transport.ts'
import { LineStream } from './stream.ts'

const DEFAULT_TIMEOUT_MS = 5000

/**
 * At SIGTERM or SIGINT delivers what the logger holds, within `timeoutMs`, and raises the signal again. Opt-in: without it no
 * signal is handled here.
 * @param logger a pino logger, a transport or an `openPipelineStream`
 * @returns a function that takes it back
 */
export function installShutdown(logger: object, options: ShutdownOptions = {}): () => void {
  const destination = streamOf(logger) ?? logger
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  return closeOnSignals(() => close(destination, timeoutMs), options)
}

async function close(destination: object, timeoutMs: number): Promise<void> {
  if (destination instanceof LineStream) await destination.close({ timeoutMs })
  else if (isTransport(destination)) await flushTransport(destination, { timeoutMs })
}

/** The destination of a logger: pino keeps it under a symbol of its own, which child loggers inherit. */
function streamOf(logger: object): object | undefined {
  for (let level: object | null = logger; level !== null; level = prototypeOf(level)) {
    const symbol = Object.getOwnPropertySymbols(level).find((own) => own.description === 'pino.stream')
    const stream: unknown = symbol === undefined ? undefined : Reflect.get(level, symbol)
    if (typeof stream === 'object' && stream !== null) return stream
  }
  return undefined
}

function prototypeOf(object: object): object | null {
  const prototype: unknown = Object.getPrototypeOf(object)
  return typeof prototype === 'object' ? prototype : null
}

function isTransport(destination: object): destination is Transport {
  return 'flushSync' in destination && 'emit' in destination && 'on' in destination && 'off' in destination
}
