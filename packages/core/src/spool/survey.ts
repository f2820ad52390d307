/** What is in a spool: for `openpipeline ship`, which waits until nothing is left of ended processes. Changes nothing. */
import { look } from './adopt.ts'
import { endpointsIn } from './directory.ts'
import type { FileSystem } from './file-system.ts'
import { Home } from './home.ts'
import type { Owner, Processes } from './owner.ts'
import { isInUse, ownerOf } from './owner.ts'
import { join } from 'node:path'

/** A part of a spool. */
export interface SpoolShare {
  /** Directories of writers. */
  readonly directories: number
  /** Bytes of the files in them. */
  readonly bytes: number
}

/** What is in a spool, by whose it is. */
export interface SpoolSurvey {
  /** Of processes that have ended. */
  readonly left: SpoolShare
  /** Of this process, with events in them: what it has taken over and not delivered yet. */
  readonly own: SpoolShare
  /** Of other processes that run. */
  readonly inUse: SpoolShare
  /** For other endpoints, whoever they are of; they are never sent to this one. */
  readonly otherEndpoints: SpoolShare
}

export interface SurveyParts {
  readonly fs: FileSystem
  readonly processes: Processes
  readonly uid: number | undefined
  readonly key: string
  readonly wallMs: number
}

type Share = keyof SpoolSurvey

/** @throws where the directory cannot be read, is another user's or open to others */
export function survey(directory: string, { fs, key, processes, uid, wallMs }: SurveyParts): SpoolSurvey {
  const shares = { left: none(), own: none(), inUse: none(), otherEndpoints: none() }
  for (const [name, endpoint] of endpointsIn(fs, directory, uid)) {
    const owned = writersIn(fs, endpoint)
    // By the clock of the volume where this process has written something lately.
    const nowMs =
      Math.max(...owned.filter(({ owner }) => isSelf(owner, processes)).map(({ beatAt }) => beatAt), 0) || wallMs
    for (const { beatAt, owner, path } of owned) {
      const { bytes, segments } = look(fs, path)
      const share = name === key ? shareOf(owner, nowMs - beatAt, processes) : 'otherEndpoints'
      if (segments === 0 && (share === 'own' || share === 'otherEndpoints')) continue
      shares[share].directories++
      shares[share].bytes += bytes
    }
  }
  return shares
}

interface Writer {
  readonly path: string
  readonly owner: Owner | 'free'
  readonly beatAt: number
}

function writersIn(fs: FileSystem, endpoint: string): Writer[] {
  return fs.list(endpoint).flatMap((name) => {
    const owner = ownerOf(name)
    const path = join(endpoint, name)
    return owner === undefined ? [] : [{ path, owner, beatAt: Home.beatAt(fs, path) }]
  })
}

function shareOf(owner: Owner | 'free', heartbeatAgeMs: number, processes: Processes): Share {
  if (owner === 'free') return 'left'
  if (isSelf(owner, processes)) return 'own'
  return isInUse(owner, heartbeatAgeMs, processes) ? 'inUse' : 'left'
}

function isSelf(owner: Owner | 'free', { self }: Processes): boolean {
  if (owner === 'free') return false
  const { boot, namespace, pid, startedAt } = owner
  return boot === self.boot && namespace === self.namespace && pid === self.pid && startedAt === self.startedAt
}

function none(): { directories: number; bytes: number } {
  return { directories: 0, bytes: 0 }
}
