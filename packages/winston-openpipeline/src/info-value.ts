/** One value of an info → its member of the event. False where the info must be mapped. */
import type { Bytes, Levels } from 'openpipeline-core/mapping'
import { createLevelMembers, isTimestampInWindow, mayBeAccessLine, toTimestamp } from 'openpipeline-core/mapping'

import { writeAddress, writeAgent, writeDuration, writeMethod, writeStatusCode, writeUrl } from './info-http.ts'
import type { Role } from './info-roles.ts'

/** Longer ones, and longer lists, are for the encoder, which has bounds. */
const MAX_TEXT = 16_384
const MAX_ITEMS = 64

const ESCAPE = '\u001b'

const QUOTE = 0x22
const COMMA = 0x2c
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d

const CONTENT = Buffer.from(',"content":"')
const TIMESTAMP = Buffer.from(',"timestamp":')
const STACK = Buffer.from(',"exception.stack_trace":"')
const EXCEPTION_TYPE = Buffer.from(',"exception.type":"')
const EXCEPTION_MESSAGE = Buffer.from(',"exception.message":"')
const REDACTED = Buffer.from('[Redacted]"')

/** The time of arrival, and whether the event has another one. */
export interface Stamp {
  now: number
  isWritten: boolean
}

/** How the member of a value begins. */
export interface Begin {
  /** `,"name":`, in front of a value. */
  readonly member: Uint8Array
  /** `,"name":"`, in front of a text. */
  readonly memberOfText: Uint8Array
}

export type WriteValue = (value: unknown, out: Bytes, begin: Begin, stamp: Stamp) => boolean

const WRITE: Readonly<Record<Role, WriteValue>> = {
  level: (value) => typeof value === 'string', // what it is called stands under a symbol
  timestamp: writeTimestamp,
  content: writeContent,
  stack: writeStack,
  method: writeMethod,
  url: writeUrl,
  address: writeAddress,
  'status-code': writeStatusCode,
  duration: writeDuration,
  'user-agent': (value, out, { memberOfText }) => writeAgent(memberOfText, value, out),
  'exception-type': (value, out) => value !== '' && writeText(EXCEPTION_TYPE, value, out),
  'exception-message': (value, out) => writeText(EXCEPTION_MESSAGE, value, out),
  'exception-stack': writeStack,
  secret: writeSecret,
  container: (value, out, begin) => typeof value !== 'object' && writeField(value, out, begin),
  field: writeField,
}

/** How the values of a role are written; undefined is for what must be mapped. */
export function writerOf(role: Role | undefined): WriteValue {
  return role === undefined ? () => false : WRITE[role]
}

/** An object without members is a value of its own. False for one whose members are all undefined. */
export function writeEmpty({ member }: Begin, object: object, out: Bytes): boolean {
  if (Object.keys(object).length > 0) return false
  out.add(member)
  out.addText('{}')
  return true
}

/** Of an error, in it or beside it. */
function writeStack(value: unknown, out: Bytes): boolean {
  return value !== '' && writeText(STACK, value, out)
}

function writeField(value: unknown, out: Bytes, { member, memberOfText }: Begin): boolean {
  if (typeof value === 'string') return writeText(memberOfText, value, out)
  out.add(member)
  return Array.isArray(value) ? writeList(value, out) : writeScalar(value, out)
}

function writeText(member: Uint8Array, text: unknown, out: Bytes): boolean {
  if (typeof text !== 'string' || text.length > MAX_TEXT) return false
  out.add(member)
  out.closeText(text)
  return true
}

function writeScalar(value: unknown, out: Bytes): boolean {
  if (typeof value === 'number' && Number.isFinite(value)) {
    out.addNumber(value)
    return true
  }
  if (typeof value !== 'boolean' && value !== null) return false
  out.addText(String(value))
  return true
}

/** Of texts, numbers and the like, without gaps. */
function writeList(list: readonly unknown[], out: Bytes): boolean {
  if (list.length > MAX_ITEMS || Object.getPrototypeOf(list) !== Array.prototype) return false
  out.addByte(OPENING_BRACKET)
  for (let index = 0; index < list.length; index++) {
    if (index > 0) out.addByte(COMMA)
    const item = list[index]
    if (typeof item !== 'string') {
      if (!writeScalar(item, out)) return false
    } else if (item.length > MAX_TEXT) return false
    else {
      out.addByte(QUOTE)
      out.closeText(item)
    }
  }
  out.addByte(CLOSING_BRACKET)
  return true
}

function writeSecret(_value: unknown, out: Bytes, { memberOfText }: Begin): boolean {
  out.add(memberOfText)
  out.add(REDACTED)
  return true
}

/** A message with colours, and one that may be a line of an access log, are the mapping's. */
function writeContent(message: unknown, out: Bytes): boolean {
  if (typeof message !== 'string' || message.includes(ESCAPE) || mayBeAccessLine(message)) return false
  return writeText(CONTENT, message, out)
}

function writeTimestamp(time: unknown, out: Bytes, _begin: Begin, stamp: Stamp): boolean {
  const timestamp = typeof time === 'object' ? undefined : toTimestamp(time)
  if (typeof timestamp !== 'number' || !isTimestampInWindow(timestamp, stamp.now)) return false
  out.add(TIMESTAMP)
  out.addNumber(timestamp)
  stamp.isWritten = true
  return true
}

export function writeNow({ isWritten, now }: Stamp, out: Bytes): void {
  if (isWritten) return
  out.add(TIMESTAMP)
  out.addNumber(now)
}

export function createWriteLevel(levels: Levels): (level: unknown, out: Bytes) => boolean {
  const membersOf = createLevelMembers(levels)
  return (level, out) => {
    const members = typeof level === 'string' && !level.includes(ESCAPE) ? membersOf(level) : undefined
    if (members === undefined) return false
    out.add(members)
    return true
  }
}
