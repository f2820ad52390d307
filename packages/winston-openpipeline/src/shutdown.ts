/** `installShutdown`: a logger that is closed when the process is told to end. */
import type { ShutdownOptions } from 'openpipeline-core'
import { closeOnSignals } from 'openpipeline-core'

/** What is used of a winston logger. */
interface ClosableLogger {
  end(): unknown
  once(event: 'finish', listener: () => void): unknown
}

/**
 * At SIGTERM or SIGINT ends the logger, waits until its transports have delivered what they hold, at most `timeoutMs`, and raises
 * the signal again. Opt-in: without it no signal is handled here.
 * @returns a function that takes it back
 */
export function installShutdown(logger: ClosableLogger, options?: ShutdownOptions): () => void {
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      logger.once('finish', resolve)
      logger.end()
    })
  return closeOnSignals(close, options)
}
