/** How the member behind a piece of a line is written into the event: what goes in front of the value, at once or at the end. */
import type { Piece } from './line-piece.ts'
import type { Role } from './roles.ts'

export interface PlanMember {
  /** What comes in front of the value, or of nothing where it is written elsewhere: ends and begins of kept objects, the name. */
  readonly out: Uint8Array
  /** The value is copied behind it, where it is of this kind. */
  readonly copies: Kind | undefined
  /** As what the value is written behind it, where it is not copied. */
  readonly writes: Role | undefined
  /** As what it is written at the top level once the line has ended. */
  readonly later: Role | undefined
  /** Name and value stand in the event exactly as in the line. */
  readonly isVerbatim: boolean
  /** For each open object that is kept, whether its begin and whether members are written. */
  readonly filled: readonly Filling[]
}

/** An empty text says nothing where `filled` is asked for, and the mapping leaves it out. A `scalar` is neither a list nor an object. */
export type Kind = 'any' | 'scalar' | 'text' | 'filled'

type Filling = 'unwritten' | 'empty' | 'filled'

interface Parent {
  readonly plan: Pick<PlanMember, 'filled'>
  readonly piece: Pick<Piece, 'open'>
}

/** Others have a name of their own. */
const KEEPS_NAME: ReadonlySet<Role> = new Set<Role>(['field', 'secret', 'container', 'user-agent'])

/** Copied under their own names; what may have secrets in it only where it has nothing in it. */
const COPIED: ReadonlyMap<Role, Kind> = new Map<Role, Kind>([
  ['field', 'any'],
  ['user-agent', 'any'],
  ['container', 'scalar'],
])

/** Texts that only get another name. */
const TEXTS: ReadonlyMap<Role, { readonly name: string; readonly kind: Kind }> = new Map([
  ['hostname', { name: 'host.name', kind: 'text' }],
  ['logger', { name: 'log.logger', kind: 'text' }],
  ['content', { name: 'content', kind: 'text' }],
  ['exception-type', { name: 'exception.type', kind: 'filled' }],
  ['exception-message', { name: 'exception.message', kind: 'text' }],
  ['exception-stack', { name: 'exception.stack_trace', kind: 'filled' }],
])

/** Everything becomes an attribute of the top level, under its dotted name. */
export function planFlat(piece: Piece, role: Role): PlanMember {
  const objects = piece.empty.map((object) => `,"${object}":{}`).join('')
  return planOf(piece, role, objects + nameOf(piece, role, piece.name), [])
}

/** Objects stay objects; what the mapping takes out of them is written at the end. */
export function planKept(piece: Piece, role: Role, parent: Parent, isTakenOut: boolean): PlanMember {
  let out = ''
  const filled = [...parent.plan.filled]
  for (let depth = parent.piece.open.length; depth > piece.kept; depth--) if (filled.pop() !== 'unwritten') out += '}'
  const begin = (depth: number): void => {
    const isSeparated = depth === 0 || filled[depth - 1] === 'filled'
    out += `${isSeparated ? ',' : ''}"${piece.open[depth] ?? ''}":{`
    filled[depth] = 'empty'
    if (depth > 0) filled[depth - 1] = 'filled'
  }
  for (let depth = piece.kept; depth < piece.open.length; depth++) {
    filled.push('unwritten')
    if (isRequestPart(piece.open)) begin(depth)
  }
  const depth = piece.open.length
  if (depth === 0) return planOf(piece, role, out + nameOf(piece, role, piece.key), [])
  if (isTakenOut)
    return { out: Buffer.from(out), copies: undefined, writes: undefined, later: role, isVerbatim: false, filled }
  if (filled[depth - 1] === 'unwritten') begin(depth - 1)
  out += `${filled[depth - 1] === 'filled' ? ',' : ''}"${piece.key}":`
  filled[depth - 1] = 'filled'
  return planOf(piece, role, out, filled)
}

/** A request or response stays as an object whatever is taken out of it, an error only while it has members. */
function isRequestPart([first]: readonly string[]): boolean {
  return first === 'req' || first === 'res'
}

function nameOf({ isEnd }: Piece, role: Role, name: string): string {
  if (isEnd) return ''
  const text = TEXTS.get(role)
  if (text !== undefined) return `,"${text.name}":`
  return KEEPS_NAME.has(role) ? `,"${name}":` : ''
}

function planOf(piece: Piece, role: Role, text: string, filled: readonly Filling[]): PlanMember {
  const out = Buffer.from(text)
  const copies = COPIED.get(role) ?? TEXTS.get(role)?.kind
  return {
    out,
    copies,
    writes: copies === undefined && role !== 'end' ? role : undefined,
    later: role === 'user-agent' ? role : undefined,
    isVerbatim: COPIED.has(role) && out.equals(piece.literal),
    filled,
  }
}
