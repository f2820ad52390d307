/** Signals, for whoever opts in: close first, then let the signal have its effect. Without this no signal handler of ours exists. */
import { OpenPipelineError } from './errors.ts'

/** At which signals, and how long it may take. */
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

/** setTimeout turns a longer delay into 1 ms. */
const LONGEST_TIMER_MS = 2_147_483_647

/** Known to every copy of this package in the process: each adapter may bring its own. */
const OURS = Symbol.for('openpipeline.shutdown')

/**
 * At the first of the signals `close` is called; when it has ended, or after `timeoutMs`, the handler is taken out and the signal
 * raised again: the process ends the way it would have without us. Several of these wait for each other; a second signal meanwhile
 * has its effect at once. A handler of the application's own hears the signal again, unless it listens once: then the end of the
 * process is left to it.
 * @returns a function that takes the handlers out
 * @throws OpenPipelineError `INVALID_OPTIONS` where `signals` is no array
 */
export function closeOnSignals(close: () => Promise<unknown>, options: ShutdownOptions = {}): () => void {
  const { signals = DEFAULT_SIGNALS, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  if (!Array.isArray(signals))
    throw new OpenPipelineError(
      'INVALID_OPTIONS',
      `signals must be an array such as ['SIGTERM'], got ${String(signals)}`,
    )
  let finish: (() => void) | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (finish !== undefined) return finish() // a second one: whoever sent it does not want to wait
    const hadOthers = hasOthers(signal)
    const timer = setTimeout(() => finish?.(), Math.min(timeoutMs, LONGEST_TIMER_MS))
    finish = () => {
      clearTimeout(timer)
      finish = () => undefined
      remove()
      raise(signal, hadOthers)
    }
    const closed = new Promise((resolve) => resolve(close()))
    closed.then(finish, finish)
  }
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  Object.defineProperty(onSignal, OURS, { value: true })
  // In front of the others, so that those that listen once are still there to be seen.
  for (const signal of signals) process.prependListener(signal, onSignal)
  return remove
}

/** Not while another of us is still closing, and not into a process whose own handler has left the list and is at work. */
function raise(signal: NodeJS.Signals, hadOthers: boolean): void {
  if (process.listeners(signal).some(isOurs)) return
  if (hadOthers && !hasOthers(signal)) return
  process.kill(process.pid, signal)
}

function hasOthers(signal: NodeJS.Signals): boolean {
  return process.listeners(signal).some((listener) => !isOurs(listener))
}

function isOurs(listener: object): boolean {
  return OURS in listener
}
