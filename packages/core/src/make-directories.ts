/** A directory and those above it. `mkdirSync` with `recursive` does that too, but never ends where /proc or an automounter says of a name below a directory that the directory is not there. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** @throws what `mkdirSync` throws */
export function makeDirectories(path: string, mode: number): void {
  for (const directory of missing(resolve(path))) makeIfMissing(directory, mode)
}

/** From the topmost one down. */
function missing(path: string): string[] {
  if (existsSync(path)) return []
  const above = dirname(path)
  return above === path ? [path] : [...missing(above), path]
}

/** Another process may make it at the same time. */
function makeIfMissing(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
