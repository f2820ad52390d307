/** Directories of the spool: made for this user alone, and refused where they are somebody else's. */
import { join } from 'node:path'

import type { FileSystem } from './file-system.ts'
import { codeOf } from './file-system.ts'
import { makeIfMissing } from './home-files.ts'

const LAYOUT_VERSION = 'v1'

/** Permissions of everybody but the owner. */
const OTHERS = 0o077

/**
 * The directory of one endpoint, `<directory>/v1/<key>`, made where it is missing. The one the user names may belong to somebody
 * else (a volume that Kubernetes mounts does); all below it must be ours.
 * @throws what the file system throws, or an error that says which directory is not safe
 */
export function endpointDirectory(fs: FileSystem, directory: string, key: string, uid: number | undefined): string {
  if (!isDirectory(fs, directory)) fs.makeDirectory(directory, true)
  const version = join(directory, LAYOUT_VERSION)
  ensurePrivate(fs, version, uid)
  const path = join(version, key)
  ensurePrivate(fs, path, uid)
  return path
}

/** Directories of endpoints, by their key. @throws where they cannot be read or are not safe; none where there is no spool */
export function endpointsIn(fs: FileSystem, directory: string, uid: number | undefined): ReadonlyMap<string, string> {
  const version = join(directory, LAYOUT_VERSION)
  if (!isDirectory(fs, directory) || !isDirectory(fs, version)) return new Map()
  refuseOthers(fs, version, uid)
  return new Map(fs.list(version).map((key) => [key, join(version, key)]))
}

function isDirectory(fs: FileSystem, path: string): boolean {
  try {
    if (fs.lstat(path).isDirectory()) return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  throw new Error(`${path} is not a directory`)
}

function ensurePrivate(fs: FileSystem, path: string, uid: number | undefined): void {
  makeIfMissing(fs, path)
  refuseOthers(fs, path, uid)
}

/** @throws where it is a link or a file, belongs to another user, or can be read or written by others */
function refuseOthers(fs: FileSystem, path: string, uid: number | undefined): void {
  const stat = fs.lstat(path)
  if (!stat.isDirectory()) throw new Error(`${path} is not a directory`)
  if (uid === undefined) return // Windows has neither
  if (stat.uid !== uid) throw new Error(`${path} belongs to another user (${stat.uid})`)
  if ((stat.mode & OTHERS) !== 0) throw new Error(`${path} can be used by others; chmod 700 it`)
}
