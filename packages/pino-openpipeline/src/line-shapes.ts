/** The shapes that lines have been seen in: a tree of the literal pieces between their values, each with what becomes of the value behind it. */
import type { IsOpened, Piece } from './line-piece.ts'
import { readPiece } from './line-piece.ts'
import type { Role } from './roles.ts'
import type { Kind, PlanMember } from './shape-plan.ts'

/** A value that hardly changes, such as the pid: read with the piece in front of it, it needs no look. */
export interface Fixed {
  /** The piece and the value behind it. */
  readonly literal: Uint8Array
  /** Their member of the event. */
  readonly out: Uint8Array
}

interface NodeParts {
  readonly piece: Piece
  readonly plan: PlanMember
  readonly role: Role
  readonly parent?: ShapeNode
  readonly isUnsafe?: boolean
  readonly fixed?: Fixed | undefined
  readonly bit?: number
}

/** A class, and no object put together from others: all have one form, which makes reading them several times faster. */
export class ShapeNode {
  readonly literal: Uint8Array
  readonly isObject: boolean
  readonly isEnd: boolean
  /** The value is part of the literal, and of `out`. */
  readonly isFixed: boolean
  /** Of an attribute that the shipper would add otherwise. */
  readonly bit: number
  /** The value cannot be spliced: it must be mapped, or its name may clash. */
  readonly isUnsafe: boolean
  readonly isVerbatim: boolean
  readonly out: Uint8Array
  readonly copies: Kind | undefined
  /** The value is to be copied behind `out`. */
  readonly isCopied: boolean
  readonly writes: Role | undefined
  readonly later: Role | undefined
  /** The child that came last: the likely next. */
  likely: ShapeNode | undefined = undefined
  readonly children: ShapeNode[] = []
  readonly parent: ShapeNode | undefined
  readonly role: Role
  readonly piece: Piece
  readonly plan: PlanMember

  constructor(parts: NodeParts) {
    const { bit = 0, fixed, isUnsafe = false, parent, piece, plan, role } = parts
    this.literal = fixed?.literal ?? piece.literal
    this.isFixed = fixed !== undefined
    this.bit = bit
    this.isObject = piece.isObject
    this.isEnd = piece.isEnd
    this.isUnsafe = isUnsafe
    this.isVerbatim = plan.isVerbatim
    this.out = fixed?.out ?? plan.out
    this.copies = plan.copies
    this.isCopied = plan.copies !== undefined && fixed === undefined
    this.writes = plan.writes
    this.later = plan.later
    this.parent = parent
    this.role = role
    this.piece = piece
    this.plan = plan
  }
}

export interface ShapeRules {
  /** What the value of this name becomes; undefined where the line must be mapped. */
  readonly judge: (piece: Piece) => Role | undefined
  readonly isOpened: IsOpened
  /** How its member is written. */
  readonly plan: (piece: Piece, role: Role, parent: ShapeNode) => PlanMember
  /** The value at `from`, where it is one that hardly changes. */
  readonly fix: (node: ShapeNode, bytes: Buffer, from: number) => Fixed | undefined
  readonly bitOf: (role: Role) => number
}

/** Beyond this, keys are most likely data; the tree then starts anew. */
const MAX_NODES = 4096

/** Pieces that may follow one before looking for the right one costs more than parsing the line. */
const MAX_CHILDREN = 32

/** Values that may follow one piece as part of it; if there are more, they do change. */
const MAX_FIXED = 8

const COMMA = 0x2c
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d
const NOTHING = Buffer.alloc(0)

export class LineShapes {
  readonly #rules: ShapeRules
  #root = rootNode()
  #nodes = 0

  constructor(rules: ShapeRules) {
    this.#rules = rules
  }

  /** In front of every line. */
  get root(): ShapeNode {
    return this.#root
  }

  forget(): void {
    this.#root = rootNode()
    this.#nodes = 0
  }

