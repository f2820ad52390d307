/**
 * The fast lane: a line of pino's becomes an event by cutting and joining its text, without being parsed. Every line for which
 * that might differ from mapping the parsed record is left to `recordToEvent`.
 */
import type { TextLane } from 'openpipeline-core/mapping'

import type { Piece } from './line-piece.ts'
import type { ShapeNode } from './line-shapes.ts'
import { LineShapes } from './line-shapes.ts'
import type { Role, RoleSettings } from './roles.ts'
import { createJudge } from './roles.ts'
import type { MemberOf } from './splice-member.ts'

/** A longer line costs little in comparison by the other way, which also cuts what is too long. */
const MAX_LENGTH = 65_536

/** Digits that a number may have without losing any in a double. */
const MAX_NUMBER_LENGTH = 15

const QUOTE = 0x22
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c

/** An escape that JSON does not know. An escaped backslash may look like one; then the line is parsed, which is only slower. */
const ODD_ESCAPE = /\\(?:[^"\\/bfnrtu]|u(?![\da-fA-F]{4}))/

const LITERALS = ['true', 'false', 'null']

const HAS_MESSAGE = 1
const HAS_KIND = 2
const ERROR_PARTS: Partial<Record<Role, number>> = {
  'exception-message': HAS_MESSAGE,
  'exception-type': HAS_KIND,
  'exception-stack': HAS_KIND,
}

export class Splicer {
  readonly #lane: TextLane
  readonly #memberOf: MemberOf
  readonly #shapes: LineShapes
  #version: number
  /** What tells the shipper that the line brings these attributes, which it would add otherwise. */
  #pidBit = 0
  #hostBit = 0
  #brought = 0
  /** Which parts of an error the line has, by bits. */
  #ofError = 0

  constructor(lane: TextLane, settings: Omit<RoleSettings, 'isTaken' | 'isSecret'>, memberOf: MemberOf) {
    this.#lane = lane
    this.#memberOf = memberOf
    this.#version = lane.version
    this.#readBits()
    const judge = createJudge({
      ...settings,
      isTaken: (name) => lane.isTaken(name),
      isSecret: (name) => lane.isSecret(name),
    })
    this.#shapes = new LineShapes((piece) => (lane.flattens || isFlat(piece) ? judge(piece) : undefined))
  }

  /** @returns whether the line was pushed; if not, it must go the other way */
  push(line: string, now: number): boolean {
    if (line.length > MAX_LENGTH || (line.includes('\\') && ODD_ESCAPE.test(line))) return false
    if (this.#lane.version !== this.#version) {
      this.#version = this.#lane.version
      this.#shapes.forget()
      this.#readBits()
    }
    this.#brought = 0
    const members = this.#membersOf(line, now)
    if (members === undefined) return false
    this.#lane.pushMembers(members, this.#brought)
    return true
  }

  #note(role: Role): void {
    if (role === 'pid') this.#brought += this.#pidBit
    else if (role === 'hostname') this.#brought += this.#hostBit
    else this.#ofError |= ERROR_PARTS[role] ?? 0
  }

  /** An error has a message, and a type or a stack beside it; anything else is an object like others. */
  #isWhole(line: string, end: number): boolean {
    if (end !== line.length) return false
    return this.#ofError === 0 || this.#ofError === (HAS_MESSAGE | HAS_KIND)
  }

  #readBits(): void {
    this.#pidBit = this.#lane.bitOf('process.pid')
    this.#hostBit = this.#lane.bitOf('host.name')
  }

  #membersOf(line: string, now: number): string | undefined {
    let members = ''
    let node = this.#shapes.root
    /** Where the fields that stay as they are began; they are cut out in one piece. */
    let run = -1
    this.#ofError = 0
    for (let at = 0; ;) {
      const next = this.#next(node, line, at)
      if (next === undefined) return undefined
      const start = at + next.text.length
      if (next.role === 'end') {
        return this.#isWhole(line, start) ? members + cut(line, run, at) + next.objects : undefined
      }
      const end = endOfValue(line, start)
      if (end === -1) return undefined
      if (!next.isVerbatim) {
        const member = this.#memberOf(next.role, next.out, line.slice(start, end), now)
        if (member === undefined) return undefined
        this.#note(next.role)
        members += cut(line, run, at) + next.objects + member
        run = -1
      } else if (run === -1) run = at
      at = end
      node = next
    }
  }

  #next(node: ShapeNode, line: string, at: number): ShapeNode | undefined {
    const { likely } = node
    const next = likely !== undefined && line.startsWith(likely.text, at) ? likely : this.#shapes.next(node, line, at)
    return next === undefined || next.isUnsafe ? undefined : next
  }
}

/** No object but empty ones at top level. */
function isFlat({ open, text }: Piece): boolean {
  return open.length === 0 && !text.includes('{"', 1)
}

function cut(line: string, from: number, to: number): string {
  return from === -1 ? '' : line.slice(from, to)
}

/** Where the value at `start` ends; -1 for one that is no text, short number or literal, and so must be parsed. */
function endOfValue(line: string, start: number): number {
  const first = line.charCodeAt(start)
  if (first === QUOTE) return endOfText(line, start)
  if (first === MINUS || (first >= ZERO && first <= NINE)) return endOfNumber(line, start)
  const literal = LITERALS.find((text) => line.startsWith(text, start))
  return literal === undefined ? -1 : start + literal.length
}

/** Behind the quote that ends the text: one with an even number of backslashes in front of it. */
function endOfText(line: string, start: number): number {
  let end = line.indexOf('"', start + 1)
  while (end !== -1 && line.charCodeAt(end - 1) === BACKSLASH) {
    let first = end - 1
    while (line.charCodeAt(first - 1) === BACKSLASH) first--
    if ((end - first) % 2 === 0) break
    end = line.indexOf('"', end + 1)
  }
  return end === -1 ? -1 : end + 1
}

/** As JSON has them, without an exponent; a number that is none, or has too many digits for a double, makes the line be parsed. */
function endOfNumber(line: string, start: number): number {
  const first = line.charCodeAt(start) === MINUS ? start + 1 : start
  let end = endOfDigits(line, first)
  if (end === first || (end > first + 1 && line.charCodeAt(first) === ZERO)) return -1
  if (line.charCodeAt(end) === DOT) {
    const fraction = end + 1
    end = endOfDigits(line, fraction)
    if (end === fraction) return -1
  }
  return end - start <= MAX_NUMBER_LENGTH ? end : -1
}

function endOfDigits(line: string, start: number): number {
  let end = start
  for (let unit = line.charCodeAt(end); unit >= ZERO && unit <= NINE; unit = line.charCodeAt(++end));
  return end
}
