/** The options of a shipper that only delivers what is in a spool. */
import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'

import { type ShipperOptions, surveySpool } from 'openpipeline-core'

import { type TargetFlags, targetOptions, withUsageErrors } from '../open-shipper.ts'
import { UsageError } from '../usage-error.ts'

export type ShipOptions = ShipperOptions & Required<Pick<ShipperOptions, 'spool'>>

/** Nothing is removed for want of room by a program that came to deliver it: the largest that the option takes. */
const UNBOUNDED = 1_099_511_627_776

interface Flags extends TargetFlags {
  readonly 'dead-letter'?: string | undefined
}

/** Throws `UsageError` where they are wrong or the directory cannot be used. */
export function shipOptions(directory: string, flags: Flags, maxAgeMs: number): ShipOptions {
  const file = flags['dead-letter']
  const options = {
    ...targetOptions(flags),
    ...(file !== undefined && { deadLetter: { file, maxBytes: UNBOUNDED } }),
    spool: { directory: resolve(directory), maxBytes: UNBOUNDED, maxAgeMs },
  }
  refuseDirectory(directory)
  withUsageErrors(() => survey(options))
  return options
}

function refuseDirectory(directory: string): void {
  // A link is refused by the spool too: it may lead anywhere.
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`${directory} is not a directory; give the spool.directory of the application`)
}

function survey(options: ShipOptions): void {
  try {
    surveySpool(options)
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'OpenPipelineError') throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${message}; run it as the user of the application`, { cause })
  }
}
