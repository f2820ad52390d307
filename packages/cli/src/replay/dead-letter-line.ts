/** A line of a dead letter file: the event in it as it is sent again. */
import { randomUUID } from 'node:crypto'

import type { GenericEvent } from 'openpipeline-core'

export interface Letter {
  readonly id: string
  readonly event: GenericEvent
}

/** Nothing for what is no such line. */
export function letterOf(line: string): Letter | undefined {
  const event = fieldOf(parse(line), 'event')
  if (!isObject(event)) return undefined
  const id = typeof event['event.id'] === 'string' ? event['event.id'] : randomUUID()
  return { id, event: { ...event, 'event.id': id } }
}

/** Why the event is in the file. */
export function reasonOf(line: string): unknown {
  return fieldOf(parse(line), 'reason')
}

/** The `event.id` of the event in the line. */
export function idOf(line: string): unknown {
  return fieldOf(fieldOf(parse(line), 'event'), 'event.id')
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // It may have been cut off by a crash; it stays in the file as it is.
    return undefined
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