  /** The piece that stands at `at` behind `node`; undefined where there is none or there are too many. */
  next(node: ShapeNode, bytes: Buffer, at: number): ShapeNode | undefined {
    for (const child of node.children) if (fits(child, bytes, at)) return (node.likely = child)
    const child = this.#add(node, bytes, at)
    if (child !== undefined) node.likely = child
    return child
  }

  #add(node: ShapeNode, bytes: Buffer, at: number): ShapeNode | undefined {
    if (node.children.length >= MAX_CHILDREN) return undefined
    if (++this.#nodes > MAX_NODES) {
      this.forget()
      return undefined
    }
    const { bitOf, fix, isOpened, plan } = this.#rules
    const piece = readPiece(bytes, at, { open: node.piece.open, isFirst: node.parent === undefined }, isOpened)
    if (piece === undefined) return undefined
    const judged = this.#roleOf(piece)
    const role = judged ?? 'field'
    const isUnsafe = judged === undefined || hasRepetition(node, piece.names) || !isInPlace(node, role)
    const parts = { piece, plan: plan(piece, role, node), role, parent: node, isUnsafe, bit: bitOf(role) }
    const mayBeFixed = !isUnsafe && node.children.length < MAX_FIXED
    const fixed = mayBeFixed ? fix(new ShapeNode(parts), bytes, at + piece.literal.length) : undefined
    const child = new ShapeNode({ ...parts, fixed })
    node.children.push(child)
    return child
  }

  /** The end is judged too: empty objects may stand there. */
  #roleOf(piece: Piece): Role | undefined {
    const role = this.#rules.judge(piece)
    return piece.isEnd && role !== undefined ? 'end' : role
  }
}

/** The same key may stand in front of an object once and of something else another time. */
export function fits(node: ShapeNode, bytes: Uint8Array, at: number): boolean {
  const { literal } = node
  const { length } = literal
  for (let index = 0; index < length; index++) if (bytes[at + index] !== literal[index]) return false
  const next = bytes[at + length]
  if (node.isFixed) return next === COMMA || next === CLOSING_BRACE
  return (next === OPENING_BRACE) === node.isObject
}

function rootNode(): ShapeNode {
  const piece = { literal: NOTHING, key: '', name: '', names: [], open: [], empty: [], kept: 0 }
  const plan = { out: NOTHING, copies: undefined, writes: undefined, later: undefined, isVerbatim: false, filled: [] }
  return new ShapeNode({ piece: { ...piece, isEnd: false, isObject: false }, plan, role: 'field' })
}

/** The same name twice: which of the two counts is for the mapping to decide. */
function hasRepetition(node: ShapeNode, names: readonly string[]): boolean {
  if (new Set(names).size < names.length) return true
  for (let above: ShapeNode | undefined = node; above !== undefined; above = above.parent) {
    const earlier = above.piece.names
    if (names.some((name) => earlier.includes(name))) return true
  }
  return false
}

/** pino writes the level first and the time second; everything else stands behind them. */
function isInPlace(node: ShapeNode, role: Role): boolean {
  if (role === 'level') return node.parent === undefined
  if (role === 'time') return node.role === 'level'
  if (role === 'duration' && !hasHttp(node)) return false
  if (role === 'end' && !hasWholeError(node)) return false
  return node.parent !== undefined && node.role !== 'level'
}

/** Only beside a request or a response does `responseTime` mean a duration. */
function hasHttp(node: ShapeNode): boolean {
  return pathTo(node).some(({ piece: { open } }) => open[0] === 'req' || open[0] === 'res')
}

/** What has a message but neither type nor stack is no error. */
function hasWholeError(node: ShapeNode): boolean {
  const roles = new Set(pathTo(node).map(({ role }) => role))
  const hasKind = roles.has('exception-type') || roles.has('exception-stack')
  return roles.has('exception-message') === hasKind
}

function pathTo(node: ShapeNode): ShapeNode[] {
  return node.parent === undefined ? [] : [...pathTo(node.parent), node]
}
