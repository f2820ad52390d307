/** The shapes that infos have been seen in: a tree of the keys on the way through them, each with what becomes of its value. */
import type { Judge, Role } from './info-roles.ts'
import type { Begin, WriteValue } from './info-value.ts'
import { writerOf } from './info-value.ts'

/** What an info has had up to a place, by bits. */
export const Has = {
  message: 1,
  http: 2,
  trace: 4,
  /** Other names that an active span has. */
  spanName: 8,
  /** The stack of an error, beside it. */
  stack: 16,
  exceptionMessage: 32,
  exceptionType: 64,
  exceptionStack: 128,
} as const

const OF_ERRORS = Has.exceptionMessage | Has.exceptionType | Has.exceptionStack

interface NodeParts {
  readonly open: readonly string[]
  readonly key: string
  readonly role: Role | undefined
  readonly parent: ShapeNode | undefined
  readonly has: number
}

/** A class, and no object put together from others: all have one form, which makes reading them several times faster. */
export class ShapeNode implements Begin {
  readonly key: string
  /** Undefined where a value other than an object must be mapped. */
  readonly role: Role | undefined
  readonly write: WriteValue
  /** The value is hidden whatever it is. */
  readonly isSecret: boolean
  readonly member: Uint8Array
  readonly memberOfText: Uint8Array
  /** What the info has had, this value included. */
  readonly has: number
  /** Dotted. */
  readonly name: string
  /** Keys of the objects in which it stands. */
  readonly open: readonly string[]
  readonly parent: ShapeNode | undefined
  /** The child that came last: the likely next. */
  likely: ShapeNode | undefined = undefined
  readonly children: ShapeNode[] = []
  /** Inside the object that is the value, before its first key; `null` where it is not gone into. */
  inside: ShapeNode | null | undefined = undefined
  /** Behind the object that ends here. */
  behind: ShapeNode | null | undefined = undefined

  constructor({ has, key, open, parent, role }: NodeParts) {
    this.key = key
    this.role = role
    this.write = writerOf(role)
    this.isSecret = role === 'secret'
    this.open = open
    this.name = [...open, key].join('.')
    this.memberOfText = Buffer.from(`,${JSON.stringify(this.name)}:"`)
    this.member = this.memberOfText.subarray(0, -1)
    this.has = has
    this.parent = parent
  }
}

export interface ShapeRules {
  readonly judge: Judge
  readonly isOpened: (open: readonly string[], key: string) => boolean
}

/** Beyond this, keys are most likely data; the tree then starts anew. */
const MAX_NODES = 4096

/** Keys that may follow one before looking for the right one costs more than mapping the info. */
const MAX_CHILDREN = 32

/** Deeper objects are for the encoder, which has a bound. */
const MAX_DEPTH = 8

const OF_ROLE: Partial<Record<Role, number>> = {
  content: Has.message,
  stack: Has.stack,
  'exception-message': Has.exceptionMessage,
  'exception-type': Has.exceptionType,
  'exception-stack': Has.exceptionStack,
}

const OF_NAME: Readonly<Record<string, number>> = {
  trace_id: Has.trace,
  span_id: Has.spanName,
  trace_flags: Has.spanName,
}

export class InfoShapes {
  readonly #rules: ShapeRules
  #root = rootNode()
  #nodes = 0

  constructor(rules: ShapeRules) {
    this.#rules = rules
  }

  /** In front of every info. */
  get root(): ShapeNode {
    return this.#root
  }

  forget(): void {
    this.#root = rootNode()
    this.#nodes = 0
  }

  /** The key that follows `node`; undefined where too many others do, or where one like it came before. */
  next(node: ShapeNode, key: string): ShapeNode | undefined {
    const known = node.children.find((child) => child.key === key) ?? this.#add(node, key)
    if (known !== undefined) node.likely = known
    return known
  }

  /** @returns the place inside the object that is the value of this node */
  enter(node: ShapeNode): ShapeNode | null {
    if (node.inside === undefined) {
      const { key, open } = node
      const isOpened = open.length < MAX_DEPTH && this.#rules.isOpened(open, key) && !isSecondError(node)
      node.inside =
        isOpened && this.#hasRoom() ? placeBehind(node, [...open, key], node.has | hasOfObject(open, key)) : null
    }
    return node.inside
  }

  /** @returns the place behind the object that ends at this node */
  leave(node: ShapeNode): ShapeNode | null {
    if (node.behind === undefined) {
      const isWhole = isErrorWhole(node) && this.#hasRoom()
      node.behind = isWhole ? placeBehind(node, node.open.slice(0, -1), node.has) : null
    }
    return node.behind
  }

  #add(node: ShapeNode, key: string): ShapeNode | undefined {
    if (node.children.length >= MAX_CHILDREN || !this.#hasRoom()) return undefined
    const { open } = node
    const judged = this.#rules.judge(open, key)
    const bit = (judged === undefined ? 0 : (OF_ROLE[judged] ?? 0)) | (open.length === 0 ? bitOfName(key) : 0)
    const isSecond = (bit & ~Has.spanName & node.has) !== 0 || hasName(node, [...open, key].join('.'))
    const isEarly = judged === 'duration' && (node.has & Has.http) === 0
    const role = isSecond || isEarly ? undefined : judged
    const child = new ShapeNode({ open, key, role, parent: node, has: node.has | bit })
    node.children.push(child)
    return child
  }

  #hasRoom(): boolean {
    if (++this.#nodes <= MAX_NODES) return true
    this.forget()
    return false
  }
}

function bitOfName(key: string): number {
  return Object.hasOwn(OF_NAME, key) ? (OF_NAME[key] ?? 0) : 0
}

function hasOfObject(open: readonly string[], key: string): number {
  return open.length === 0 && (key === 'req' || key === 'res') ? Has.http : 0
}

/** A place has no name of its own. */
function placeBehind(parent: ShapeNode, open: readonly string[], has: number): ShapeNode {
  return new ShapeNode({ open, key: '', role: undefined, parent, has })
}

function rootNode(): ShapeNode {
  return new ShapeNode({ open: [], key: '', role: undefined, parent: undefined, has: 0 })
}

/** Which of two errors counts is for the mapping to decide. */
function isSecondError({ has, key, open }: ShapeNode): boolean {
  return open.length === 0 && (key === 'error' || key === 'err') && (has & OF_ERRORS) !== 0
}

/** What has a message and neither a name nor a stack is no error, nor is the other way round. */
function isErrorWhole({ has, open: [first, second] }: ShapeNode): boolean {
  if (second !== undefined || (first !== 'error' && first !== 'err')) return true
  const hasKind = (has & (Has.exceptionType | Has.exceptionStack)) !== 0
  return ((has & Has.exceptionMessage) !== 0) === hasKind
}

function hasName(node: ShapeNode, name: string): boolean {
  for (let above: ShapeNode | undefined = node; above !== undefined; above = above.parent) {
    if (above.name === name && above.role !== undefined) return true
  }
  return false
}
