/** The dead letter: a file that keeps, line by line, the events that could not be delivered, for people and for `openpipeline replay`. */
import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Batch } from './batch.ts'
import type { Verdict } from './deliver/outcome.ts'
import type { LossReason } from './loss-reason.ts'

const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

export class DeadLetter {
  readonly #file: string
  readonly #maxBytes: number
  readonly #onFault: (message: string) => void
  #descriptor: number | undefined
  #identity = ''
  #bytes = 0

  constructor({ file, maxBytes }: { file: string; maxBytes: number }, onFault: (message: string) => void) {
    this.#file = file
    this.#maxBytes = maxBytes
    this.#onFault = onFault
  }

  /**
   * Writes the events of a batch, oldest first, until the file is full or fails.
   * @returns how many are in the file now
   */
  write(batch: Batch, reason: LossReason, verdict: Verdict, at: string): number {
    let kept = 0
    try {
      this.#open()
      for (const event of batch.texts()) {
        if (!this.#append(`${JSON.stringify({ at, reason, ...verdict }).slice(0, -1)},"event":${event}}\n`)) break
        kept++
      }
    } catch (error) {
      this.#onFault(`the dead letter ${this.#file} cannot be written: ${String(error)}`)
    }
    return kept
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #append(line: string): boolean {
    const bytes = Buffer.from(line)
    if (this.#descriptor === undefined || this.#bytes + bytes.length > this.#maxBytes) return false
    // A disk that fills up takes a part and says so only in the number.
    for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written)
    this.#bytes += bytes.length
    return true
  }

  /** Again where the file at this path is another one by now: logrotate has moved the old one away. */
  #open(): void {
    if (this.#descriptor !== undefined && this.#identity === this.#identityOfPath()) return
    this.close()
    mkdirSync(dirname(this.#file), { recursive: true, mode: DIRECTORY_MODE })
    this.#descriptor = openSync(this.#file, FLAGS, FILE_MODE)
    const { dev, ino, size } = fstatSync(this.#descriptor)
    this.#identity = `${dev}:${ino}`
    this.#bytes = size
  }

  #identityOfPath(): string {
    const found = statSync(this.#file, { throwIfNoEntry: false })
    return found === undefined ? '' : `${found.dev}:${found.ino}`
  }
}
