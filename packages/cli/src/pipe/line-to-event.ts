/** One line of output → one event: a JSON object keeps its fields, anything else becomes the content. */
import type { GenericEvent } from 'openpipeline-core'
import type { Mapping } from 'openpipeline-core/mapping'
import {
  createLevels,
  mapErrorField,
  mapHttp,
  mappingOf,
  setLevel,
  setTimestamp,
  take,
} from 'openpipeline-core/mapping'

export interface MappedLine {
  readonly event: GenericEvent
  /** The line's own fields, for all that the event does not say. */
  readonly fields?: object
  /** Fields that the event says in its own words. */
  readonly except?: ReadonlySet<string>
}

/** Nothing for a blank line. Without a time of its own a line has that at which it was read. */
export function lineToEvent(line: string, nowMs: number): MappedLine | undefined {
  const text = line.trimEnd()
  if (text === '') return undefined
  const fields = text.startsWith('{') ? parseObject(text) : undefined
  return fields === undefined ? { event: { timestamp: nowMs, content: text } } : mapFields(fields, nowMs)
}

type Fields = Readonly<Record<string, unknown>>

const TIME_NAMES = ['timestamp', 'time', '@timestamp']
const CONTENT_NAMES = ['content', 'msg', 'message']
const ERROR_NAMES = ['err', 'error']
/** The shipper sets its own where the line does not bring them. */
const OWN_NAMES = ['event.id', 'event.type', 'event.provider', 'event.kind']

const levelOf = createLevels()

function mapFields(fields: Fields, nowMs: number): Mapping {
  const mapping = mappingOf(fields, nowMs)
  const time = TIME_NAMES.find((name) => setTimestamp(mapping.event, fields[name]))
  if (time !== undefined) take(mapping, time)
  if (setLevel(mapping.event, levelOf(fields.level))) take(mapping, 'level')
  const content = CONTENT_NAMES.find((name) => typeof fields[name] === 'string')
  if (content !== undefined) move(mapping, fields, { from: content, to: 'content' })
  for (const name of OWN_NAMES) if (typeof fields[name] === 'string') move(mapping, fields, { from: name, to: name })
  mapProcess(mapping, fields)
  ERROR_NAMES.find((name) => mapErrorField(mapping, name))
  mapHttp(mapping)
  return mapping
}

/** What pino and bunyan write into every line, under names that alone could mean anything. */
function mapProcess(mapping: Mapping, fields: Fields): void {
  if (typeof fields.pid !== 'number' || typeof fields.hostname !== 'string') return
  move(mapping, fields, { from: 'pid', to: 'process.pid' })
  move(mapping, fields, { from: 'hostname', to: 'host.name' })
  if (typeof fields.name === 'string') move(mapping, fields, { from: 'name', to: 'log.logger' })
}

function move(mapping: Mapping, fields: Fields, { from, to }: { readonly from: string; readonly to: string }): void {
  mapping.event[to] = fields[from]
  take(mapping, from)
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    // Not JSON after all: it stays text.
    return undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
