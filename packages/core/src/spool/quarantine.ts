/** Where damaged and unknown files are kept for somebody to look at: a few, the newest. */
import { basename, join } from 'node:path'

import type { FileSystem } from './file-system.ts'
import { makeIfMissing } from './home-files.ts'

const FOLDER = 'quarantine'

const MAX_BYTES = 33_554_432
const MAX_ENTRIES = 64

interface Entry {
  readonly path: string
  readonly bytes: number
  readonly keptAt: number
  readonly isDirectory: boolean
}

/** Moves a file or directory there, from a writer's directory or beside it. @throws what the file system throws */
export function quarantine(fs: FileSystem, path: string, endpoint: string, name = basename(path)): void {
  const folder = join(endpoint, FOLDER)
  makeIfMissing(fs, folder)
  if (!fs.lstat(folder).isDirectory()) throw new Error(`${folder} is not a directory`)
  fs.rename(path, join(folder, name))
  makeRoom(fs, folder)
}

function makeRoom(fs: FileSystem, folder: string): void {
  const entries = fs.list(folder).flatMap((name) => look(fs, join(folder, name)))
  entries.sort((a, b) => b.keptAt - a.keptAt)
  let bytes = 0
  for (const [index, entry] of entries.entries()) {
    bytes += entry.bytes
    // What came just now stays, however large it is.
    if (index > 0 && (bytes > MAX_BYTES || index >= MAX_ENTRIES)) remove(fs, entry)
  }
}

/** Another process may be removing it meanwhile. */
function look(fs: FileSystem, path: string): Entry[] {
  try {
    const stat = fs.lstat(path)
    const isDirectory = stat.isDirectory()
    const inside = isDirectory ? fs.list(path).flatMap((name) => look(fs, join(path, name))) : []
    const bytes = isDirectory ? inside.reduce((sum, entry) => sum + entry.bytes, 0) : stat.size
    return [{ path, bytes, keptAt: stat.ctimeMs, isDirectory }]
  } catch {
    return []
  }
}

function remove(fs: FileSystem, { isDirectory, path }: Entry): void {
  try {
    if (!isDirectory) return fs.remove(path)
    for (const name of fs.list(path)) for (const entry of look(fs, join(path, name))) remove(fs, entry)
    fs.removeDirectory(path)
  } catch {
    // Gone already, or the next one that comes tries again.
  }
}
