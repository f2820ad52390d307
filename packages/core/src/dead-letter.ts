/** The dead letter: a file that keeps, line by line, the events that could not be delivered, for people and for `openpipeline replay`. */
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import type { Batch } from './batch.ts'
import type { Verdict } from './deliver/outcome.ts'
import type { LossReason } from './loss-reason.ts'
import { makeDirectories } from './make-directories.ts'

/**
 * A link in its place is refused, since it may lead anywhere; so is what is no file: to open a pipe would wait for its reader,
 * hence O_NONBLOCK.
 */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

const LINE_FEED = 0x0a

interface OpenFile {
  readonly descriptor: number
  /** Of the file at the path when it was opened. */
  readonly identity: string
}

export class DeadLetter {
  readonly #file: string
  readonly #maxBytes: number
  readonly #onFault: (message: string) => void
  #open: OpenFile | undefined

  constructor({ file, maxBytes }: { file: string; maxBytes: number }, onFault: (message: string) => void) {
    this.#file = resolve(file)
    this.#maxBytes = maxBytes
    this.#onFault = onFault
  }

  /**
   * Writes the events of a batch, oldest first, until the file is full or fails.
   * @returns how many are in the file now
   */
  write(batch: Batch, reason: LossReason, verdict: Verdict, at: string): number {
    const head = JSON.stringify({ at, reason, ...verdict }).slice(0, -1)
    let kept = 0
    try {
      const descriptor = this.#descriptor()
      // Asked for each time: others may write to the file as well, and logrotate may have emptied it in place.
      let bytes = fstatSync(descriptor).size
      for (const event of batch.texts()) {
        const line = Buffer.from(`${head},"event":${event}}\n`)
        if (bytes + line.length > this.#maxBytes) throw new Error(`it is full (${this.#maxBytes} bytes)`)
        append(descriptor, line, bytes)
        bytes += line.length
        kept++
      }
    } catch (error) {
      this.#onFault(`the dead letter ${this.#file} takes no more events: ${messageOf(error)}`)
    }
    return kept
  }

  close(): void {
    const open = this.#open
    this.#open = undefined
    try {
      if (open !== undefined) closeSync(open.descriptor)
    } catch {
      // It is closed all the same, and each line was written before.
    }
  }

  /** Opens the file again where the one at this path is another by now: logrotate has moved the old one away. */
  #descriptor(): number {
    if (
      this.#open !== undefined &&
      this.#open.identity === identityOf(lstatSync(this.#file, { throwIfNoEntry: false }))
    )
      return this.#open.descriptor
    this.close()
    makeDirectories(dirname(this.#file), DIRECTORY_MODE)
    const descriptor = openSync(this.#file, FLAGS, FILE_MODE)
    const stats = fstatSync(descriptor)
    this.#open = { descriptor, identity: identityOf(stats) }
    if (!stats.isFile()) {
      this.close()
      throw new Error('it is not a file')
    }
    endLine(descriptor, stats.size)
    return descriptor
  }
}

/** The whole line or nothing of it. A disk that fills up takes a part, says so only in the number, and fails with the next. */
function append(descriptor: number, line: Buffer, end: number): void {
  let written = 0
  try {
    while (written < line.length) written += writeSync(descriptor, line, written)
  } catch (error) {
    // Not where somebody else has written behind it meanwhile.
    if (fstatSync(descriptor).size === end + written) ftruncateSync(descriptor, end)
    throw error
  }
}

/** A line that a crash has cut off must not swallow the next one. */
function endLine(descriptor: number, size: number): void {
  const last = Buffer.alloc(1)
  if (size === 0 || readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === LINE_FEED) return
  writeSync(descriptor, '\n')
}

function identityOf(stats: { readonly dev: number; readonly ino: number } | undefined): string {
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
