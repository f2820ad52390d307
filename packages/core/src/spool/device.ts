/** Brings the journal to the device, for those durabilities that promise it: a file whose sync fails is written again before it is believed. */
import type { Journal } from './journal.ts'
import type { Syncer } from './syncer.ts'

export class Device {
  readonly #journal: Journal
  readonly #syncer: Syncer
  readonly #warn: (message: string) => void
  #isFailed = false

  constructor(journal: Journal, syncer: Syncer, warn: (message: string) => void) {
    this.#journal = journal
    this.#syncer = syncer
    this.#warn = warn
  }

  /** @param fd a file's; undefined for a directory */
  failed(error: Error, fd: number | undefined): void {
    if (fd !== undefined) this.#journal.suspect(fd)
    if (this.#isFailed || this.#journal.health.isFailed) return
    this.#isFailed = true
    this.#warn(`the spool does not reach the device: ${error.message}`)
  }

  /** @returns whether everything that was on disk before the call is on the device */
  async sync(): Promise<boolean> {
    const isDone = (await this.#syncer.sync()) && !this.#journal.isSuspect
    if (isDone && this.#isFailed) {
      this.#isFailed = false
      this.#warn('the spool reaches the device again')
    }
    return isDone
  }

  /** The same, with a second try for what failed. */
  async confirm(): Promise<boolean> {
    if (await this.sync()) return true
    this.#journal.mend()
    return this.sync()
  }
}
