/** A record on its way to an event: what is mapped so far, and which of the record's keys that covers. */
import { copyOf } from '../encode/read.ts'
import type { GenericEvent } from '../event.ts'
import type { KeySet } from './key-set.ts'
import { NO_KEYS } from './key-set.ts'

/** What `push` takes: an event, and the record whose other fields belong to it. */
export interface Mapping {
  readonly event: GenericEvent
  readonly fields: object
  /** The record was made for this mapping alone and may be changed. */
  readonly isOwn: boolean
  /** Keys of `fields` that the event contains already, in its own form. */
  except: KeySet
  /** What comes before the names of these fields in the event: nothing, or `meta.` for the fields of an object `meta`. */
  readonly prefix: string
}

/** The event is stamped with the time of arrival until the record's own is mapped. */
export function mappingOf(fields: object, now: number, isOwn = false): Mapping {
  return { event: { timestamp: now }, fields, isOwn, except: NO_KEYS, prefix: '' }
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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Maps inside an object of the record, such as the one that a logger was told to put all fields into. What is not taken stays. */
export function mapInside(mapping: Mapping, key: string, map: (inner: Mapping) => void): void {
  const fields = get(mapping.fields, key)
  if (!isObject(fields) || Array.isArray(fields)) return
  const inner: Mapping = { ...mapping, fields, except: NO_KEYS, prefix: `${mapping.prefix}${key}.` }
  map(inner)
  if (inner.except.size > 0) replacePart(mapping, key, without(fields, inner.except, mapping.isOwn))
}

/** What is left of an object of the record takes its place. */
export function replacePart(mapping: Mapping, key: string, part: object): void {
  if (get(mapping.fields, key) === part) return
  take(mapping, key)
  mapping.event[mapping.prefix + key] = part
}

/** The object without these keys; one that is not our own is copied. */
export function without(
  object: Record<string, unknown>,
  keys: ReadonlySet<string>,
  isOwn: boolean,
): Record<string, unknown> {
  const part = isOwn ? object : copyOf(object)
  // cheaper than deleting, and the encoder leaves undefined out
  for (const key of keys) if (part[key] !== undefined) part[key] = undefined
  return part
}
