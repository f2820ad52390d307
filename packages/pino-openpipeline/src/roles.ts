/** What becomes of a value, by its name in the line: the mapping of `recordToEvent`, as far as it can be done on text. */
import type { Guard } from 'openpipeline-core/mapping'
import { isErrorPart, isMappedName } from 'openpipeline-core/mapping'

import type { Piece } from './line-piece.ts'

export type Role =
  | 'level'
  | 'time'
  | 'pid'
  | 'hostname'
  | 'logger'
  | 'content'
  | 'exception-type'
  | 'exception-message'
  | 'exception-stack'
  | 'method'
  | 'url'
  | 'address'
  | 'status-code'
  | 'duration'
  | 'user-agent'
  | 'secret'
  | 'container'
  | 'field'
  | 'end'

export interface RoleSettings {
  readonly messageKey: string
  readonly errorKey: string
  readonly nestedKey: string | undefined
  /** Whether the shipper uses this name itself. */
  readonly isTaken: (name: string) => boolean
  /** What must not be sent of a value under this name. */
  readonly guardOf: (name: string) => Guard | undefined
}

export function createJudge(settings: RoleSettings): (piece: Piece) => Role | undefined {
  const { errorKey, guardOf, isTaken, messageKey, nestedKey } = settings
  const fixed = fixedRoles(settings)
  /** As values of their own, or as objects of another kind, these are the mapping's. */
  const mapped = new Set(['message', 'method', 'req', 'res', 'err', 'error', errorKey, nestedKey])
  const isGivenOtherwise = (name: string): boolean => isMappedName(name) || isTaken(name)
  const isForMapping = (name: string): boolean => mapped.has(name) || isGivenOtherwise(name)
  const isForeign = (key: string | undefined): boolean =>
    key !== undefined && (key === nestedKey || (key !== errorKey && (key === 'err' || key === 'error')))
  const isUnfit = ({ empty, name, names, open }: Piece): boolean => {
    const objects = names.filter((other) => other !== name)
    // an object under the name of a secret is hidden whole
    const isUnfitObject = (other: string): boolean => isGivenOtherwise(other) || guardOf(other) === 'secret'
    return empty.some(isForMapping) || objects.some(isUnfitObject) || isForeign(open[0])
  }
  return (piece) => {
    const { name, open } = piece
    if (isUnfit(piece)) return undefined
    const role = isAsNested(name, open) ? fixed.get(name) : undefined
    const guard = guardOf(name)
    if (role !== undefined) return guard === 'secret' ? undefined : role
    if (isForMapping(name) || isPartOfError(name, open)) return undefined
    return guard ?? 'field'
  }
  /** A key with dots of its own may look like a key inside an object. */
  function isAsNested(name: string, open: readonly string[]): boolean {
    return name.split('.').length === open.length + 1 || (open.length === 0 && name === messageKey)
  }
  function isPartOfError(name: string, open: readonly string[]): boolean {
    return open[0] === errorKey && isErrorPart(name.slice(errorKey.length + 1))
  }
}

function fixedRoles({ errorKey, messageKey }: RoleSettings): ReadonlyMap<string, Role> {
  return new Map<string, Role>([
    ['level', 'level'],
    ['time', 'time'],
    ['pid', 'pid'],
    ['hostname', 'hostname'],
    ['name', 'logger'],
    ['req.method', 'method'],
    ['req.url', 'url'],
    ['req.remoteAddress', 'address'],
    ['req.headers.user-agent', 'user-agent'],
    ['res.statusCode', 'status-code'],
    ['responseTime', 'duration'],
    [`${errorKey}.type`, 'exception-type'],
    [`${errorKey}.message`, 'exception-message'],
    [`${errorKey}.stack`, 'exception-stack'],
    [messageKey, 'content'],
  ])
}
