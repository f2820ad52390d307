/** Takes over the directory of a writer that has ended: one rename, which only one of all processes can win. */
import { join } from 'node:path'

import type { FileSystem } from './file-system.ts'
import { Home, removeHidden } from './home.ts'
import type { Processes } from './owner.ts'
import { hiddenOwnerOf, isInUse, ownedName, ownerOf } from './owner.ts'

export interface AdoptParts {
  readonly fs: FileSystem
  /** The endpoint's directory. */
  readonly endpoint: string
  readonly processes: Processes
  /** Ours; what belongs to another user is left alone. */
  readonly uid: number | undefined
  /** Makes a part of a name that nobody else makes. */
  readonly unique: () => string
  /** By the clock of the volume. */
  readonly nowMs: number
}

export interface Left {
  readonly path: string
  /** Of its segments. */
  readonly bytes: number
  readonly segments: number
  /** When the last record was written. */
  readonly writtenAt: number
}

/** One directory, of those that were left the one with the oldest records, and how many bytes all of them hold; undefined where there is none. */
export function adopt(parts: AdoptParts): { home: Home; leftBytes: number } | undefined {
  removeUnfinished(parts)
  const left = leftDirectories(parts)
  const leftBytes = left.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { path } of left.toSorted((a, b) => a.writtenAt - b.writtenAt)) {
    const home = takeOver(parts, path)
    if (home !== undefined) return { home, leftBytes }
  }
  return undefined
}

function leftDirectories({ endpoint, fs, nowMs, processes }: AdoptParts): Left[] {
  const left: Left[] = []
  for (const name of fs.list(endpoint)) {
    const owner = ownerOf(name)
    if (owner === undefined) continue
    const path = join(endpoint, name)
    if (owner === 'free' || !isInUse(owner, nowMs - Home.beatAt(fs, path), processes)) left.push(look(fs, path))
  }
  return left
}

/** What a writer was making or removing when it ended; it holds no records. */
function removeUnfinished({ endpoint, fs, nowMs, processes }: AdoptParts): void {
  for (const name of fs.list(endpoint)) {
    const owner = hiddenOwnerOf(name)
    if (owner === undefined) continue
    const path = join(endpoint, name)
    try {
      // It may have no heartbeat, or none any more.
      if (!isInUse(owner, nowMs - fs.lstat(path).mtimeMs, processes)) removeHidden(fs, path)
    } catch {
      // Another process was faster, or the disk is bad; there will be another time.
    }
  }
}

/** Another process may be removing it meanwhile. */
export function look(fs: FileSystem, path: string): Left {
  let bytes = 0
  let segments = 0
  let writtenAt = 0
  try {
    for (const name of fs.list(path)) {
      if (!name.endsWith('.seg')) continue
      const { mtimeMs, size } = fs.lstat(join(path, name))
      bytes += size
      segments++
      writtenAt = Math.max(writtenAt, mtimeMs)
    }
  } catch {
    // What could be seen is enough.
  }
  return { path, bytes, segments, writtenAt }
}

/** Opening gives a heartbeat, so that whoever looks after the rename sees a directory in use. */
function takeOver({ fs, processes, uid, unique }: AdoptParts, path: string): Home | undefined {
  try {
    const stat = fs.lstat(path)
    if (!stat.isDirectory() || (uid !== undefined && stat.uid !== uid)) return undefined
    const home = Home.open(fs, path)
    try {
      home.rename(ownedName(processes.self, unique()))
      return home
    } catch {
      home.close()
    }
  } catch {
    // Another process was faster, or the disk is bad; there will be another time.
  }
  return undefined
}
