/** Reads the literal piece of a line between two values: closing braces, a comma, keys and opening braces. */

export interface Piece {
  /** As it stands in the line. */
  readonly text: string
  /** Dotted name of the value behind it. */
  readonly name: string
  /** All names that the piece brings: of objects, empty ones too, and of the value. */
  readonly names: readonly string[]
  /** Dotted names of empty objects. */
  readonly empty: readonly string[]
  /** Keys of the objects that are open behind it. */
  readonly open: readonly string[]
  /** There is no value behind it: the line ends. */
  readonly isEnd: boolean
}

/** Deeper objects are for the encoder, which has a bound. */
const MAX_DEPTH = 16

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPENING_BRACKET = 0x5b
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** Undefined where something else stands there, an array for instance. */
export function readPiece(line: string, start: number, open: readonly string[]): Piece | undefined {
  return new PieceReader(line, start, open).read()
}

class PieceReader {
  readonly #line: string
  readonly #start: number
  readonly #open: string[]
  readonly #empty: string[] = []
  readonly #names: string[] = []
  #at: number

  constructor(line: string, start: number, open: readonly string[]) {
    this.#line = line
    this.#start = start
    this.#open = [...open]
    this.#at = start
  }

  read(): Piece | undefined {
    if (this.#start === 0 && this.#unit === OPENING_BRACE) this.#at++
    for (;;) {
      this.#close()
      if (this.#unit === CLOSING_BRACE) return this.#end()
      const key = this.#key()
      if (key === undefined || this.#unit === OPENING_BRACKET) return undefined
      if (this.#unit !== OPENING_BRACE) return this.#piece(key)
      this.#object(key)
    }
  }

  /** Braces of objects that end here, and the comma behind them. */
  #close(): void {
    while (this.#unit === CLOSING_BRACE && this.#open.pop() !== undefined) this.#at++
    if (this.#unit === COMMA) this.#at++
  }

  get #unit(): number {
    return this.#line.charCodeAt(this.#at)
  }

  /** A key without escapes, in front of a colon. */
  #key(): string | undefined {
    const end = this.#line.indexOf('"', this.#at + 1)
    if (this.#unit !== QUOTE || end === -1 || this.#line.charCodeAt(end + 1) !== COLON) return undefined
    const key = copyOf(this.#line.slice(this.#at + 1, end))
    this.#at = end + 2
    return key.includes('\\') || this.#open.length > MAX_DEPTH ? undefined : key
  }

  #object(key: string): void {
    this.#names.push(this.#nameOf(key))
    if (this.#line.charCodeAt(this.#at + 1) === CLOSING_BRACE) {
      this.#empty.push(this.#nameOf(key))
      this.#at += 2
    } else {
      this.#open.push(key)
      this.#at++
    }
  }

  #piece(key: string): Piece {
    const name = this.#nameOf(key)
    return { ...this.#parts(this.#at), name, names: [...this.#names, name], isEnd: false }
  }

  #end(): Piece | undefined {
    if (this.#at + 1 !== this.#line.length) return undefined
    return { ...this.#parts(this.#at + 1), name: '', names: this.#names, isEnd: true }
  }

  #parts(end: number): Pick<Piece, 'text' | 'open' | 'empty'> {
    return { text: copyOf(this.#line.slice(this.#start, end)), open: this.#open, empty: this.#empty }
  }

  #nameOf(key: string): string {
    return [...this.#open, key].join('.')
  }
}

/** A slice would keep the whole chunk that the line came in. */
function copyOf(text: string): string {
  return String(JSON.parse(JSON.stringify(text)))
}
