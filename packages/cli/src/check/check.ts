/** `openpipeline check`: which endpoint, which token, and whether the one takes a test event with the other. */
import { describeDestination, type Destination, type ShipperOptions } from 'openpipeline-core'

import { type Command, EXIT_FAILED, EXIT_OK } from '../command.ts'
import { readFlags, readInteger } from '../flags.ts'
import { TARGET_FLAGS, type TargetFlags, targetOptions, withUsageErrors } from '../open-shipper.ts'
import { checkHelp } from './help.ts'
import { checkJson, checkLines } from './lines.ts'
import { probe } from './probe.ts'

const DEFAULT_TIMEOUT_MS = 10_000

const FLAGS = { ...TARGET_FLAGS, timeout: { type: 'string' }, json: { type: 'boolean' } } as const

export const checkCommand: Command = {
  summary: 'tell whether the endpoint can be reached and takes events with this token',
  help: checkHelp(DEFAULT_TIMEOUT_MS),
  run: async (args) => {
    const flags = readFlags(args, FLAGS)
    const timeoutMs = readInteger('timeout', flags.timeout, { from: 100, to: 600_000 }) ?? DEFAULT_TIMEOUT_MS
    const options = targetOptions(flags)
    const destination = describe(options, flags)
    const result = { destination, ...(await probe(options, timeoutMs)) }
    process.stdout.write(`${flags.json === true ? checkJson(result) : checkLines(result)}\n`)
    return result.accepted ? EXIT_OK : EXIT_FAILED
  },
}

/** Here the options come from flags or a file, and so they are named. */
function describe(options: ShipperOptions, flags: TargetFlags): Destination {
  const destination = withUsageErrors(() => describeDestination(options))
  return {
    ...destination,
    ...(options.url !== undefined && { urlFrom: flags.url === undefined ? `the file ${flags.config}` : '--url' }),
    ...(options.token !== undefined && { tokenFrom: `the file ${flags['token-file'] ?? flags.config}` }),
  }
}
