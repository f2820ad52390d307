/** A writer's directory: heartbeat, checkpoint and segments. It belongs to whom its name says; a rename changes that. */
import { posix } from 'node:path'

import { Checkpoint, writeAll } from './checkpoint.ts'
import type { FileSystem } from './file-system.ts'
import { codeOf, flags } from './file-system.ts'

const HEARTBEAT = 'hb'
const CHECKPOINT = 'checkpoint'
const QUARANTINE = 'quarantine'
const SEGMENT_NAME = /^(\d{10})\.seg$/

export class Home {
  path: string
  readonly #fs: FileSystem
  readonly #heartbeatFd: number
  readonly #checkpoint: Checkpoint
  readonly #ino: number
  /** What the checkpoint said when the directory was opened; undefined where it cannot be read. */
  readonly through: number | undefined

  private constructor(fs: FileSystem, path: string, files: { heartbeatFd: number } & ReturnType<typeof Checkpoint.read>) {
    this.#fs = fs
    this.path = path
    this.#heartbeatFd = files.heartbeatFd
    this.#checkpoint = files.checkpoint
    this.through = files.through
    this.#ino = fs.lstat(path).ino
    this.beat()
  }

  /** Built under another name, so that nobody finds it half done. */
  static create(fs: FileSystem, endpoint: string, name: string): Home {
    const draft = posix.join(endpoint, `n-${name}`)
    fs.makeDirectory(draft)
    const heartbeatFd = fs.open(posix.join(draft, HEARTBEAT), flags.create)
    const checkpoint = Checkpoint.create(fs, fs.open(posix.join(draft, CHECKPOINT), flags.create))
    writeAll(fs, heartbeatFd, Buffer.from('1'), 0)
    const path = posix.join(endpoint, name)
    fs.rename(draft, path)
    return new Home(fs, path, { heartbeatFd, checkpoint, through: 0 })
  }

  /** Opens what another writer left; files that are missing are made. */
  static open(fs: FileSystem, path: string): Home {
    const heartbeatFd = openOrCreate(fs, posix.join(path, HEARTBEAT))
    const checkpointFd = openOrCreate(fs, posix.join(path, CHECKPOINT))
    return new Home(fs, path, { heartbeatFd, ...Checkpoint.read(fs, checkpointFd) })
  }

  /** When the last heartbeat was, by the clock of the volume; the oldest time there is where none was. */
  static beatAt(fs: FileSystem, path: string): number {
    try {
      return fs.lstat(posix.join(path, HEARTBEAT)).mtimeMs
    } catch {
      return -Infinity
    }
  }

  /** A written byte and not a set time: so the volume's own clock is compared with itself. */
  beat(): void {
    writeAll(this.#fs, this.#heartbeatFd, Buffer.from('1'), 0)
  }

  get beatAt(): number {
    return this.#fs.stat(this.#heartbeatFd).mtimeMs
  }

  /** `elsewhere`: another process took it over while this one was paused. */
  get state(): 'ours' | 'deleted' | 'elsewhere' {
    try {
      if (this.#fs.lstat(this.path).ino === this.#ino) return 'ours'
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
    return this.#fs.stat(this.#heartbeatFd).nlink === 0 ? 'deleted' : 'elsewhere'
  }

  writeCheckpoint(through: number): void {
    this.#checkpoint.write(through)
  }

  segmentPath(index: number): string {
    return posix.join(this.path, `${String(index).padStart(10, '0')}.seg`)
  }

  /** Numbers of its segments, in the order they were written. */
  segments(): number[] {
    const matches = this.#fs.list(this.path).map((name) => SEGMENT_NAME.exec(name)?.[1])
    return matches.filter((digits) => digits !== undefined).map(Number).toSorted((a, b) => a - b)
  }

  removeSegment(index: number): void {
    this.#fs.remove(this.segmentPath(index))
  }

  /** Keeps a segment that is damaged or cannot be read, where somebody can look at it. */
  quarantineSegment(index: number): void {
    const folder = posix.join(posix.dirname(this.path), QUARANTINE)
    makeIfMissing(this.#fs, folder)
    this.#fs.rename(this.segmentPath(index), posix.join(folder, `${posix.basename(this.path)}-${index}.seg`))
  }

  /** Gives it a name; the last step in changing hands. */
  rename(name: string): void {
    const path = posix.join(posix.dirname(this.path), name)
    this.#fs.rename(this.path, path)
    this.path = path
  }

  close(): void {
    this.#fs.close(this.#heartbeatFd)
    this.#checkpoint.close()
  }

  /** Removes the directory. What it holds that is not ours keeps it alive, in quarantine. */
  remove(): void {
    const names = this.#fs.list(this.path)
    for (const name of names) {
      if (name === HEARTBEAT || name === CHECKPOINT || SEGMENT_NAME.test(name)) this.#fs.remove(posix.join(this.path, name))
    }
    try {
      this.#fs.removeDirectory(this.path)
    } catch {
      const folder = posix.join(posix.dirname(this.path), QUARANTINE)
      makeIfMissing(this.#fs, folder)
      this.#fs.rename(this.path, posix.join(folder, posix.basename(this.path)))
    }
  }
}

function openOrCreate(fs: FileSystem, path: string): number {
  try {
    return fs.open(path, flags.update)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return fs.open(path, flags.create)
  }
}

function makeIfMissing(fs: FileSystem, path: string): void {
  try {
    fs.makeDirectory(path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}
