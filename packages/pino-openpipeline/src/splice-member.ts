/** One value of a line → its member of the event, in bytes. */
import type { Bytes, Levels } from 'openpipeline-core/mapping'
import { createLevelMembers, isTimestampInWindow } from 'openpipeline-core/mapping'

import { isDigit } from './line-value.ts'
import type { Role } from './roles.ts'
import { writeAddress, writeDuration, writeMethod, writeStatusCode, writeUrl } from './splice-http.ts'

/** The value that stands from `from` to `to`. */
interface Value {
  bytes: Buffer
  from: number
  to: number
}

/**
 * Writes a member that is more than a name in front of the value.
 * False where the value is not of the kind that the mapping expects under this name: then the line must be mapped.
 */
export type WriteMember = (role: Role, value: Value, out: Bytes, now: number) => boolean

/** Milliseconds from 2001 to 2286. */
const TIME_DIGITS = 13

const MAX_LEVEL_DIGITS = 6

const QUOTE = 0x22
const MINUS = 0x2d
const ZERO = 0x30

const REDACTED = Buffer.from('"[Redacted]"')

const TIMESTAMP = Buffer.from(',"timestamp":')
const PID = Buffer.from(',"process.pid":')

const TEXT_NAMES: ReadonlyMap<Role, Uint8Array> = new Map<Role, Uint8Array>([
  ['exception-type', Buffer.from(',"exception.type":')],
  ['exception-message', Buffer.from(',"exception.message":')],
  ['exception-stack', Buffer.from(',"exception.stack_trace":')],
  ['user-agent', Buffer.from(',"user_agent.original":')],
])

export function createWriteMember(levels: Levels): WriteMember {
  const writeLevel = createWriteLevel(levels)
  return (role, value, out, now) => {
    if (role === 'level') return writeLevel(value, out)
    if (role === 'time') return writeTime(value, out, now)
    if (role === 'pid') return writePid(value, out)
    if (role === 'secret') {
      out.add(REDACTED)
      return true
    }
    return isHttpRole(role) ? writeHttp(role, value, out) : writeText(role, value, out)
  }
}

function createWriteLevel(levels: Levels): (value: Value, out: Bytes) => boolean {
  const membersOf = createLevelMembers(levels)
  return ({ bytes, from, to }, out) => {
    const level = wholeNumber(bytes, from, to, MAX_LEVEL_DIGITS)
    const members = level === -1 ? undefined : membersOf(level)
    if (members === undefined) return false
    out.add(members)
    return true
  }
}

/** -1 for anything else than at most so many digits. */
function wholeNumber(bytes: Uint8Array, from: number, to: number, maxDigits: number): number {
  if (to - from > maxDigits) return -1
  let number = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (!isDigit(byte)) return -1
    number = number * 10 + byte - ZERO
  }
  return number
}

function writeTime({ bytes, from, to }: Value, out: Bytes, now: number): boolean {
  if (to - from !== TIME_DIGITS || !isTimestampInWindow(wholeNumber(bytes, from, to, TIME_DIGITS), now)) return false
  out.add(TIMESTAMP)
  out.addPart(bytes, from, to)
  return true
}

function writePid({ bytes, from, to }: Value, out: Bytes): boolean {
  const first = bytes[from] ?? 0
  if (first !== MINUS && !isDigit(first)) return false
  out.add(PID)
  out.addPart(bytes, from, to)
  return true
}

function writeText(role: Role, { bytes, from, to }: Value, out: Bytes): boolean {
  const name = TEXT_NAMES.get(role)
  const isFilled = to - from > 2
  if (name === undefined || bytes[from] !== QUOTE || !(isFilled || role === 'exception-message')) return false
  out.add(name)
  out.addPart(bytes, from, to)
  return true
}

type HttpRole = 'method' | 'url' | 'address' | 'status-code' | 'duration'

const HTTP = {
  method: writeMethod,
  url: writeUrl,
  address: writeAddress,
  'status-code': writeStatusCode,
  duration: writeDuration,
}

function isHttpRole(role: Role): role is HttpRole {
  return Object.hasOwn(HTTP, role)
}

function writeHttp(role: HttpRole, { bytes, from, to }: Value, out: Bytes): boolean {
  return HTTP[role](bytes, from, to, out)
}
