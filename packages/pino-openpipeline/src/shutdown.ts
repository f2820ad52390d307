/** `installShutdown`: a logger that is flushed and closed when the process is told to end. */
import type { ShutdownOptions } from 'openpipeline-core'
import { closeOnSignals } from 'openpipeline-core'

import { destinationOf, isObject, isOurStream, isTransport } from './destination.ts'
import { flushTransport } from './flush-transport.ts'
import { field } from './main-thread.ts'

const DEFAULT_TIMEOUT_MS = 5000

/**
 * At SIGTERM or SIGINT delivers what the logger holds, within `timeoutMs`, and raises the signal again. Opt-in: without it no
 * signal is handled here.
 * @param logger a pino logger, a transport, an `openPipelineStream` or a `pino.multistream` with one of these
 * @returns a function that takes it back
 */
export function installShutdown(logger: object, options: ShutdownOptions = {}): () => void {
  const destination = destinationOf(logger)
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
