/** Brings what was written to the device, off this thread; a file whose sync failed is not believed again. */
import type { FileSystem } from './file-system.ts'
import { codeOf, flags } from './file-system.ts'

export class Syncer {
  readonly #fs: FileSystem
  /** Without it the kernel writes when it likes, and files are closed at once. */
  readonly #isNeeded: boolean
  readonly #onFailed: (error: Error, fd?: number) => void
  /** Written to since its last sync. */
  readonly #dirty = new Set<number>()
  /** To be closed once it is synced. */
  readonly #closing = new Set<number>()
  /** Its sync is under way. */
  #busy: number | undefined
  readonly #directories = new Set<string>()
  #running: Promise<boolean> | undefined

  constructor(fs: FileSystem, isNeeded: boolean, onFailed: (error: Error, fd?: number) => void) {
    this.#fs = fs
    this.#isNeeded = isNeeded
    this.#onFailed = onFailed
  }

  wrote(fd: number): void {
    if (this.#isNeeded) this.#dirty.add(fd)
  }

  /** Something was made in this directory: its name must reach the device too. */
  named(directory: string): void {
    if (this.#isNeeded) this.#directories.add(directory)
  }

  /** Closes a file, after its last sync. */
  close(fd: number): void {
    if (!this.#dirty.has(fd) && this.#busy !== fd) return closeQuietly(this.#fs, fd)
    this.#closing.add(fd)
    void this.sync() // now, and not with many others: descriptors are few
  }

  /**
   * Resolves when everything written before the call is on the device, or its failure was told. One at a time: whoever comes later
   * shares the next. @returns whether nothing of this one failed
   */
  async sync(): Promise<boolean> {
    while (this.#running !== undefined) await this.#running
    this.#running = this.#syncAll()
    const isDone = await this.#running
    this.#running = undefined
    return isDone
  }

  async #syncAll(): Promise<boolean> {
    let isDone = true
    const fds = [...this.#dirty] // not what is written to meanwhile: there must be an end
    for (const fd of fds) {
      this.#dirty.delete(fd)
      this.#busy = fd
      const error = await this.#sync(fd)
      if (error !== null) {
        isDone = false
        this.#onFailed(error, fd)
      }
      this.#busy = undefined
      // Written to meanwhile, it is closed after the sync that its closing has asked for.
      if (!this.#dirty.has(fd) && this.#closing.delete(fd)) closeQuietly(this.#fs, fd)
    }
    const directories = [...this.#directories]
    this.#directories.clear()
    for (const directory of directories) await this.#syncDirectory(directory)
    return isDone && this.#directories.size === 0
  }

  /** One that fails is tried again with the next: a name has no other copy that could be believed instead. */
  async #syncDirectory(directory: string): Promise<void> {
    try {
      const fd = this.#fs.open(directory, flags.read)
      const error = await this.#sync(fd)
      closeQuietly(this.#fs, fd)
      if (error === null) return
      this.#directories.add(directory)
      this.#onFailed(error)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#directories.add(directory)
    }
  }

  #sync(fd: number): Promise<Error | null> {
    return new Promise((resolve) => {
      this.#fs.sync(fd, resolve)
    })
  }
}

function closeQuietly(fs: FileSystem, fd: number): void {
  try {
    fs.close(fd)
  } catch {
    // What was written is written.
  }
}
