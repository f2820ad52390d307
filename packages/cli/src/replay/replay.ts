/** `openpipeline replay`: sends the events of a dead letter file again, and leaves in it what is not delivered. */
import { statSync } from 'node:fs'

import type { ShipperOptions } from 'openpipeline-core'

import { type Command, EXIT_FAILED, EXIT_OK } from '../command.ts'
import { readFlagsAnd, readInteger } from '../flags.ts'
import { openShipper, TARGET_FLAGS, targetOptions } from '../open-shipper.ts'
import { nextSignal, startOfLine } from '../terminal.ts'
import { DeadLetterFile } from './dead-letter-file.ts'
import { replayHelp } from './help.ts'
import { sendAgain, type SendOptions, type Tally } from './send.ts'
import { isComplete, progressLine, type Result, summaryJson, summaryLine } from './summary.ts'

const DEFAULT_TIMEOUT_MS = 60_000

const FLAGS = { ...TARGET_FLAGS, timeout: { type: 'string' }, json: { type: 'boolean' } } as const

export const replayCommand: Command = {
  summary: 'send the events of a dead letter file again',
  help: replayHelp(DEFAULT_TIMEOUT_MS),
  run: async (args) => {
    const { flags, value } = readFlagsAnd('file', args, FLAGS)
    const timeoutMs = readInteger('timeout', flags.timeout, { from: 100, to: 86_400_000 }) ?? DEFAULT_TIMEOUT_MS
    const options = targetOptions(flags)
    // Before the file is touched: a wrong setting is a mistake in the arguments, and leaves nothing behind.
    await openShipper(options).close({ timeoutMs: 0 })
    const file = new DeadLetterFile(value)
    const result = conclude(file, await send(file, options, timeoutMs))
    if (flags.json === true) process.stdout.write(`${summaryJson(result)}\n`)
    process.stderr.write(`${startOfLine()}openpipeline replay: ${summaryLine(result)}\n`)
    return isComplete(result) ? EXIT_OK : EXIT_FAILED
  },
}

async function send(file: DeadLetterFile, options: ShipperOptions, timeoutMs: number): Promise<Tally> {
  try {
    return await sendAgain(file, options, { timeoutMs, signal: nextSignal(), onProgress: progressOf(file) })
  } catch (error) {
    file.abandon()
    throw error
  }
}

/** Exchanges the file, unless nothing has changed or something would be missing in it. */
function conclude(file: DeadLetterFile, tally: Tally): Result {
  const hasChanged = tally.delivered > 0 || tally.refused > 0
  if (hasChanged && tally.lost === 0) file.exchange()
  else file.abandon()
  return { ...tally, file: file.path, left: statSync(file.path).size }
}

/** On a terminal only. */
function progressOf(file: DeadLetterFile): SendOptions['onProgress'] {
  if (!process.stderr.isTTY) return () => undefined
  return (tally) => process.stderr.write(`${startOfLine()}openpipeline replay: ${progressLine(file, tally)}`)
}
