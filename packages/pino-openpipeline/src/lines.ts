/** Chunks of text → lines in bytes, whatever the borders of the chunks are. */
import { StringDecoder } from 'node:string_decoder'

/** Something that never ends its line is not pino; what it wrote so far is passed on as a line of its own. */
const MAX_LINE_LENGTH = 16_777_216

/** Units that are turned into bytes at a time: they stay in the processor's cache until they are read. */
const SECTION_LENGTH = 65_536

const MAX_BYTES_PER_UNIT = 3

export interface LineTaker {
  /** Takes whole lines, each with a newline behind it: the bytes up to `end`. They are valid until it returns. */
  lines(bytes: Buffer, end: number): void
  /** Takes a single line, without its end. */
  line(text: string): void
}

export class Lines {
  readonly #taker: LineTaker
  readonly #decoder = new StringDecoder('utf8')
  /** Begin of a line whose end has not come yet. */
  #rest = ''
  /** Undefined while it is in use: what takes a line may log another. */
  #buffer: Buffer | undefined

  constructor(taker: LineTaker) {
    this.#taker = taker
  }

  add(chunk: string | Uint8Array): void {
    const added = typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk))
    if (added.includes('\n')) this.#add(this.#rest === '' ? added : this.#rest + added)
    else this.#rest += added
    if (this.#rest.length > MAX_LINE_LENGTH) this.end()
  }

  /** There is nothing more to come. */
  end(): void {
    const line = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (line !== '') this.#taker.line(line)
  }

  #add(text: string): void {
    const end = text.lastIndexOf('\n') + 1
    this.#rest = ''
    for (let start = 0; start < end;) start = this.#section(text, start, end)
    if (end < text.length) this.#rest += text.slice(end)
  }

  /** @returns where the next one begins */
  #section(text: string, start: number, end: number): number {
    const most = start + SECTION_LENGTH
    const last = most >= end ? end : text.lastIndexOf('\n', most - 1) + 1
    if (last > start) this.#bytes(start === 0 && last === text.length ? text : text.slice(start, last))
    else this.#taker.line(text.slice(start, text.indexOf('\n', start)))
    return last > start ? last : text.indexOf('\n', start) + 1
  }

  #bytes(text: string): void {
    const most = text.length * MAX_BYTES_PER_UNIT
    const buffer =
      this.#buffer !== undefined && this.#buffer.length >= most ? this.#buffer : Buffer.allocUnsafeSlow(most)
    this.#buffer = undefined
    this.#taker.lines(buffer, buffer.write(text))
    this.#buffer = buffer
  }
}
