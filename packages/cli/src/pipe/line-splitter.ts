/** Cuts a stream of bytes into lines, whatever the chunks; a line without an end is cut at a bound. */
import { StringDecoder } from 'node:string_decoder'

/** A longer line comes in pieces, so that input without line breaks cannot fill the memory. */
const MAX_LINE_LENGTH = 8 * 1024 * 1024

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  /** What came since the last line break; holds none itself. */
  #open = ''

  split(chunk: Buffer): readonly string[] {
    const lines = this.#decoder.write(chunk).split('\n')
    lines[0] = this.#open + (lines[0] ?? '')
    this.#open = lines.pop() ?? ''
    if (this.#open.length < MAX_LINE_LENGTH) return lines
    lines.push(this.#open)
    this.#open = ''
    return lines
  }

  /** The last line, where the input does not end with a line break. */
  rest(): readonly string[] {
    const last = this.#open + this.#decoder.end()
    this.#open = ''
    return last === '' ? [] : [last]
  }
}
