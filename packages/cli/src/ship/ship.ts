/** `openpipeline ship`: delivers what ended processes have left in a spool, once or whenever there is something. */
import { setTimeout as sleep } from 'node:timers/promises'

import { surveySpool } from 'openpipeline-core'

import { type Command, EXIT_FAILED, EXIT_OK } from '../command.ts'
import { readFlagsAnd, readInteger } from '../flags.ts'
import { TARGET_FLAGS } from '../open-shipper.ts'
import { nextSignal, startOfLine } from '../terminal.ts'
import { drain, type Drained, type DrainLimits } from './drain.ts'
import { shipHelp } from './help.ts'
import { type ShipOptions, shipOptions } from './options.ts'
import { hasLosses, isComplete, progressLine, type Result, summaryJson, summaryLine } from './summary.ts'

const DEFAULTS = { timeoutMs: 60_000, intervalMs: 10_000, maxAgeMs: 604_800_000 }

const FLAGS = {
  ...TARGET_FLAGS,
  watch: { type: 'boolean' },
  interval: { type: 'string' },
  timeout: { type: 'string' },
  'dead-letter': { type: 'string' },
  'max-age': { type: 'string' },
  json: { type: 'boolean' },
} as const

export const shipCommand: Command = {
  summary: 'deliver what ended processes have left in a spool',
  help: shipHelp(DEFAULTS),
  run: async (args) => {
    const { flags, value } = readFlagsAnd('directory', args, FLAGS)
    const day = { from: 100, to: 86_400_000 }
    const timeoutMs = readInteger('timeout', flags.timeout, day) ?? DEFAULTS.timeoutMs
    const intervalMs = readInteger('interval', flags.interval, day) ?? DEFAULTS.intervalMs
    const maxAge = readInteger('max-age', flags['max-age'], { from: 60_000, to: 31_536_000_000 })
    const options = shipOptions(value, flags, maxAge ?? DEFAULTS.maxAgeMs)
    const isJson = flags.json === true
    return flags.watch === true ? watch(options, intervalMs, isJson) : once(options, timeoutMs, isJson)
  },
}

async function once(options: ShipOptions, timeoutMs: number, isJson: boolean): Promise<number> {
  const result = resultOf(options, await drain(options, { ...told(), timeoutMs, signal: nextSignal() }))
  print(result, isJson)
  return isComplete(result) ? EXIT_OK : EXIT_FAILED
}

/** Between two looks nothing is open: an application that starts or ends meanwhile is none the wiser. */
async function watch(options: ShipOptions, intervalMs: number, isJson: boolean): Promise<number> {
  const signal = nextSignal()
  let hasLost = false
  while (!signal.aborted) {
    if (isAnythingLeft(options)) {
      const result = resultOf(options, await drain(options, { ...told(), timeoutMs: Infinity, signal }))
      hasLost ||= hasLosses(result.stats)
      print(result, isJson)
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined)
  }
  return hasLost ? EXIT_FAILED : EXIT_OK
}

/** The directory was looked at when the command began; where it cannot be read now, there will be another time. */
function isAnythingLeft(options: ShipOptions): boolean {
  try {
    return surveySpool(options).left.directories > 0
  } catch {
    return false
  }
}

function resultOf(options: ShipOptions, drained: Drained): Result {
  return { ...drained, directory: options.spool.directory, survey: surveySpool(options) }
}

function print(result: Result, isJson: boolean): void {
  if (isJson) process.stdout.write(`${summaryJson(result)}\n`)
  say(`${summaryLine(result)}\n`)
}

/** Progress on a terminal only. */
function told(): Pick<DrainLimits, 'onProgress' | 'onTrouble'> {
  return {
    onProgress: (progress) => process.stderr.isTTY && say(progressLine(progress)),
    onTrouble: (message) => say(`${message}\n`),
  }
}

function say(text: string): void {
  process.stderr.write(`${startOfLine()}openpipeline ship: ${text}`)
}
