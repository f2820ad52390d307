/** A record on its way to an event: what is mapped so far, and which of the record's keys that covers. */
import { define, keysOf, read } from '../encode/read.ts'
import type { GenericEvent } from '../event.ts'
import type { KeySet } from './key-set.ts'
import { NO_KEYS } from './key-set.ts'

/** What `push` takes: an event, and the record whose other fields belong to it. */
export interface Mapping {
  readonly event: GenericEvent
  readonly fields: object
  /** Keys of `fields` that the event contains already, in its own form. */
  except: KeySet
  /** What comes before the names of these fields in the event: nothing, or `meta.` for the fields of an object `meta`. */
  readonly prefix: string
}

/** The event is stamped with the time of arrival until the record's own is mapped. */
export function mappingOf(fields: object, now: number): Mapping {
  return { event: { timestamp: now }, fields, except: NO_KEYS, prefix: '' }
}

/** Marks a key as contained in the event. */
export function take(mapping: Mapping, key: string): void {
  mapping.except = mapping.except.with(key)
}

/** A field of the record; undefined where there is none or reading it throws. */
export function get(object: object, key: string | symbol): unknown {
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Maps inside an object of the record, such as the one that a logger was told to put all fields into. What is not taken stays. */
export function mapInside(mapping: Mapping, key: string, map: (inner: Mapping) => void): void {
  const fields = get(mapping.fields, key)
  if (!isObject(fields) || Array.isArray(fields)) return
  const inner: Mapping = { event: mapping.event, fields, except: NO_KEYS, prefix: `${mapping.prefix}${key}.` }
  map(inner)
  if (inner.except.size === 0) return
  take(mapping, key)
  const others = without(fields, inner.except)
  if (others !== undefined) mapping.event[`${mapping.prefix}${key}`] = others
}

/** A copy without these keys; undefined when nothing is left. */
export function without(object: object, keys: ReadonlySet<string>): Record<string, unknown> | undefined {
  let others: Record<string, unknown> | undefined
  for (const key of keysOf(object)) {
    if (keys.has(key)) continue
    others ??= {}
    if (key === '__proto__') define(others, key, read(object, key))
    else others[key] = read(object, key)
  }
  return others
}
