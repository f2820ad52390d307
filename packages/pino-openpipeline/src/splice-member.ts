/** One value of a line → its member of the event, as text. */
import type { Levels } from 'openpipeline-core/mapping'
import { isTimestampInWindow } from 'openpipeline-core/mapping'

import type { Role } from './roles.ts'

/** Undefined where the value is not of the kind that the mapping expects under this name: then the line must be mapped. */
export type MemberOf = (role: Role, out: string, value: string, now: number) => string | undefined

/** Milliseconds from 2001 to 2286. */
const TIME_DIGITS = 13

const NS_PER_MS = 1e6

const METHOD = /^"[A-Z]{3,8}"$/
const STATUS_CODE = /^[1-9]\d\d$/

/** A server that listens on both protocols sees IPv4 clients under this prefix. */
const MAPPED_IPV4 = '"::ffff:'

const MAX_LEVELS = 64

const EMPTY_TEXT = '""'
const QUOTE = 0x22

export function createMemberOf(levels: Levels): MemberOf {
  const levelOf = createLevelOf(levels)
  return (role, out, value, now) => {
    switch (role) {
      case 'field':
      case 'end':
        return out + value
      case 'secret':
        return `${out}"[Redacted]"`
      case 'level':
        return levelOf(value)
      case 'time':
        return timeOf(value, now)
      case 'pid':
        return isNumber(value) ? `,"process.pid":${value}` : undefined
      case 'hostname':
      case 'logger':
      case 'content':
      case 'exception-type':
      case 'exception-message':
      case 'exception-stack':
        return textOf(role, value)
      case 'method':
      case 'url':
      case 'address':
      case 'status-code':
      case 'duration':
      case 'user-agent':
        return httpMemberOf(role, out, value)
    }
  }
}

/** Texts of levels are kept: there are few levels and many lines. */
function createLevelOf(levels: Levels): (value: string) => string | undefined {
  const known = new Map<string, string>()
  return (value) => {
    const members = known.get(value)
    if (members !== undefined) return members
    const attributes = isText(value) ? undefined : levels(Number(value))
    if (attributes === undefined) return undefined
    const added = JSON.stringify(attributes).replace('{', ',').slice(0, -1)
    if (known.size < MAX_LEVELS) known.set(value, added)
    return added
  }
}

const TEXT_NAMES = {
  hostname: ',"host.name":',
  logger: ',"log.logger":',
  content: ',"content":',
  'exception-type': ',"exception.type":',
  'exception-message': ',"exception.message":',
  'exception-stack': ',"exception.stack_trace":',
} as const

function textOf(role: keyof typeof TEXT_NAMES, value: string): string | undefined {
  if (!isText(value) || (role === 'exception-type' && value === EMPTY_TEXT)) return undefined
  return TEXT_NAMES[role] + value
}

type HttpRole = Extract<Role, 'method' | 'url' | 'address' | 'status-code' | 'duration' | 'user-agent'>

function httpMemberOf(role: HttpRole, out: string, value: string): string | undefined {
  switch (role) {
    case 'method':
      return METHOD.test(value) ? `,"http.request.method":${value}` : undefined
    case 'url':
      return urlOf(value)
    case 'address':
      return addressOf(value)
    case 'status-code':
      return STATUS_CODE.test(value) ? `,"http.response.status_code":${value}` : undefined
    case 'duration':
      return isNumber(value) && Number(value) >= 0 ? `,"duration":${Math.round(Number(value) * NS_PER_MS)}` : undefined
    case 'user-agent':
      return isText(value) && value !== EMPTY_TEXT ? `,"user_agent.original":${value}${out}${value}` : undefined
  }
}

function timeOf(value: string, now: number): string | undefined {
  return value.length === TIME_DIGITS && isTimestampInWindow(Number(value), now) ? `,"timestamp":${value}` : undefined
}

function urlOf(value: string): string | undefined {
  if (!value.startsWith('"/') || value.includes('\\')) return undefined
  const queryAt = value.indexOf('?')
  if (queryAt === -1) return `,"url.path":${value}`
  const query = queryAt === value.length - 2 ? '' : `,"url.query":"${value.slice(queryAt + 1)}`
  return `,"url.path":${value.slice(0, queryAt)}"${query}`
}

function addressOf(value: string): string | undefined {
  if (!isText(value) || value === EMPTY_TEXT || value.includes('\\')) return undefined
  const isMapped = value.startsWith(MAPPED_IPV4) && value.includes('.')
  return `,"client.address":${isMapped ? `"${value.slice(MAPPED_IPV4.length)}` : value}`
}

function isText(value: string): boolean {
  return value.charCodeAt(0) === QUOTE
}

function isNumber(value: string): boolean {
  return /^[-\d]/.test(value)
}
