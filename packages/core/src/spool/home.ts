/** A writer's directory: heartbeat, checkpoint and segments. It belongs to whom its name says; a rename changes that. */
import { basename, dirname, join } from 'node:path'

import { Checkpoint, writeAll } from './checkpoint.ts'
import type { FileSystem } from './file-system.ts'
import { codeOf } from './file-system.ts'
import { removeWith, withFiles } from './home-files.ts'
import { HIDDEN } from './owner.ts'
import { quarantine } from './quarantine.ts'

const HEARTBEAT = 'hb'
const CHECKPOINT = 'checkpoint'
const SEGMENT_NAME = /^(\d{10})\.seg$/

interface Files {
  readonly heartbeatFd: number
  readonly checkpoint: Checkpoint
  readonly through: number | undefined
}

export class Home {
  path: string
  readonly #fs: FileSystem
  readonly #heartbeatFd: number
  readonly #checkpoint: Checkpoint
  readonly #ino: number
  /** What the checkpoint said when the directory was opened; undefined where it cannot be read. */
  readonly through: number | undefined

  private constructor(fs: FileSystem, path: string, files: Files) {
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
    const path = join(endpoint, name)
    const draft = hiddenPath(path)
    fs.makeDirectory(draft)
    return withFiles(
      fs,
      () => void removeWith(fs, draft, [HEARTBEAT, CHECKPOINT]),
      (open) => {
        const heartbeatFd = open(join(draft, HEARTBEAT))
        const checkpoint = Checkpoint.create(fs, open(join(draft, CHECKPOINT)))
        writeAll(fs, heartbeatFd, Buffer.from('1'), 0)
        fs.rename(draft, path)
        return new Home(fs, path, { heartbeatFd, checkpoint, through: 0 })
      },
    )
  }

  /** Opens what another writer left; files that are missing are made. */
  static open(fs: FileSystem, path: string): Home {
    return withFiles(
      fs,
      () => undefined,
      (open) => {
        const heartbeatFd = open(join(path, HEARTBEAT))
        return new Home(fs, path, { heartbeatFd, ...Checkpoint.read(fs, open(join(path, CHECKPOINT))) })
      },
    )
  }

  /** When the last heartbeat was, by the clock of the volume; the oldest time there is where none was. */
  static beatAt(fs: FileSystem, path: string): number {
    try {
      return fs.lstat(join(path, HEARTBEAT)).mtimeMs
    } catch {
      return 0
    }
  }

  /** A written byte and not a set time: so the volume's own clock is compared with itself. */
  beat(): void {
    writeAll(this.#fs, this.#heartbeatFd, Buffer.from('1'), 0)
  }

  get beatAt(): number {
    return this.#fs.stat(this.#heartbeatFd).mtimeMs
  }

  /** `elsewhere`: another process took it over while this one was paused. What cannot be found out counts as `ours`. */
  get state(): 'ours' | 'deleted' | 'elsewhere' {
    try {
      if (this.#fs.lstat(this.path).ino === this.#ino) return 'ours'
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') return 'ours'
    }
    return this.#isDeleted ? 'deleted' : 'elsewhere'
  }

  /** A file whose last name is gone is known by its descriptor only. */
  get #isDeleted(): boolean {
    try {
      return this.#fs.stat(this.#heartbeatFd).nlink === 0
    } catch {
      return true
    }
  }

  writeCheckpoint(through: number): void {
    this.#checkpoint.write(through)
  }

  /** This directory and those above it that the spool has made, with the one they stand in. */
  get chain(): string[] {
    const endpoint = dirname(this.path)
    return [this.path, endpoint, dirname(endpoint), dirname(dirname(endpoint))]
  }

  segmentPath(index: number): string {
    return join(this.path, `${String(index).padStart(10, '0')}.seg`)
  }

  /** Numbers of its segments, in the order they were written. */
  segments(): number[] {
    const matches = this.#fs.list(this.path).map((name) => SEGMENT_NAME.exec(name)?.[1])
    return matches
      .filter((digits) => digits !== undefined)
      .map(Number)
      .toSorted((a, b) => a - b)
  }

  removeSegment(index: number): void {
    this.#fs.remove(this.segmentPath(index))
  }

  /** Keeps a segment that is damaged or cannot be read, where somebody can look at it. */
  quarantineSegment(index: number): void {
    const name = `${basename(this.path)}-${index}.seg`
    quarantine(this.#fs, this.segmentPath(index), dirname(this.path), name)
  }

  /** Gives it a name; the last step in changing hands. */
  rename(name: string): void {
    const path = join(dirname(this.path), name)
    this.#fs.rename(this.path, path)
    this.path = path
  }

  close(): void {
    this.#fs.close(this.#heartbeatFd)
    this.#checkpoint.close()
  }

  /** Removes the directory, whose segments are gone; first out of sight, since half of a directory looks like one that was left. */
  remove(): void {
    const hidden = hiddenPath(this.path)
    this.#fs.rename(this.path, hidden)
    removeHidden(this.#fs, hidden)
  }
}

/** Removes a directory that is not a writer's any more, or not yet. What else it holds keeps it alive, in quarantine. @throws what the file system throws */
export function removeHidden(fs: FileSystem, path: string): void {
  if (!removeWith(fs, path, [HEARTBEAT, CHECKPOINT])) quarantine(fs, path, dirname(path))
}

/** Under this name nobody takes it for a writer's. */
function hiddenPath(path: string): string {
  return join(dirname(path), `${HIDDEN}${basename(path)}`)
}
