/** A disk in memory that can lose power, run full and fail: what was written is there at once, what was synced stays. */
import { basename, dirname } from 'node:path'
import { constants } from 'node:fs'
import type { FileStat, FileSystem } from '../../../packages/core/src/spool/file-system.ts'

interface Node {
  readonly ino: number
  readonly isDirectory: boolean
  /** What a process reads. */
  bytes: Buffer
  /** What a power failure leaves at the least. */
  durable: Buffer
  entries: Map<string, Node>
  durableEntries: Map<string, Node>
  nlink: number
  /** Never brought to the device, though a sync says so. */
  unwritten: { from: number; to: number }[]
  mtimeMs: number
  ctimeMs: number
}

export interface Faults {
  /** Bytes that may still be written; Infinity for a healthy disk. */
  free: number
  /** Most bytes of one write. */
  longestWrite: number
  /** Every write and sync fails. */
  io: boolean
  /** Every sync fails, and the kernel counts what it could not write as written. */
  sync: boolean
  /** Nor does it keep that: what is read then is what the device has. */
  forgets: boolean
}

/** Without a stack, which nobody reads and which takes most of the time that a disk in memory needs. */
function failure(code: string): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = Object.assign(new Error(code), { code })
  Error.stackTraceLimit = stackTraceLimit
  return error
}

export class MemoryDisk implements FileSystem {
  readonly faults: Faults = { free: Infinity, longestWrite: Infinity, io: false, sync: false, forgets: false }
  now = 1000
  #inodes = 0
  #root = this.#node(true)
  #fds = new Map<number, { node: Node; path: string; isAppending: boolean }>()
  #lastFd = 2
  /** Where directories were found, until one is moved or removed. */
  readonly #folders = new Map<string, Node>()

  get openFiles(): number {
    return this.#fds.size
  }

  open(path: string, flags: number): number {
    if (this.faults.io) throw failure('EIO')
    const folder = this.#find(dirname(path))
    let node = folder.entries.get(basename(path))
    if (node === undefined) {
      if ((flags & constants.O_CREAT) === 0) throw failure('ENOENT')
      if (this.faults.free < 1) throw failure('ENOSPC')
      node = this.#node(false)
      folder.entries.set(basename(path), node)
    } else if ((flags & constants.O_EXCL) !== 0) throw failure('EEXIST')
    this.#fds.set(++this.#lastFd, { node, path, isAppending: (flags & constants.O_APPEND) !== 0 })
    return this.#lastFd
  }

