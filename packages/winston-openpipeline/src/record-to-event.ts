/** A winston info → a generic event. Pure: the info is read and never changed, since all transports share it. */
import type { GenericEvent } from 'openpipeline-core'
import type { Levels } from 'openpipeline-core/mapping'
import { createLevels, errorAttributes, isErrorLike, toTimestamp } from 'openpipeline-core/mapping'
import { LEVEL, SPLAT } from 'triple-beam'

/** An event, and the info whose other fields belong to it. */
export interface Mapped {
  readonly event: GenericEvent
  readonly fields: object
  readonly except: ReadonlySet<string>
}

export type RecordToEvent = (info: object) => Mapped

/** Colours of a terminal, which format.colorize puts around level and message. */
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[\d;]*m/g

export function createRecordToEvent(): RecordToEvent {
  const levels = createLevels()
  return (info) => {
    const except = new Set<string>()
    const event: GenericEvent = { timestamp: Date.now() }
    mapTime(info, event, except)
    mapLevel(info, event, except, levels)
    mapMessage(info, event, except)
    mapError(info, event, except)
    return { event, fields: info, except }
  }
}

function mapTime(info: object, event: GenericEvent, except: Set<string>): void {
  const timestamp = toTimestamp(get(info, 'timestamp'))
  if (timestamp === undefined) return
  event.timestamp = timestamp
  except.add('timestamp')
}

/** The symbol holds the level as it was logged; the text of `level` may have been coloured or renamed. */
function mapLevel(info: object, event: GenericEvent, except: Set<string>, levels: Levels): void {
  const level = get(info, LEVEL) ?? get(info, 'level')
  const attributes = levels(typeof level === 'string' ? withoutColours(level) : level)
  if (attributes === undefined) return
  event.loglevel = attributes.loglevel
  event.status = attributes.status
  event['log.raw_level'] = attributes['log.raw_level']
  except.add('level')
}

function mapMessage(info: object, event: GenericEvent, except: Set<string>): void {
  const message = get(info, 'message')
  if (message === undefined || typeof message === 'function') return
  const error = message instanceof Error ? get(message, 'message') : message
  if (typeof error === 'object' && error !== null) return // its members become message.*
  event.content = withoutColours(String(error))
  except.add('message')
}

/** Errors hide in many places: the info itself, its message, an argument behind the message, or a field. */
function mapError(info: object, event: GenericEvent, except: Set<string>): void {
  const error = errorIn(info)
  if (error !== undefined) {
    // winston has merged the error's own fields into the info already
    Object.assign(event, errorAttributes(error))
    for (const key of ['message', 'stack', 'cause'])
      if (key !== 'message' || event.content !== undefined) except.add(key)
    return mapErrorField(info, error, except)
  }
  for (const key of ['error', 'err']) {
    const value = get(info, key)
    if (!isErrorLike(value)) continue
    Object.assign(event, errorAttributes(value, key))
    except.add(key)
    if (get(info, 'stack') === get(value, 'stack')) except.add('stack')
    return
  }
  mapStack(info, event, except)
}

function errorIn(info: object): Error | undefined {
  if (info instanceof Error) return info
  const message = get(info, 'message')
  if (message instanceof Error) return message
  const splat = get(info, SPLAT)
  return Array.isArray(splat) ? splat.find((argument) => argument instanceof Error) : undefined
}

/** The same error once more as a field says nothing new. */
function mapErrorField(info: object, error: Error, except: Set<string>): void {
  for (const key of ['error', 'err']) if (get(info, key) === error) except.add(key)
}

/** What format.errors({ stack: true }) leaves of an error: its stack, whose first line begins with its type. */
function mapStack(info: object, event: GenericEvent, except: Set<string>): void {
  const stack = get(info, 'stack')
  if (typeof stack !== 'string') return
  const type = /^([\w$.]+)(: |\n|$)/.exec(stack)?.[1]
  if (type !== undefined) event['exception.type'] = type
  if (event.content !== undefined) event['exception.message'] = event.content
  event['exception.stack_trace'] = stack
  except.add('stack')
}

function withoutColours(text: string): string {
  return text.includes('\u001b') ? text.replaceAll(COLOURS, '') : text
}

function get(object: object, key: string | symbol): unknown {
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined
  }
}
