/** Any JavaScript value as JSON text: what JSON cannot hold is converted to something readable, and nothing throws. */
import { types } from 'node:util'

import { MAX_DEPTH, MAX_VALUES } from '../limits.ts'
import { quote, quoteWithin } from './quote.ts'

/** What one event may still take, and the objects on the way to the value at hand. */
export class Walk {
  readonly maxStringLength: number
  /** Values that may still be written. */
  left = MAX_VALUES
  readonly #ancestors: object[] = []

  constructor(maxStringLength: number) {
    this.maxStringLength = maxStringLength
  }

  /** Why the walk may not go into this object; undefined when it may, and then `leave` must follow. */
  enter(value: object): string | undefined {
    if (this.#ancestors.includes(value)) return '[Circular]'
    if (this.#ancestors.length >= MAX_DEPTH) return `[Truncated: deeper than ${MAX_DEPTH} levels]`
    this.#ancestors.push(value)
    return undefined
  }

  leave(): void {
    this.#ancestors.pop()
  }
}

/** What stands in for a value that threw when it was read. */
export function thrown(error: unknown): string {
  try {
    return `[Throws: ${error instanceof Error ? error.message : String(error)}]`
  } catch {
    return '[Throws]'
  }
}

/** The value of a property, or what stands in for it. */
export function read(object: object, key: string | number): unknown {
  try {
    return Reflect.get(object, key)
  } catch (error) {
    return thrown(error)
  }
}

/** Own enumerable string keys; none where even asking throws (a revoked proxy). */
export function keysOf(object: object): string[] {
  try {
    return Object.keys(object)
  } catch {
    return []
  }
}

/** JSON text of a value; undefined where JSON.stringify would leave the key out, that is for undefined alone. */
export function valueText(value: unknown, walk: Walk): string | undefined {
  if (--walk.left < 0) return walk.left === -1 ? quote(`[Truncated: more than ${MAX_VALUES} values]`) : undefined
  switch (typeof value) {
    case 'string':
      return quoteWithin(value, walk.maxStringLength)
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'undefined':
      return undefined
    case 'bigint':
      return `"${value}"`
    case 'symbol':
      return quoteWithin(String(value), walk.maxStringLength)
    case 'function':
      return quoteWithin(`[Function: ${describeFunction(value)}]`, walk.maxStringLength)
    case 'object':
      return value === null ? 'null' : objectText(value, walk)
  }
}

function describeFunction(value: object): string {
  const name = read(value, 'name')
  return typeof name === 'string' && name !== '' ? name : 'anonymous'
}

/** Text of an object of any kind. */
function objectText(object: object, walk: Walk): string | undefined {
  const plain = plainForm(object)
  if (typeof plain !== 'object' || plain === null) return valueText(plain, walk)
  const refusal = walk.enter(object)
  if (refusal !== undefined) return quote(refusal)
  const text = plain === object || isPlain(plain) ? partsText(plain, walk) : objectText(plain, walk)
  walk.leave()
  return text
}

function partsText(plain: object, walk: Walk): string {
  return Array.isArray(plain) ? arrayText(plain, walk) : membersText(plain, walk)
}

function arrayText(items: readonly unknown[], walk: Walk): string {
  let text = '['
  for (let index = 0; index < items.length && walk.left >= 0; index++) {
    text += `${index === 0 ? '' : ','}${valueText(read(items, index), walk) ?? 'null'}`
  }
  return `${text}]`
}

function membersText(object: object, walk: Walk): string {
  let text = ''
  for (const key of keysOf(object)) {
    const value = valueText(read(object, key), walk)
    if (value !== undefined) text += `${text === '' ? '' : ','}${quoteWithin(key, walk.maxStringLength)}:${value}`
    if (walk.left < 0) break
  }
  return `{${text}}`
}

/** An array or an object without a class: its content is what its keys hold. */
export function isPlain(object: object): boolean {
  if (Array.isArray(object)) return true
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || (prototype === Object.prototype && !('toJSON' in object))
}

/**
 * What is written in place of this object: itself for plain objects and arrays, a readable form for the built-in kinds
 * whose content is not in their properties, and what `toJSON` says for all others that have it.
 */
export function plainForm(object: object): unknown {
  try {
    return isPlain(object) ? object : formOf(object)
  } catch (error) {
    return thrown(error)
  }
}

function formOf(object: object): unknown {
  if (object instanceof Date) return Number.isNaN(object.getTime()) ? 'Invalid Date' : object.toISOString()
  if (types.isNativeError(object) || object instanceof Error) return errorForm(object)
  if (types.isAnyArrayBuffer(object)) return base64(new Uint8Array(object))
  if (ArrayBuffer.isView(object)) return binaryForm(object as NodeJS.ArrayBufferView)
  if ('toJSON' in object && typeof object.toJSON === 'function') return (object.toJSON as () => unknown)()
  if (object instanceof Map) return mapForm(object)
  if (object instanceof Set) return firstOf(object)
  if (object instanceof RegExp || object instanceof URLSearchParams) return String(object)
  if (types.isBoxedPrimitive(object)) return object.valueOf()
  if (types.isPromise(object) || object instanceof WeakMap || object instanceof WeakSet || object instanceof WeakRef) {
    return `[${object.constructor.name}]`
  }
  return object
}

/** In a flattened event: `name.type`, `name.message`, `name.stack_trace`, `name.cause.type`, … and the error's own fields. */
function errorForm(error: object): object {
  const form: Record<string, unknown> = { type: read(error, 'name'), message: read(error, 'message'), stack_trace: read(error, 'stack') }
  const cause = read(error, 'cause')
  if (cause !== undefined) form['cause'] = cause
  for (const key of keysOf(error)) define(form, key, read(error, key))
  return form
}

/** Bytes as base64; numbers of other typed arrays as a list. */
function binaryForm(view: NodeJS.ArrayBufferView): unknown {
  if (view instanceof DataView || view instanceof Uint8Array) return base64(view)
  return firstOf<unknown>(view)
}

/** Of larger ones the beginning: what could never be sent is not converted. */
const MAX_BINARY_BYTES = 1_048_576

function base64(bytes: Uint8Array | DataView): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAX_BINARY_BYTES)).toString('base64')
  return bytes.byteLength <= MAX_BINARY_BYTES ? text : `${text}…[truncated ${bytes.byteLength - MAX_BINARY_BYTES} bytes]`
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

/** Assignment would lose a key named `__proto__`. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}
