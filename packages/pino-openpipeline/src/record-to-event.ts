/** A line of pino's → a generic event. Pure: what it does not map by name is left for the core to add under its own name. */
import type { GenericEvent, RecordRules } from 'openpipeline-core'
import type { KeySet, Levels, Mapping } from 'openpipeline-core/mapping'
import {
  CENSOR,
  createLevels,
  createThreshold,
  mapErrorField,
  mapHttp,
  mapInside,
  mappingOf,
  setLevel,
  setTimestamp,
  take,
} from 'openpipeline-core/mapping'

import type { LineHead } from './line-head.ts'
import { LineHeadReader } from './line-head.ts'
import { createFirstOfTwo, withExactIntegers } from './line-text.ts'

/** What pino tells a worker about the logger. https://getpino.io/#/docs/transports?id=expectpinoconfig */
export interface PinoConfig {
  readonly levels?: { readonly labels: Readonly<Record<string, string>> }
  readonly messageKey?: string
  readonly errorKey?: string
  /** The logger's `nestedKey`; pino does not tell it. */
  readonly nestedKey?: string
}

/** An event, and the record whose other fields belong to it. */
interface Mapped {
  readonly event: GenericEvent
  readonly fields?: object
  readonly except?: KeySet
  /** Below `minLevel`: not to be pushed. */
  readonly isUnwanted?: true
}

const UNWANTED: Mapped = { event: {}, isUnwanted: true }

export type RecordToEvent = (line: string) => Mapped

export function createRecordToEvent(config: PinoConfig = {}, rules: RecordRules = {}): RecordToEvent {
  const { messageKey = 'msg', errorKey = 'err', nestedKey } = config
  const levels = createLevels(config.levels?.labels, rules.levels)
  const isWanted = createThreshold(rules, config.levels?.labels)
  const heads = new LineHeadReader()
  const firstMessageOf = createFirstOfTwo(messageKey)
  const mapDetails = createDetails(errorKey)
  return (line) => {
    const now = Date.now()
    const parsed = parse(withExactIntegers(line))
    if (parsed === undefined) return { event: { timestamp: now, content: line } }
    const head = heads.read(line, parsed)
    const record = redactedRecord(parsed, rules)
    const mapping = mappingOf(record, now, rules.keepsRecord !== true)
    mapTime(mapping, record, head)
    const level = mapLevel(mapping, record, head, levels)
    if (isWanted?.(level) === false) return UNWANTED
    if (!mapMessage(mapping, record, messageKey)) mapMessage(mapping, record, 'message')
    const first = firstMessageOf(line)
    if (first !== undefined) keepFirst(mapping, redactedRecord({ [messageKey]: first }, rules), messageKey)
    mapBindings(mapping, record, head)
    mapDetails(mapping)
    if (nestedKey !== undefined) mapInside(mapping, nestedKey, mapDetails)
    return mapping
  }
}

type PinoRecord = Readonly<Record<string, unknown>>

/** What may stand at the top or, with `nestedKey`, one level below. */
function createDetails(errorKey: string): (mapping: Mapping) => void {
  const errorKeys = [...new Set([errorKey, 'err', 'error'])]
  return (mapping) => {
    for (const key of errorKeys) if (mapErrorField(mapping, key)) break
    mapHttp(mapping)
  }
}

/**
 * How pino itself begins a line that is no JSON: where a formatter took the level away, and where a child with levels of its own
 * logs at one of its parent's.
 */
const BROKEN_HEADS = ['{,', 'undefined,']

/** Undefined for a line that is no JSON object: something else wrote it, and it is sent as it is. */
function parse(line: string): PinoRecord | undefined {
  const record = parseObject(line)
  const head = record === undefined ? BROKEN_HEADS.find((begin) => line.startsWith(begin)) : undefined
  return head === undefined ? record : parseObject(`{${line.slice(head.length)}`)
}

function parseObject(text: string): PinoRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function redactedRecord(record: PinoRecord, { redact }: RecordRules): PinoRecord {
  const redacted = redact?.(record, true)
  return isRecord(redacted) ? redacted : record
}

function isRecord(value: unknown): value is PinoRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The logger's own value, which stands first in the line; a field of the user's under the same name is kept as `log.<key>`. */
function own(mapping: Mapping, key: string, first: unknown, last: unknown): unknown {
  if (first === undefined || first === last || last === CENSOR) return last
  mapping.event[`log.${key}`] = last
  return first
}

function mapTime(mapping: Mapping, record: PinoRecord, head: LineHead): void {
  const time = own(mapping, 'time', head.time, record['time'])
  if (setTimestamp(mapping.event, time)) return take(mapping, 'time')
  // a `timestamp` function of the user's may write another key
  for (const key of ['timestamp', '@timestamp']) {
    if (setTimestamp(mapping.event, record[key])) return take(mapping, key)
  }
}

/** @returns the level that the logger wrote, in whatever form */
function mapLevel(mapping: Mapping, record: PinoRecord, head: LineHead, levels: Levels): unknown {
  const level = own(mapping, 'level', head.level, record['level'])
  if (setLevel(mapping.event, levels(level))) {
    take(mapping, 'level')
    return level
  }
  // a formatter of the user's may have renamed it; that field keeps its name
  const attributes = typeof head.first === 'string' ? levels(head.first) : undefined
  if (attributes?.loglevel !== 'NONE') setLevel(mapping.event, attributes)
  return attributes === undefined ? undefined : head.first
}

function mapMessage(mapping: Mapping, record: PinoRecord, key: string): boolean {
  const message = record[key]
  if (typeof message !== 'string' && typeof message !== 'number' && typeof message !== 'boolean') return false
  mapping.event.content = String(message)
  take(mapping, key)
  return true
}

/** A field named as the message stands in front of it and would be lost. */
function keepFirst(mapping: Mapping, first: PinoRecord, key: string): void {
  mapping.event[`log.${key}`] = first[key]
}

function mapBindings(mapping: Mapping, record: PinoRecord, head: LineHead): void {
  const { event } = mapping
  const pid = own(mapping, 'pid', head.pid, record['pid'])
  if (typeof pid === 'number') {
    event['process.pid'] = pid
    take(mapping, 'pid')
  }
  const hostname = own(mapping, 'hostname', head.hostname, record['hostname'])
  if (typeof hostname === 'string') {
    event['host.name'] = hostname
    take(mapping, 'hostname')
  }
  const name = own(mapping, 'name', head.name, record['name'])
  if (typeof name === 'string') {
    event['log.logger'] = name
    take(mapping, 'name')
  }
}
