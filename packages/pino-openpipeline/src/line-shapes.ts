/** The shapes that lines have been seen in: a tree of the literal pieces between their values, each with what becomes of the value behind it. */
import type { Piece } from './line-piece.ts'
import { readPiece } from './line-piece.ts'
import type { Role } from './roles.ts'

export interface ShapeNode extends Piece {
  readonly role: Role
  /** Members of the event for the empty objects that the piece contains. */
  readonly objects: string
  /** Name of the value in the event, in front of it. */
  readonly out: string
  /** The value cannot be spliced: it must be mapped, or its name may clash. */
  readonly isUnsafe: boolean
  /** Key and value stand in the event exactly as in the line. */
  readonly isVerbatim: boolean
  readonly parent: ShapeNode | undefined
  readonly children: ShapeNode[]
  /** The child that came last: the likely next. */
  likely: ShapeNode | undefined
}

/** What the value of this name becomes; undefined where the line must be mapped. */
export type Judge = (piece: Piece) => Role | undefined

/** Beyond this, keys are most likely data; the tree then starts anew. */
const MAX_NODES = 4096

/** Pieces that may follow one before looking for the right one costs more than parsing the line. */
const MAX_CHILDREN = 32

export class LineShapes {
  readonly #judge: Judge
  #root = rootNode()
  #nodes = 0

  constructor(judge: Judge) {
    this.#judge = judge
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
  next(node: ShapeNode, line: string, at: number): ShapeNode | undefined {
    const child = node.children.find(({ text }) => line.startsWith(text, at)) ?? this.#add(node, line, at)
    if (child !== undefined) node.likely = child
    return child
  }

  #add(node: ShapeNode, line: string, at: number): ShapeNode | undefined {
    if (node.children.length >= MAX_CHILDREN) return undefined
    if (++this.#nodes > MAX_NODES) {
      this.forget()
      return undefined
    }
    const piece = readPiece(line, at, node.open)
    if (piece === undefined) return undefined
    const role = this.#roleOf(piece)
    const isUnsafe = role === undefined || hasRepetition(node, piece.names) || !isInPlace(node, role)
    const child = {
      ...piece,
      role: role ?? 'field',
      objects: piece.empty.map((object) => `,"${object}":{}`).join(''),
      out: `,"${piece.name}":`,
      isUnsafe,
      isVerbatim: role === 'field' && piece.open.length === 0 && piece.text === `,"${piece.name}":`,
      parent: node,
      children: [],
      likely: undefined,
    }
    node.children.push(child)
    return child
  }

  /** The end is judged too: empty objects may stand there. */
  #roleOf(piece: Piece): Role | undefined {
    const role = this.#judge(piece)
    return piece.isEnd && role !== undefined ? 'end' : role
  }
}

function rootNode(): ShapeNode {
  const piece = { text: '', name: '', names: [], open: [], empty: [], isEnd: false }
  const shape = { role: 'field' as const, objects: '', out: '', isUnsafe: false, isVerbatim: false }
  return { ...piece, ...shape, parent: undefined, children: [], likely: undefined }
}

/** The same name twice: which of the two counts is for the mapping to decide. */
function hasRepetition(node: ShapeNode, names: readonly string[]): boolean {
  if (new Set(names).size < names.length) return true
  for (let above: ShapeNode | undefined = node; above !== undefined; above = above.parent) {
    const earlier = above.names
    if (names.some((name) => earlier.includes(name))) return true
  }
  return false
}

/** pino writes the level first and the time second; everything else stands behind them. */
function isInPlace(node: ShapeNode, role: Role): boolean {
  if (role === 'level') return node.parent === undefined
  if (role === 'time') return node.role === 'level'
  if (role === 'duration' && !hasHttp(node)) return false
  return node.parent !== undefined && node.role !== 'level'
}

/** Only beside a request or a response does `responseTime` mean a duration. */
function hasHttp(node: ShapeNode): boolean {
  for (let above: ShapeNode | undefined = node; above !== undefined; above = above.parent) {
    if (above.open[0] === 'req' || above.open[0] === 'res') return true
  }
  return false
}
