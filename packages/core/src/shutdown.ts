/** Signals, for whoever opts in: close first, then let the signal have its effect. Without this no signal handler of ours exists. */

export interface ShutdownOptions {
  /**
   * Signals that begin the shutdown.
   * @defaultValue ['SIGTERM', 'SIGINT']
   */
  readonly signals?: readonly NodeJS.Signals[]
  /**
   * Longest time between the signal and its effect, in milliseconds.
   * @defaultValue 5000
   */
  readonly timeoutMs?: number
}

const DEFAULT_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']
const DEFAULT_TIMEOUT_MS = 5000

/**
 * At the first of the signals `close` is called; when it has ended, or after `timeoutMs`, the handler is taken out and the signal
 * raised again: the process ends the way it would have without us, unless another handler decides otherwise. A second signal
 * meanwhile has its effect at once.
 * @returns a function that takes the handlers out
 */
export function closeOnSignals(close: () => Promise<unknown>, options: ShutdownOptions = {}): () => void {
  const { signals = DEFAULT_SIGNALS, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    remove()
    const raise = (): void => {
      clearTimeout(timer)
      process.kill(process.pid, signal)
    }
    const timer = setTimeout(raise, timeoutMs)
    close().then(raise, raise)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return remove
}
