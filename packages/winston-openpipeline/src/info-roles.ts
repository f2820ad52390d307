/** What becomes of a value of an info, by where it stands: the mapping of `recordToEvent`, as far as it can be done in one pass. */
import type { Guard } from 'openpipeline-core/mapping'
import { isErrorPart, isMappedName } from 'openpipeline-core/mapping'

export type Role =
  | 'level'
  | 'timestamp'
  | 'content'
  | 'stack'
  | 'method'
  | 'url'
  | 'address'
  | 'status-code'
  | 'duration'
  | 'user-agent'
  | 'exception-type'
  | 'exception-message'
  | 'exception-stack'
  | 'secret'
  | 'container'
  | 'field'

export interface RoleSettings {
  /** Whether the shipper uses this name itself. */
  readonly isTaken: (name: string) => boolean
  /** What must not be sent of a value under this name. */
  readonly guardOf: (name: string) => Guard | undefined
}

/** Keys of the objects that are open, and of the value in the innermost. */
export type Judge = (open: readonly string[], key: string) => Role | undefined

const AT_TOP: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['level', 'level'],
  ['timestamp', 'timestamp'],
  ['message', 'content'],
  ['stack', 'stack'],
  ['responseTime', 'duration'],
])

const OF_REQUEST: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['method', 'method'],
  ['url', 'url'],
  ['remoteAddress', 'address'],
])

const OF_RESPONSE: ReadonlyMap<string, Role> = new Map<string, Role>([['statusCode', 'status-code']])

const OF_ERROR: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['name', 'exception-type'],
  ['type', 'exception-type'],
  ['message', 'exception-message'],
  ['stack', 'exception-stack'],
])

const NONE: ReadonlyMap<string, Role> = new Map()

/** Where the mapping looks for more than the fast lane does: a request as fields of the info, and fields in a container. */
const FOR_MAPPING: ReadonlySet<string> = new Set(['method', 'cause', 'meta', 'metadata'])

/** As objects these are something else than as other values. */
const OBJECTS: ReadonlySet<string> = new Set(['req', 'res', 'error', 'err'])

/** Undefined where the info must be mapped. */
export function createJudge({ guardOf, isTaken }: RoleSettings): Judge {
  return (open, key) => {
    const name = [...open, key].join('.')
    const guard = guardOf(name)
    const role = rolesIn(open).get(key)
    if (role !== undefined) return guard === 'secret' ? undefined : role
    if (isMappedName(name) || isTaken(name) || isForMapping(open, key)) return undefined
    return guard ?? 'field'
  }
}

/** Whether the object of this name may be gone into. */
export function createIsOpened({ guardOf, isTaken }: RoleSettings): (open: readonly string[], key: string) => boolean {
  return (open, key) => {
    const name = [...open, key].join('.')
    const isMapped = isMappedName(name) || isTaken(name) || guardOf(name) === 'secret'
    return !isMapped && !rolesIn(open).has(key) && !(open.length === 0 && FOR_MAPPING.has(key))
  }
}

function rolesIn(open: readonly string[]): ReadonlyMap<string, Role> {
  const [first, second] = open
  if (open.length === 0) return AT_TOP
  if (open.length === 2) return first === 'req' && second === 'headers' ? AGENT : NONE
  if (open.length > 2) return NONE
  if (first === 'req') return OF_REQUEST
  if (first === 'res') return OF_RESPONSE
  return first === 'error' || first === 'err' ? OF_ERROR : NONE
}

const AGENT: ReadonlyMap<string, Role> = new Map<string, Role>([['user-agent', 'user-agent']])

function isForMapping(open: readonly string[], key: string): boolean {
  if (open.length === 0) return FOR_MAPPING.has(key) || OBJECTS.has(key)
  const isInError = open.length === 1 && (open[0] === 'error' || open[0] === 'err')
  return isInError && isErrorPart(key)
}
