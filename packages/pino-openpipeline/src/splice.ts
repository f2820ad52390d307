/**
 * The fast lane: a line of pino's becomes an event by copying its bytes, without being parsed. Every line for which that might
 * differ from mapping the parsed record is left to `recordToEvent`.
 */
import type { Bytes, FastLane, Guard } from 'openpipeline-core/mapping'

import type { Piece } from './line-piece.ts'
import type { Fixed, ShapeNode } from './line-shapes.ts'
import { fits, LineShapes } from './line-shapes.ts'
import { endOfValue } from './line-value.ts'
import type { Role, RoleSettings } from './roles.ts'
import { createJudge } from './roles.ts'
import type { Kind } from './shape-plan.ts'
import { planFlat, planKept } from './shape-plan.ts'
import type { WriteMember } from './splice-member.ts'

/** Values that hardly change. */
const FIXED: ReadonlySet<Role> = new Set<Role>(['level', 'pid', 'hostname'])

const MAX_FIXED_LENGTH = 256

/** Of a text without anything in it. */
const EMPTY_LENGTH = 2

const NEWLINE = 0x0a
const QUOTE = 0x22
const OPENING_BRACKET = 0x5b
const OPENING_BRACE = 0x7b

/** What the mapping takes out of a request, a response or an error. */
const TAKEN_OUT: ReadonlySet<Role> = new Set<Role>([
  'method',
  'url',
  'address',
  'status-code',
  'exception-type',
  'exception-message',
  'exception-stack',
])

export class Splicer {
  readonly #lane: FastLane
  readonly #write: WriteMember
  readonly #shapes: LineShapes
  readonly #isContainer: (key: string) => boolean
  #version: number
  /** What tells the shipper that the line brings these attributes, which it would add otherwise. */
  #pidBit = 0
  #hostBit = 0
  #brought = 0
  #out: Bytes | undefined
  #now = 0
  /** Values that are written at the end: role, begin and end of each. */
  #laterCount = 0
  readonly #laterRoles: Role[] = []
  readonly #laterBounds: number[] = []

  constructor(lane: FastLane, settings: Omit<RoleSettings, 'isTaken' | 'guardOf'>, write: WriteMember) {
    this.#lane = lane
    this.#write = write
    this.#version = lane.version
    this.#readBits()
    const { errorKey } = settings
    const guardOf = (name: string): Guard | undefined => lane.guardOf(name)
    this.#isContainer = (key) => guardOf(key) === 'container'
    const judge = createJudge({ ...settings, guardOf, isTaken: (name) => lane.isTaken(name) })
    const common = {
      fix: (node: ShapeNode, bytes: Buffer, from: number) => this.#fixed(node, bytes, from),
      bitOf: (role: Role) => (role === 'pid' ? this.#pidBit : role === 'hostname' ? this.#hostBit : 0),
    }
    this.#shapes = new LineShapes(
      lane.flattens
        ? { ...common, judge, isOpened: () => true, plan: planFlat }
        : {
            ...common,
            judge: (piece) => (piece.empty.length === 0 && !isDotted(piece) ? judge(piece) : undefined),
            isOpened: (keys) => isLookedInto(keys, errorKey),
            plan: (piece, role, parent) => planKept(piece, role, parent, TAKEN_OUT.has(role)),
          },
    )
  }

  /**
   * @param start of a line, which ends with a newline
   * @returns where the next line begins; -1 where this one was not pushed and must go the other way
   */
  push(bytes: Buffer, start: number, now: number): number {
    if (this.#lane.version !== this.#version) {
      this.#version = this.#lane.version
      this.#shapes.forget()
      this.#readBits()
    }
    this.#brought = 0
    this.#now = now
    this.#laterCount = 0
    const out = this.#lane.begin()
    this.#out = out
    const end = this.#splice(bytes, start, out)
    if (end !== -1) this.#lane.commit(this.#brought)
    return end
  }

