/** `openpipeline pipe`: from stdin, line by line, to the shipper; then the rest is delivered, and what became of it is told. */
import { fstatSync } from 'node:fs'

import { type Command, EXIT_FAILED, EXIT_OK } from '../command.ts'
import { readFlags, readInteger } from '../flags.ts'
import { openShipper, recordOptions, TARGET_FLAGS } from '../open-shipper.ts'
import { finish } from './finish.ts'
import { pipeHelp } from './help.ts'
import { readInput } from './input.ts'
import { isComplete, summaryLine } from './summary.ts'

const DEFAULT_FLUSH_TIMEOUT_MS = 30_000

const FLAGS = {
  ...TARGET_FLAGS,
  tee: { type: 'boolean' },
  wait: { type: 'boolean' },
  'flush-timeout': { type: 'string' },
} as const

export const pipeCommand: Command = {
  summary: 'deliver the log lines of an application from stdin',
  help: pipeHelp(DEFAULT_FLUSH_TIMEOUT_MS),
  run: async (args) => {
    const flags = readFlags(args, FLAGS)
    const flushTimeout = readInteger('flush-timeout', flags['flush-timeout'], { from: 0, to: 86_400_000 })
    const shipper = openShipper(await recordOptions(flags))
    const signals = holdSignals()
    const input = await readInput(shipper, { isTeed: flags.tee === true, waits: flags.wait === true || isStdinFile() })
    const timeoutMs = flushTimeout ?? DEFAULT_FLUSH_TIMEOUT_MS
    const lastError = await finish(shipper, { timeoutMs, signal: signals.nextOne() })
    const outcome = { input, stats: shipper.stats(), lastError }
    process.stderr.write(`openpipeline pipe: ${summaryLine(outcome)}\n`)
    return isComplete(outcome) ? EXIT_OK : EXIT_FAILED
  },
}

interface Signals {
  /** Aborts at the next signal from now on. */
  readonly nextOne: () => AbortSignal
}

/**
 * Ctrl-C and a supervisor's SIGTERM reach the application and this process at the same time. The application's last lines come
 * after that, so signals do not count until stdin has ended. Typed input is the exception: there Ctrl-C is meant for us.
 */
function holdSignals(): Signals {
  let onSignal = (): void => undefined
  for (const signal of process.stdin.isTTY ? ['SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => onSignal())
  }
  return {
    nextOne: () => {
      const next = new AbortController()
      onSignal = () => next.abort()
      return next.signal
    },
  }
}

/** A file loses nothing by being read more slowly; an application behind a pipe would be held up. */
function isStdinFile(): boolean {
  try {
    return fstatSync(0).isFile()
  } catch {
    return false
  }
}
