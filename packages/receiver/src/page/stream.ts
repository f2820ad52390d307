/** One open page: server-sent events with what is kept, then what arrives; as fast as the page reads, with nothing queued for it. */
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** How far a page has read, as it says itself when it comes back. */
export interface Position {
  events: number
  requests: number
}

/** What a stream reads from. */
export interface Source {
  /** Distinguishes this run of the receiver from others at the same address. */
  readonly instance: string
  /** Whether any token is accepted. */
  readonly isOpen: boolean
  /** Messages from this position on, which it moves; nothing when all is told. */
  readonly next: (position: Position) => readonly string[]
  /** Counts and coming answers, as JSON. */
  readonly status: () => string
}

const GATHER_MS = 40
const STATUS_MS = 1000

export class Stream {
  readonly #response: ServerResponse
  readonly #source: Source
  readonly #position: Position
  readonly #ticks: NodeJS.Timeout
  #gathering: NodeJS.Timeout | undefined
  #isWriting = false
  #told = ''

  constructor(response: ServerResponse, source: Source, position: Position) {
    this.#response = response
    this.#source = source
    this.#position = position
    // Scripts run out and are replaced without a word, hence the look every second.
    this.#ticks = setInterval(() => this.wake(), STATUS_MS).unref()
    response.once('close', () => this.#end())
    response.write(message('hello', JSON.stringify({ instance: source.instance, isOpen: source.isOpen })))
    void this.#write()
  }

  /** There may be something new: it is told soon, together with what comes meanwhile. */
  wake(): void {
    if (this.#isWriting) return
    this.#gathering ??= setTimeout(() => void this.#write(), GATHER_MS).unref()
  }

  async #write(): Promise<void> {
    this.#gathering = undefined
    this.#isWriting = true
    this.#tellStatus()
    for (let texts = this.#next(); texts.length > 0; texts = this.#next()) {
      if (!this.#response.write(texts.join(''))) await this.#drained()
      // Between two pieces of a long replay the receiver goes on receiving.
      await nextTurn()
    }
    this.#tellStatus()
    this.#isWriting = false
  }

  #next(): readonly string[] {
    return this.#response.destroyed ? [] : this.#source.next(this.#position)
  }

  #tellStatus(): void {
    const status = this.#source.status()
    if (status === this.#told || this.#response.destroyed) return
    this.#told = status
    this.#response.write(message('status', status))
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        this.#response.off('drain', goOn).off('close', goOn)
        resolve()
      }
      this.#response.on('drain', goOn).on('close', goOn)
    })
  }

  #end(): void {
    clearInterval(this.#ticks)
    clearTimeout(this.#gathering)
  }
}

/** No line of the data may hold a line break; JSON has none. */
export function message(name: string, ...data: readonly string[]): string {
  return `event: ${name}\n${data.map((line) => `data: ${line}\n`).join('')}\n`
}
