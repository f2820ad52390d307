/** A line of pino's → a generic event. Pure: what it does not map by name is left for the core to add under its own name. */
import type { GenericEvent } from 'openpipeline-core'
import type { KeySet, Levels, Mapping } from 'openpipeline-core/mapping'
import {
  createLevels,
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

/** What pino tells a worker about the logger. https://getpino.io/#/docs/transports?id=expectpinoconfig */
export interface PinoConfig {
  readonly levels?: { readonly labels: Readonly<Record<string, string>> }
  readonly messageKey?: string
  readonly errorKey?: string
  /** The logger's `nestedKey`; pino does not tell it. */
  readonly nestedKey?: string
}

/** An event, and the record whose other fields belong to it. */
export interface Mapped {
  readonly event: GenericEvent
  readonly fields?: object
  readonly except?: KeySet
}

export type RecordToEvent = (line: string) => Mapped

export function createRecordToEvent(config: PinoConfig = {}): RecordToEvent {
  const { messageKey = 'msg', errorKey = 'err', nestedKey } = config
  const levels = createLevels(config.levels?.labels)
  const heads = new LineHeadReader()
  const mapDetails = createDetails(errorKey)
  return (line) => {
    const now = Date.now()
    const record = parse(line)
    if (record === undefined) return { event: { timestamp: now, content: line } }
    const head = heads.read(line)
    const mapping = mappingOf(record, now)
    mapTime(mapping, record, head)
    mapLevel(mapping, record, head, levels)
    if (!mapMessage(mapping, record, messageKey)) mapMessage(mapping, record, 'message')
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
 * Undefined for a line that is no JSON object: something else wrote it, and it is sent as it is. pino itself begins a line
 * with `{,` when a formatter took the level away.
 */
function parse(line: string): PinoRecord | undefined {
  return parseObject(line) ?? (line.startsWith('{,') ? parseObject(`{${line.slice(2)}`) : undefined)
}

function parseObject(text: string): PinoRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is PinoRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The logger's own value, which stands first in the line; a field of the user's under the same name is kept as `log.<key>`. */
function own(mapping: Mapping, key: string, first: unknown, last: unknown): unknown {
  if (first === undefined || first === last) return last
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

function mapLevel(mapping: Mapping, record: PinoRecord, head: LineHead, levels: Levels): void {
  if (setLevel(mapping.event, levels(own(mapping, 'level', head.level, record['level'])))) return take(mapping, 'level')
  // a formatter of the user's may have renamed it; that field keeps its name
  const attributes = levels(head.first)
  if (attributes?.loglevel !== 'NONE') setLevel(mapping.event, attributes)
}

function mapMessage(mapping: Mapping, record: PinoRecord, key: string): boolean {
  const message = record[key]
  if (typeof message !== 'string' && typeof message !== 'number' && typeof message !== 'boolean') return false
  mapping.event.content = String(message)
  take(mapping, key)
  return true
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
