/** Sends the events of a dead letter file, and sees to it that each one that is not delivered is left in the rest of it. */
import type { Shipper, ShipperOptions } from 'openpipeline-core'

import { openShipper } from '../open-shipper.ts'
import type { DeadLetterFile } from './dead-letter-file.ts'
import { idOf, letterOf, reasonOf } from './dead-letter-line.ts'

export interface SendOptions {
  /** Gives up when nothing was accepted for so long. */
  readonly timeoutMs: number
  /** Aborts when somebody does not want to wait. */
  readonly signal: AbortSignal
  /** Called every now and then. */
  readonly onProgress: (tally: Tally) => void
}

export interface Tally {
  /** Events that were tried. */
  readonly events: number
  readonly delivered: number
  /** Refused again. */
  readonly refused: number
  /** Tried and neither delivered nor refused. */
  readonly unsent: number
  /** Lines that are no dead letters. */
  readonly unreadable: number
  /** Could not be written to the rest either, so the file must stay as it was. */
  readonly lost: number
  /** Why it has ended before the end of the file. */
  readonly problem: string | undefined
}

/** Well within the shipper's queue, and enough for several requests at a time. */
const PIECE_BYTES = 8 * 1024 * 1024

/** The largest that the option takes. */
const UNBOUNDED = 1_099_511_627_776

const PROGRESS_INTERVAL_MS = 200

export async function sendAgain(file: DeadLetterFile, options: ShipperOptions, sending: SendOptions): Promise<Tally> {
  const stop = new AbortController()
  sending.signal.addEventListener('abort', () => stop.abort())
  const shipper = openReplayShipper(file, options, () => stop.abort())
  const sender = new Sender(file, shipper)
  const timer = setInterval(() => sending.onProgress(sender.tally()), PROGRESS_INTERVAL_MS)
  try {
    while (sender.pushNext()) if (!(await hasEnded(shipper, sending.timeoutMs, stop.signal))) break
    // Read before closing, which breaks off the attempt under way and would be told as the failure.
    const { lastError, pending } = shipper.stats()
    const isWhole = pending === 0 && sender.isAtEnd
    const problem = sending.signal.aborted ? 'ended by a signal' : lastError
    await sender.close()
    const otherwise = `nothing was accepted for ${sending.timeoutMs} ms`
    return { ...sender.tally(), problem: isWhole ? undefined : (problem ?? otherwise) }
  } finally {
    clearInterval(timer)
    await shipper.close({ timeoutMs: 0 })
  }
}

/** The events are complete already; what is refused goes to the rest of the file as to any dead letter. */
function openReplayShipper(file: DeadLetterFile, options: ShipperOptions, onHeld: () => void): Shipper {
  return openShipper({
    ...options,
    enrichment: false,
    nested: 'keep',
    deadLetter: { file: file.restPath, maxBytes: UNBOUNDED },
    diagnostics: {
      onEvent: (event) => {
        if (event.kind === 'state' && event.state === 'held') onHeld()
      },
    },
  })
}

class Sender {
  readonly #file: DeadLetterFile
  readonly #shipper: Shipper
  /** Lines of the piece under way, by the id of their event. */
  #lines = new Map<unknown, Buffer[]>()
  #unreadable = 0
  #unsent = 0
  /** Everything was read that is complete. */
  isAtEnd = false

  constructor(file: DeadLetterFile, shipper: Shipper) {
    this.#file = file
    this.#shipper = shipper
  }

  /** Pushes the events of the next piece. @returns whether there was one */
  pushNext(): boolean {
    const before = this.#file.offset
    this.#lines = new Map()
    for (const line of this.#file.readLines(PIECE_BYTES)) this.#push(line)
    this.isAtEnd = this.#file.offset === before
    if (this.isAtEnd && before < this.#file.size) this.#unreadable += 1 // a last line that is not complete
    return !this.isAtEnd
  }

  /** What could not be sent is left in its line, with the reason for which it was there. */
  async close(): Promise<void> {
    const from = this.#file.restSize
    await this.#shipper.close({ timeoutMs: 0 })
    for (const line of this.#file.takeBack(from)) {
      const text = line.toString()
      const isUnsent = reasonOf(text) === 'unsent-at-close'
      if (isUnsent) this.#unsent += 1
      this.#file.keep((isUnsent ? this.#lines.get(idOf(text))?.shift() : undefined) ?? line)
    }
  }

  tally(): Tally {
    const { accepted, deadLettered, delivered, lost } = this.#shipper.stats()
    return {
      events: accepted,
      delivered,
      refused: deadLettered - this.#unsent,
      unsent: this.#unsent,
      unreadable: this.#unreadable,
      lost: Object.values(lost).reduce((sum, count) => sum + count, 0),
      problem: undefined,
    }
  }

  #push(line: Buffer): void {
    const letter = letterOf(line.toString())
    if (letter === undefined) {
      this.#unreadable += 1
      return this.#file.keep(line)
    }
    const same = this.#lines.get(letter.id)
    if (same === undefined) this.#lines.set(letter.id, [line])
    else same.push(line)
    this.#shipper.push(letter.event)
  }
}

/** Whether all that was pushed was delivered or refused: as long as something moves, it may take its time. */
async function hasEnded(shipper: Shipper, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const { pending } = shipper.stats()
    await Promise.race([shipper.flush({ timeoutMs }), aborted(signal)])
    const left = shipper.stats().pending
    if (left === 0) return true
    if (signal.aborted || left === pending) return false
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
