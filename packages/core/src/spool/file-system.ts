/** The few functions of `node:fs` that the spool uses, as one value, so that tests can put a failing disk in its place. */
import * as fs from 'node:fs'

import { makeDirectories } from '../make-directories.ts'

export interface FileStat {
  readonly size: number
  readonly ino: number
  readonly nlink: number
  readonly uid: number
  readonly mode: number
  readonly mtimeMs: number
  /** When it was last changed, moved or given another name. */
  readonly ctimeMs: number
  isFile(): boolean
  isDirectory(): boolean
}

/** Each throws as `node:fs` does, with a `code`. */
export interface FileSystem {
  open(path: string, flags: number): number
  close(fd: number): void
  /** May write less than it was given. `position` null: at the end of a file opened for appending. */
  write(fd: number, bytes: Uint8Array, offset: number, position: number | null): number
  read(fd: number, bytes: Uint8Array, offset: number, position: number): number
  truncate(fd: number, size: number): void
  stat(fd: number): FileStat
  /** Does not follow a symbolic link. */
  lstat(path: string): FileStat
  makeDirectory(path: string, isRecursive?: boolean): void
  list(path: string): string[]
  rename(from: string, to: string): void
  remove(path: string): void
  removeDirectory(path: string): void
  /** Brings written data to the device, off this thread. */
  sync(fd: number, done: (error: Error | null) => void): void
}

/** Files of the spool belong to one user; nobody else may read log content there. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

export const fileSystem: FileSystem = {
  open: (path, flags) => fs.openSync(path, flags, FILE_MODE),
  close: (fd) => fs.closeSync(fd),
  write: (fd, bytes, offset, position) => fs.writeSync(fd, bytes, offset, bytes.length - offset, position),
  read: (fd, bytes, offset, position) => fs.readSync(fd, bytes, offset, bytes.length - offset, position),
  truncate: (fd, size) => fs.ftruncateSync(fd, size),
  stat: (fd) => fs.fstatSync(fd),
  lstat: (path) => fs.lstatSync(path),
  makeDirectory(path, recursive = false) {
    if (recursive) makeDirectories(path, DIRECTORY_MODE)
    else fs.mkdirSync(path, { mode: DIRECTORY_MODE })
  },
  list: (path) => fs.readdirSync(path),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.unlinkSync(path),
  removeDirectory: (path) => fs.rmdirSync(path),
  sync: (fd, done) => fs.fdatasync(fd, done),
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = fs.constants

/**
 * How files are opened: never through a symbolic link, and a new one never in place of an old one. To open a pipe must not wait for
 * its other end, which may never come.
 */
export const flags = {
  append: O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW,
  create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
  update: O_RDWR | O_NOFOLLOW | O_NONBLOCK,
  read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
} as const

/** A plain file, and under no other name that somebody could have given to a file of another kind or place. */
export function isOurs(stat: FileStat): boolean {
  return stat.isFile() && stat.nlink === 1
}

/** The `code` of an error of the file system; empty for any other. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