  #splice(bytes: Buffer, start: number, out: Bytes): number {
    let node = this.#shapes.root
    /** Where the values and members that stay as they are began; they are copied in one piece. */
    let run = -1
    for (let at = start; ;) {
      const next = this.#next(node, bytes, at)
      if (next === undefined) return -1
      const from = at + next.literal.length
      if (!next.isVerbatim) {
        if (run !== -1) out.addPart(bytes, run, at)
        out.add(next.out)
        run = next.isCopied ? from : -1
      } else if (run === -1) run = at
      if (next.isEnd) return this.#end(bytes, from, out)
      at = next.isFixed ? from : this.#value(next, bytes, from, out)
      if (at === -1) return -1
      this.#brought += next.bit
      node = next
    }
  }

  #end(bytes: Buffer, at: number, out: Bytes): number {
    return bytes[at] === NEWLINE && this.#writeLater(bytes, out) ? at + 1 : -1
  }

  /** Judges the value, and writes it where it is not copied. @returns where it ends, or -1 */
  #value(node: ShapeNode, bytes: Buffer, from: number, out: Bytes): number {
    const { copies, later, writes } = node
    const to = endOfValue(bytes, from, this.#isContainer)
    if (to === -1 || !isOfKind(copies, bytes, from, to)) return -1
    if (later !== undefined) this.#keep(later, from, to)
    return writes === undefined || this.#write(writes, { bytes, from, to }, out, this.#now) ? to : -1
  }

  #next(node: ShapeNode, bytes: Buffer, at: number): ShapeNode | undefined {
    const { likely } = node
    const next = likely !== undefined && fits(likely, bytes, at) ? likely : this.#shapes.next(node, bytes, at)
    return next === undefined || next.isUnsafe ? undefined : next
  }

  #fixed({ literal, out, role, copies, writes }: ShapeNode, bytes: Buffer, from: number): Fixed | undefined {
    const to = FIXED.has(role) ? endOfValue(bytes, from, this.#isContainer) : -1
    if (to === -1 || to - from > MAX_FIXED_LENGTH || (copies === 'text' && bytes[from] !== QUOTE)) return undefined
    const place = this.#out // behind the event at hand
    if (place === undefined) return undefined
    const before = place.length
    place.add(out)
    if (copies !== undefined) place.addPart(bytes, from, to)
    const isWritten = writes === undefined || this.#write(writes, { bytes, from, to }, place, 0)
    const member = place.takeFrom(before)
    return isWritten ? { literal: Buffer.concat([literal, bytes.subarray(from, to)]), out: member } : undefined
  }

  #keep(role: Role, from: number, to: number): void {
    const index = this.#laterCount++
    this.#laterRoles[index] = role
    this.#laterBounds[2 * index] = from
    this.#laterBounds[2 * index + 1] = to
  }

  #writeLater(bytes: Buffer, out: Bytes): boolean {
    for (let index = 0; index < this.#laterCount; index++) {
      const from = this.#laterBounds[2 * index] ?? 0
      const to = this.#laterBounds[2 * index + 1] ?? 0
      if (!this.#write(this.#laterRoles[index] ?? 'field', { bytes, from, to }, out, this.#now)) return false
    }
    return true
  }

  #readBits(): void {
    this.#pidBit = this.#lane.bitOf('process.pid')
    this.#hostBit = this.#lane.bitOf('host.name')
  }
}

function isOfKind(kind: Kind | undefined, bytes: Uint8Array, from: number, to: number): boolean {
  if (kind === undefined || kind === 'any') return true
  if (kind === 'scalar') return bytes[from] !== OPENING_BRACKET && bytes[from] !== OPENING_BRACE
  return bytes[from] === QUOTE && (kind === 'text' || to > from + EMPTY_LENGTH)
}

/** A key in a kept object that looks like one inside another is no such key. */
function isDotted({ key, open }: Piece): boolean {
  return open.length > 0 && key.includes('.')
}

/** Objects that the mapping takes something out of; all others are copied as they are. */
function isLookedInto([first = '', second, ...deeper]: readonly string[], errorKey: string): boolean {
  if (second === undefined) return first === 'req' || first === 'res' || first === errorKey
  return second === 'headers' && deeper.length === 0 && (first === 'req' || first === 'res')
}
