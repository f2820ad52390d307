/** Makes and opens the files of a writer's directory, and leaves nothing open or half made where that fails. */
import { join } from 'node:path'

import type { FileSystem } from './file-system.ts'
import { codeOf, flags } from './file-system.ts'

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
      return fd
    })
  } catch (error) {
    for (const fd of opened) attempt(() => fs.close(fd))
    undo()
    throw error
  }
}

export function removeDraft(fs: FileSystem, draft: string, names: readonly string[]): void {
  for (const name of names) attempt(() => fs.remove(join(draft, name)))
  attempt(() => fs.removeDirectory(draft))
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

function attempt(run: () => void): void {
  try {
    run()
  } catch {
    // It was a second try to clean up.
  }
}
