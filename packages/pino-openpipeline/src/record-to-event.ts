/** A line of pino's → a generic event. Pure: what it does not map by name is left for the core to add under its own name. */
import type { GenericEvent } from 'openpipeline-core'
import type { Levels } from 'openpipeline-core/mapping'
import { createLevels, errorAttributes, isErrorLike, toTimestamp } from 'openpipeline-core/mapping'

/** What pino tells a worker about the logger. https://getpino.io/#/docs/transports?id=expectpinoconfig */
export interface PinoConfig {
  readonly levels?: { readonly labels: Readonly<Record<string, string>> }
  readonly messageKey?: string
  readonly errorKey?: string
}

/** An event, and the record whose other fields belong to it. */
export interface Mapped {
  readonly event: GenericEvent
  readonly fields?: object
  readonly except?: ReadonlySet<string>
}

export type RecordToEvent = (line: string) => Mapped

export function createRecordToEvent(config: PinoConfig = {}): RecordToEvent {
  const { messageKey = 'msg', errorKey = 'err' } = config
  const levels = createLevels(config.levels?.labels)
  return (line) => {
    const record = parse(line)
    if (record === undefined) return { event: { timestamp: Date.now(), content: line } }
    const except = new Set<string>()
    const event: GenericEvent = { timestamp: Date.now() }
    mapTime(record, event, except)
    mapLevel(record, event, except, levels)
    mapString(record, messageKey, 'content', event, except)
    mapString(record, 'name', 'log.logger', event, except)
    mapString(record, 'hostname', 'host.name', event, except)
    if (typeof record['pid'] === 'number') {
      event['process.pid'] = record['pid']
      except.add('pid')
    }
    mapError(record, errorKey, event, except)
    return { event, fields: record, except }
  }
}

type PinoRecord = Readonly<Record<string, unknown>>

/** Undefined for a line that is no JSON object: something else wrote it, and it is sent as it is. */
function parse(line: string): PinoRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PinoRecord) : undefined
  } catch {
    return undefined
  }
}

function mapTime(record: PinoRecord, event: GenericEvent, except: Set<string>): void {
  const timestamp = toTimestamp(record['time'])
  if (timestamp === undefined) return
  event.timestamp = timestamp
  except.add('time')
}

function mapLevel(record: PinoRecord, event: GenericEvent, except: Set<string>, levels: Levels): void {
  const attributes = levels(record['level'])
  if (attributes === undefined) return
  event.loglevel = attributes.loglevel
  event.status = attributes.status
  event['log.raw_level'] = attributes['log.raw_level']
  except.add('level')
}

function mapString(record: PinoRecord, key: string, name: string, event: GenericEvent, except: Set<string>): void {
  const value = record[key]
  if (typeof value !== 'string') return
  event[name] = value
  except.add(key)
}

function mapError(record: PinoRecord, errorKey: string, event: GenericEvent, except: Set<string>): void {
  const error = record[errorKey]
  if (!isErrorLike(error)) return
  Object.assign(event, errorAttributes(error, errorKey))
  except.add(errorKey)
}
