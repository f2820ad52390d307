/** What stands for an object in JSON: itself, or a readable form of the built-in kinds whose content is not in their properties. */
import { types } from 'node:util'

import { MAX_VALUES } from '../limits.ts'
import { define, keysOf, read, thrown } from './read.ts'
import { isStream, streamForm } from './streams.ts'

/** An array or an object without a class: its content is what its keys hold. */
export function isPlain(object: object): boolean {
  if (Array.isArray(object)) return true
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || (prototype === Object.prototype && !('toJSON' in object))
}

/** `toJSON` may give an object with a form of its own, such as a Date; one that never ends is taken as it is after these. */
const MAX_FORMS = 4

/**
 * What is written in place of this object: itself for plain objects and arrays, a readable form for the built-in kinds
 * whose content is not in their properties, and what `toJSON` says for all others that have it. An object that comes back
 * is to be written by its keys or items.
 */
export function plainForm(object: object): unknown {
  try {
    let form: unknown = object
    for (let count = 0; count < MAX_FORMS && isObject(form) && !isPlain(form); count++) {
      const next = formOf(form)
      if (next === form) break
      form = next
    }
    return form
  } catch (error) {
    return thrown(error)
  }
}

/** Has members that can become dotted attributes. */
export function hasMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function formOf(object: object): unknown {
  if (object instanceof Date) return Number.isNaN(object.getTime()) ? 'Invalid Date' : object.toISOString()
  if (types.isNativeError(object) || object instanceof Error) return errorForm(object)
  if (types.isAnyArrayBuffer(object)) return base64(new Uint8Array(object))
  if (ArrayBuffer.isView(object)) return binaryForm(object)
  if ('toJSON' in object && typeof object.toJSON === 'function') return Reflect.apply(object.toJSON, object, [])
  return collectionForm(object)
}

function collectionForm(object: object): unknown {
  if (object instanceof Map) return mapForm(object)
  if (object instanceof Set) return firstOf(object)
  if (object instanceof RegExp || object instanceof URLSearchParams) return String(object)
  if (types.isBoxedPrimitive(object)) return object.valueOf()
  if (isStream(object)) return streamForm(object)
  return hasHiddenContent(object) ? `[${object.constructor.name}]` : object
}

function hasHiddenContent(object: object): boolean {
  return types.isPromise(object) || object instanceof WeakMap || object instanceof WeakSet || object instanceof WeakRef
}

/** In a flattened event: `name.type`, `name.message`, `name.stack_trace`, `name.cause.type`, … and what else the error carries. */
function errorForm(error: object): object {
  const type = read(error, 'name')
  const message = read(error, 'message')
  const stack = read(error, 'stack')
  const form: Record<string, unknown> = { type, message, stack_trace: stack }
  const cause = read(error, 'cause')
  if (cause !== undefined) form['cause'] = cause
  // not enumerable, unlike what a program adds itself
  if (error instanceof AggregateError) form['errors'] = read(error, 'errors')
  const carrier = carrierOf(error)
  const said: Readonly<Record<string, unknown>> = carrier === error ? {} : { name: type, message, stack }
  for (const key of keysOf(carrier)) {
    const value = read(carrier, key)
    if (!Object.hasOwn(said, key) || said[key] !== value) define(form, key, value)
  }
  return form
}

/** What has the error's own members: what its `toJSON` gives, where it has one (an HTTP client's error is full of sockets), else itself. */
export function carrierOf(error: object): object {
  const toJSON = read(error, 'toJSON')
  if (typeof toJSON !== 'function') return error
  try {
    const form: unknown = Reflect.apply(toJSON, error, [])
    return hasMembers(form) ? form : error
  } catch {
    return error
  }
}

/** Bytes as base64; numbers of other typed arrays as a list. */
function binaryForm(view: ArrayBufferView): unknown {
  if (view instanceof DataView || view instanceof Uint8Array) return base64(view)
  return isIterable(view) ? firstOf(view) : undefined
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}

/** Of larger ones the beginning: what could never be sent is not converted. */
const MAX_BINARY_BYTES = 1_048_576

function base64(bytes: Uint8Array | DataView): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAX_BINARY_BYTES)).toString(
    'base64',
  )
  return bytes.byteLength <= MAX_BINARY_BYTES
    ? text
    : `${text}…[truncated ${bytes.byteLength - MAX_BINARY_BYTES} bytes]`
}

/** An object where every key is a string, else the list of its entries. */
function mapForm(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = firstOf(map)
  if (!entries.every(([key]) => typeof key === 'string')) return entries
  const form: Record<string, unknown> = {}
  for (const [key, value] of entries) define(form, String(key), value)
  return form
}

/** One more than may be written, so that the walk marks what is missing. */
function firstOf<Item>(items: Iterable<Item>): Item[] {
  const first: Item[] = []
  for (const item of items) {
    first.push(item)
    if (first.length > MAX_VALUES) break
  }
  return first
}
