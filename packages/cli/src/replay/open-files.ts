/** Opens a dead letter file for a replay, and beside it the file for what is left; refuses where that could do harm. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  readdirSync,
  realpathSync,
  type Stats,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { UsageError } from '../usage-error.ts'

export interface OpenFiles {
  readonly path: string
  readonly restPath: string
  readonly size: number
  readonly source: number
  readonly rest: number
}

const NEW = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL

export function openFiles(file: string): OpenFiles {
  let source: number | undefined
  try {
    const path = realpathSync(file)
    // O_NONBLOCK: to open a pipe would wait for whoever writes to it.
    source = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = fstatSync(source)
    refuse(file, stats)
    const restPath = `${path}.replay-${process.pid}`
    refuseSecond(path)
    const rest = openSync(restPath, NEW, 0o600)
    copyOwner(rest, stats)
    return { path, restPath, size: stats.size, source, rest }
  } catch (cause) {
    if (source !== undefined) closeSync(source)
    if (cause instanceof UsageError) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`${file} cannot be replayed (${code})`, { cause })
  }
}

/** The new file would be this user's, and the application could no longer write to it. */
function refuse(file: string, stats: Stats): void {
  if (!stats.isFile()) throw new UsageError(`${file} is not a file`)
  const user = process.getuid?.() ?? stats.uid
  if (user !== 0 && user !== stats.uid) throw new UsageError(`${file} belongs to another user; replay it as that one`)
}

/** Two replays of one file would send everything twice, and the second would undo what the first has left. */
function refuseSecond(path: string): void {
  const start = `${basename(path)}.replay-`
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(start) ? Number(name.slice(start.length)) : Number.NaN
    if (!Number.isInteger(pid)) continue
    if (pid !== process.pid && isAlive(pid)) throw new UsageError(`it is being replayed by process ${pid} already`)
    // Of one that was killed: the file itself still has all of it.
    unlinkSync(join(dirname(path), name))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function copyOwner(descriptor: number, { gid, mode, uid }: Stats): void {
  fchmodSync(descriptor, mode & 0o777)
  const own = fstatSync(descriptor)
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid)
}
