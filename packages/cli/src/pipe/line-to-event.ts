/** One line of output → one event: a JSON object keeps its fields, anything else becomes the content. */
import type { GenericEvent } from 'openpipeline-core'

import { levelAttributes } from './levels.ts'

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

const TIME_NAMES = ['timestamp', 'time']
const CONTENT_NAMES = ['content', 'msg', 'message']
/** Set by the shipper where the line does not bring them. */
const OWN_NAMES = ['event.id', 'event.type', 'event.provider', 'event.kind']

function mapFields(fields: Fields, nowMs: number): MappedLine {
  const time = first(fields, TIME_NAMES, isTime)
  const content = first(fields, CONTENT_NAMES, isText)
  const level = levelAttributes(fields.level)
  const own = OWN_NAMES.filter((name) => isText(fields[name]))
  const event: GenericEvent = {
    timestamp: time?.value ?? nowMs,
    ...(content !== undefined && { content: content.value }),
    ...level,
    ...Object.fromEntries(own.map((name) => [name, fields[name]])),
  }
  const said = [time?.name, content?.name, level === undefined ? undefined : 'level', ...own]
  return { event, fields, except: new Set(said.filter((name) => name !== undefined)) }
}

function first<Value>(
  fields: Fields,
  names: readonly string[],
  is: (value: unknown) => value is Value,
): { readonly name: string; readonly value: Value } | undefined {
  for (const name of names) {
    const value = fields[name]
    if (is(value)) return { name, value }
  }
  return undefined
}

function isTime(value: unknown): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && value !== '')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
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
