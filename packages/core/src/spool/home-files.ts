/** Makes and opens the files of a writer's directory, and leaves nothing open or half made where that fails. */
import { join } from 'node:path'

import type { FileSystem } from './file-system.ts'
import { codeOf, flags, isOurs } from './file-system.ts'

/** Whatever fails between, no descriptor is left open: the disk is tried again and again while it is bad. */
export function withFiles<Built>(
  fs: FileSystem,
  undo: () => void,
  build: (open: (path: string) => number) => Built,
): Built {
  const opened: number[] = []
  try {
    return build((path) => {
      const fd = openOrCreate(fs, path)
      opened.push(fd)
      if (!isOurs(fs.stat(fd))) throw new Error(`${path} is not a file of the spool`)
      return fd
    })
  } catch (error) {
    for (const fd of opened) attempt(() => fs.close(fd))
    undo()
    throw error
  }
}

/** Removes a directory with the files of these names. @returns whether it is gone */
export function removeWith(fs: FileSystem, directory: string, names: readonly string[]): boolean {
  for (const name of names) attempt(() => fs.remove(join(directory, name)))
  return attempt(() => fs.removeDirectory(directory))
}

function openOrCreate(fs: FileSystem, path: string): number {
  try {
    return fs.open(path, flags.update)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return fs.open(path, flags.create)
  }
}

export function makeIfMissing(fs: FileSystem, path: string): void {
  try {
    fs.makeDirectory(path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function attempt(run: () => void): boolean {
  try {
    run()
    return true
  } catch {
    return false // whatever is left of it is removed another time
  }
}
