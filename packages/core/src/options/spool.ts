/** The spool's options. */
import { resolve } from 'node:path'

import type { OptionReader } from './reader.ts'

/** A directory that keeps every event until it is delivered: it survives the process. */
export interface SpoolOptions {
  /**
   * Directory on a local disk that is this service's own; made where it is missing. Several processes, workers and loggers may share it.
   */
  readonly directory: string
  /**
   * Most bytes on disk of one logger in one process, from 1048576. When they are used up, `queue.onFull` says whether the oldest events are dropped, a file at a time, or the one that comes; each is counted as `spool-full`.
   * @defaultValue 268435456
   */
  readonly maxBytes?: number
  /**
   * `'process'`: an event is handed to the kernel before the log call returns, so it survives the end of the process, however it ends. `'interval'`: it is also on the device within half a second. `'batch'`: `flush` also waits until it is on the device.
   * @defaultValue 'process'
   */
  readonly durability?: 'process' | 'interval' | 'batch'
  /**
   * Longest time that an event stays on disk, in milliseconds, a file at a time. Older ones go to the dead letter where there is one, else they are counted as `expired`.
   * @defaultValue 604800000
   */
  readonly maxAgeMs?: number
}

export function readSpool(options: OptionReader): Required<SpoolOptions> | undefined {
  if (options.raw('spool') === undefined) return undefined
  const reader = options.group('spool')
  const directory = reader.string('directory')
  if (directory === undefined) reader.problems.add('spool.directory is missing; give the path of a directory')
  const spool = {
    directory: resolve(directory ?? '.'),
    maxBytes: reader.integer('maxBytes', { min: 1_048_576, max: 1_099_511_627_776, fallback: 268_435_456 }),
    durability: reader.choice<'process' | 'interval' | 'batch'>(
      'durability',
      ['process', 'interval', 'batch'],
      'process',
    ),
    maxAgeMs: reader.integer('maxAgeMs', { min: 60_000, max: 31_536_000_000, fallback: 604_800_000 }),
  }
  reader.refuseOthers()
  return spool
}
