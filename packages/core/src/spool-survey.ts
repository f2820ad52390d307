/** What waits in a spool that is used with these options, and whose it is. */
import type { ShipperOptions } from './options.ts'
import { resolveOptions } from './settings.ts'
import { endpointKey } from './spool/endpoint-key.ts'
import { fileSystem } from './spool/file-system.ts'
import { systemProcesses } from './spool/owner.ts'
import type { SpoolSurvey } from './spool/survey.ts'
import { survey } from './spool/survey.ts'

const HOST = { name: 'openpipeline-core' }

/**
 * Looks without changing anything; a directory that is missing holds nothing.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong option, what the file system throws, and where the spool is another user's
 */
export function surveySpool(options: ShipperOptions & Required<Pick<ShipperOptions, 'spool'>>): SpoolSurvey {
  const { ingestUrl, spool } = resolveOptions(options, HOST)
  return survey(spool?.directory ?? '', {
    fs: fileSystem,
    processes: systemProcesses,
    uid: process.getuid?.(),
    key: endpointKey(ingestUrl),
    wallMs: Date.now(),
  })
}
