/** Composition of the spool: on this machine's disk, among its processes, and with the account of everything that ends. */
import type { Settings } from '../settings.ts'
import { endpointKey } from './endpoint-key.ts'
import { fileSystem } from './file-system.ts'
import { systemProcesses } from './owner.ts'
import type { SpoolParts } from './spool-parts.ts'
import { Spool } from './spool.ts'

type Parts = Pick<SpoolParts, 'clock' | 'queue' | 'ledger' | 'losses' | 'warn' | 'onMore'>

/** Undefined where it is off. */
export function composeSpool(settings: Settings, parts: Parts): Spool | undefined {
  if (settings.spool === undefined) return undefined
  const spool = new Spool({
    ...parts,
    ...settings.spool,
    fs: fileSystem,
    processes: systemProcesses,
    uid: process.getuid?.(),
    key: endpointKey(settings.ingestUrl),
    queueMaxBytes: settings.queue.maxBytes,
    maxEventsPerBatch: settings.batch.maxEvents,
    onFull: settings.queue.onFull,
  })
  parts.ledger.onEnded = (span) => spool.end(span)
  return spool
}
