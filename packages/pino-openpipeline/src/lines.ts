/** Chunks of text → lines, whatever the borders of the chunks are. */
import { StringDecoder } from 'node:string_decoder'

/** Something that never ends its line is not pino; what it wrote so far is passed on as a line of its own. */
const MAX_LINE_LENGTH = 16_777_216

export class Lines {
  readonly #onLine: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  /** Begin of a line whose end has not come yet. */
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  add(chunk: string | Uint8Array): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk))
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end)
      start = end + 1
      this.#pass(this.#rest === '' ? line : this.#rest + line)
    }
    this.#rest = start === 0 ? this.#rest + text : text.slice(start)
    if (this.#rest.length > MAX_LINE_LENGTH) this.end()
  }

  /** There is nothing more to come. */
  end(): void {
    this.#pass(this.#rest + this.#decoder.end())
  }

  #pass(line: string): void {
    this.#rest = ''
    if (line !== '' && line !== '\r') this.#onLine(line)
  }
}