  close(fd: number): void {
    if (!this.#fds.delete(fd)) throw failure('EBADF')
  }

  write(fd: number, bytes: Uint8Array, offset: number, position: number | null): number {
    if (this.faults.io) throw failure('EIO')
    const { node, isAppending } = this.#opened(fd)
    const at = isAppending ? node.bytes.length : (position ?? 0)
    let count = Math.min(bytes.length - offset, this.faults.longestWrite)
    const growth = Math.max(0, at + count - node.bytes.length)
    if (growth > this.faults.free) {
      count -= growth - this.faults.free
      if (count <= 0) throw failure('ENOSPC')
    }
    const end = at + count
    const grown = Buffer.alloc(Math.max(node.bytes.length, end))
    node.bytes.copy(grown)
    grown.set(bytes.subarray(offset, offset + count), at)
    this.faults.free -= grown.length - node.bytes.length
    node.bytes = grown
    node.mtimeMs = this.now
    node.ctimeMs = this.now
    return count
  }

  read(fd: number, bytes: Uint8Array, offset: number, position: number): number {
    return this.#opened(fd).node.bytes.subarray(position).copy(bytes, offset)
  }

  truncate(fd: number, size: number): void {
    if (this.faults.io) throw failure('EIO')
    const { node } = this.#opened(fd)
    this.faults.free += Math.max(0, node.bytes.length - size)
    node.bytes = Buffer.from(node.bytes.subarray(0, size))
  }

  stat(fd: number): FileStat {
    return statOf(this.#opened(fd).node)
  }

  lstat(path: string): FileStat {
    return statOf(this.#find(path))
  }

  makeDirectory(path: string, isRecursive = false): void {
    if (isRecursive && dirname(path) !== path && !this.#exists(dirname(path))) this.makeDirectory(dirname(path), true)
    const folder = this.#find(dirname(path))
    if (folder.entries.has(basename(path))) {
      if (isRecursive) return
      throw failure('EEXIST')
    }
    if (this.faults.io) throw failure('EIO')
    if (this.faults.free < 1) throw failure('ENOSPC')
    folder.entries.set(basename(path), this.#node(true))
  }

  list(path: string): string[] {
    return [...this.#find(path).entries.keys()]
  }

  rename(from: string, to: string): void {
    if (this.faults.io) throw failure('EIO')
    const node = this.#find(from)
    if (node.isDirectory) this.#folders.clear()
    this.#find(dirname(from)).entries.delete(basename(from))
    this.#find(dirname(to)).entries.set(basename(to), node)
    node.ctimeMs = this.now
  }

  remove(path: string): void {
    if (this.faults.io) throw failure('EIO')
    const node = this.#find(path)
    node.nlink = 0
    this.faults.free += node.bytes.length
    this.#find(dirname(path)).entries.delete(basename(path))
  }

  removeDirectory(path: string): void {
    if (this.#find(path).entries.size > 0) throw failure('ENOTEMPTY')
    this.#folders.clear()
    this.#find(dirname(path)).entries.delete(basename(path))
  }

  /** Everything below, as `rm -rf` does. */
  removeAll(path: string): void {
    for (const [name, node] of this.#find(path).entries) {
      if (node.isDirectory) this.removeAll(`${path}/${name}`)
      else this.remove(`${path}/${name}`)
    }
    this.removeDirectory(path)
  }

  sync(fd: number, done: (error: Error | null) => void): void {
    const file = this.#fds.get(fd)
    if (file === undefined) return done(failure('EBADF'))
    if (this.faults.io || this.faults.sync) return done(this.#failSync(file.node))
    file.node.durable = Buffer.from(file.node.bytes)
    for (const { from, to } of file.node.unwritten) file.node.durable.fill(0, from, to)
    file.node.durableEntries = new Map(file.node.entries)
    done(null)
  }

  /** From now on the kernel believes that these bytes are on the device: a later sync that works does not write them. */
  #failSync(node: Node): Error {
    const from = Math.min(node.durable.length, node.bytes.length)
    if (!node.isDirectory && node.bytes.length > from) node.unwritten.push({ from, to: node.bytes.length })
    if (this.faults.forgets) node.bytes.fill(0, from)
    return failure('EIO')
  }

  contents(path: string): Buffer {
    return this.#find(path).bytes
  }

  put(path: string, bytes: Buffer): void {
    const node = this.#exists(path) ? this.#find(path) : this.#node(false)
    node.bytes = bytes
    this.#find(dirname(path)).entries.set(basename(path), node)
  }

  /** All processes are gone; the kernel has everything. */
  killAll(): void {
    this.#fds.clear()
  }

  /** The machine loses power: of what was not synced any part may be there, a file's bytes up to some length. `chance` from 0 to 1. */
  losePower(chance: () => number): void {
    this.killAll()
    this.#losePower(this.#root, chance)
  }

  /** Everything there is now is on the device. */
  settle(node = this.#root): void {
    node.durable = Buffer.from(node.bytes)
    node.durableEntries = new Map(node.entries)
    for (const child of node.entries.values()) this.settle(child)
  }

  #losePower(node: Node, chance: () => number): void {
    this.#folders.clear()
    const kept = node.durable.length + Math.floor(chance() * (node.bytes.length - node.durable.length + 1))
    const isRewritten = !node.bytes.subarray(0, node.durable.length).equals(node.durable)
    if (isRewritten && chance() < 0.5) node.bytes = Buffer.from(node.durable)
    else node.bytes = Buffer.from(node.bytes.subarray(0, Math.max(0, kept)))
    node.durable = Buffer.from(node.bytes)
    for (const [name, child] of node.entries) {
      if (!node.durableEntries.has(name) && chance() < 0.3) node.entries.delete(name)
      else this.#losePower(child, chance)
    }
  }

  #node(isDirectory: boolean): Node {
    const empty = Buffer.alloc(0)
    return {
      ino: ++this.#inodes,
      isDirectory,
      bytes: empty,
      durable: empty,
      entries: new Map(),
      durableEntries: new Map(),
      nlink: 1,
      unwritten: [],
      mtimeMs: this.now,
      ctimeMs: this.now,
    }
  }

  #opened(fd: number): { node: Node; isAppending: boolean } {
    const file = this.#fds.get(fd)
    if (file === undefined) throw failure('EBADF')
    return file
  }

  #exists(path: string): boolean {
    try {
      this.#find(path)
      return true
    } catch {
      return false
    }
  }

  #find(path: string): Node {
    if (path === '/') return this.#root
    const slash = path.lastIndexOf('/')
    const parent = slash === 0 ? '/' : path.slice(0, slash)
    let folder = this.#folders.get(parent)
    if (folder === undefined) {
      folder = this.#find(parent)
      this.#folders.set(parent, folder)
    }
    const node = folder.entries.get(path.slice(slash + 1))
    if (node === undefined) throw failure('ENOENT')
    return node
  }
}

function statOf(node: Node): FileStat {
  return {
    size: node.bytes.length,
    ino: node.ino,
    nlink: node.nlink,
    uid: 1000,
    mode: node.isDirectory ? 0o40700 : 0o100600,
    mtimeMs: node.mtimeMs,
    ctimeMs: node.ctimeMs,
    isFile: () => !node.isDirectory,
    isDirectory: () => node.isDirectory,
  }
}
