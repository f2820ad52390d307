/** What the spool needs of the rest. */
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger.ts'
import type { Losses } from '../losses.ts'
import type { SpoolOptions } from '../options/spool.ts'
import type { Queue } from '../queue.ts'
import type { FileSystem } from './file-system.ts'
import type { Processes } from './owner.ts'

export interface SpoolParts extends Required<SpoolOptions> {
  readonly fs: FileSystem
  readonly processes: Processes
  readonly uid: number | undefined
  readonly clock: Clock
  readonly key: string
  readonly queue: Queue
  readonly queueMaxBytes: number
  readonly maxEventsPerBatch: number
  readonly onFull: 'drop-oldest' | 'drop-newest'
  readonly ledger: Ledger
  readonly losses: Losses
  readonly warn: (message: string) => void
  /** There is something to read. */
  readonly onMore: () => void
}
