/** Reads the literal piece of a line between two values: closing braces, a comma, keys and opening braces. */
import { endOfText } from './line-value.ts'

export interface Piece {
  /** As it stands in the line. */
  readonly literal: Uint8Array
  /** Dotted name of the value behind it. */
  readonly name: string
  /** Key of the value behind it. */
  readonly key: string
  /** All names that the piece brings: of objects, empty ones too, and of the value. */
  readonly names: readonly string[]
  /** Dotted names of empty objects. */
  readonly empty: readonly string[]
  /** Keys of the objects that are open behind it. */
  readonly open: readonly string[]
  /** How many of them were open in front of it already. */
  readonly kept: number
  /** There is no value behind it: the line ends. */
  readonly isEnd: boolean
  /** The value behind it is an object, which is not gone into. */
  readonly isObject: boolean
}

/** Whether the object of this name is gone into; otherwise it is a value. */
export type IsOpened = (keys: readonly string[]) => boolean

/** Deeper objects are for the encoder, which has a bound. */
const MAX_DEPTH = 16

const NEWLINE = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = '\\'
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** What stands in front of a piece. */
export interface Place {
  /** Keys of the objects that are open there. */
  readonly open: readonly string[]
  /** The line begins. */
  readonly isFirst: boolean
}

/** Undefined where something else stands there. */
export function readPiece(bytes: Buffer, start: number, place: Place, isOpened: IsOpened): Piece | undefined {
  return new PieceReader(bytes, start, place.open, isOpened).read(place.isFirst)
}

class PieceReader {
  readonly #bytes: Buffer
  readonly #start: number
  readonly #open: string[]
  readonly #isOpened: IsOpened
  readonly #empty: string[] = []
  readonly #names: string[] = []
  #kept: number
  #at: number

  constructor(bytes: Buffer, start: number, before: readonly string[], isOpened: IsOpened) {
    this.#bytes = bytes
    this.#start = start
    this.#open = [...before]
    this.#isOpened = isOpened
    this.#kept = before.length
    this.#at = start
  }

  read(isFirst: boolean): Piece | undefined {
    if (isFirst) {
      if (this.#byte !== OPENING_BRACE) return undefined
      this.#at++
    } else if (!this.#hasNext()) return this.#end()
    for (;;) {
      const key = this.#key()
      if (key === undefined) return undefined
      const isEmpty = this.#bytes[this.#at + 1] === CLOSING_BRACE
      if (this.#byte !== OPENING_BRACE || !this.#isOpened([...this.#open, key])) return this.#piece(key)
      this.#object(key, isEmpty)
      if (isEmpty && !this.#hasNext()) return this.#end()
    }
  }

  /** Goes over the braces of objects that end here, and a comma behind them. */
  #hasNext(): boolean {
    while (this.#byte === CLOSING_BRACE && this.#open.pop() !== undefined) this.#at++
    this.#kept = Math.min(this.#kept, this.#open.length)
    if (this.#byte !== COMMA) return false
    this.#at++
    return true
  }

  get #byte(): number {
    return this.#bytes[this.#at] ?? 0
  }

  /** A key without escapes, in front of a colon. */
  #key(): string | undefined {
    const end = this.#byte === QUOTE ? endOfText(this.#bytes, this.#at) : -1
    if (end === -1 || this.#bytes[end] !== COLON) return undefined
    const key = this.#bytes.toString('utf8', this.#at + 1, end - 1)
    this.#at = end + 1
    return key.includes(BACKSLASH) || this.#open.length > MAX_DEPTH ? undefined : key
  }

  #object(key: string, isEmpty: boolean): void {
    this.#names.push(this.#nameOf(key))
    if (isEmpty) this.#empty.push(this.#nameOf(key))
    else this.#open.push(key)
    this.#at += isEmpty ? 2 : 1
  }

  #piece(key: string): Piece {
    const name = this.#nameOf(key)
    return {
      ...this.#parts(this.#at),
      key,
      name,
      names: [...this.#names, name],
      isEnd: false,
      isObject: this.#byte === OPENING_BRACE,
    }
  }

  #end(): Piece | undefined {
    if (this.#byte !== CLOSING_BRACE || this.#bytes[this.#at + 1] !== NEWLINE) return undefined
    return { ...this.#parts(this.#at + 1), key: '', name: '', names: this.#names, isEnd: true, isObject: false }
  }

  #parts(end: number): Pick<Piece, 'literal' | 'open' | 'empty' | 'kept'> {
    const literal = Buffer.from(this.#bytes.subarray(this.#start, end)) // a copy, as the bytes are soon others
    return { literal, open: this.#open, empty: this.#empty, kept: this.#kept }
  }

  #nameOf(key: string): string {
    return [...this.#open, key].join('.')
  }
}
