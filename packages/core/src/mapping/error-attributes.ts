/** An error, alive or as a serializer left it → `exception.*`, with its chain of causes. */
import { types } from 'node:util'

import { carrierOf, isPlain } from '../encode/forms.ts'
import { copyOf, define, keysOf } from '../encode/read.ts'
import { isStream, messageForm } from '../encode/streams.ts'
import type { GenericEvent } from '../event.ts'
import type { Mapping } from './mapping.ts'
import { get, isObject, take } from './mapping.ts'

/** Causes that are followed. */
const MAX_CAUSES = 8

/** Errors of an AggregateError that are named. */
const MAX_ERRORS = 32

/** An Error, also one of another realm (a test runner's, a `vm` context's). */
export function isError(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return value instanceof Error || (!isPlain(value) && types.isNativeError(value))
}

/** An Error, or an object that was one: with a message and a type, a name or a stack. */
export function isErrorLike(value: unknown): value is object {
  if (!isObject(value)) return false
  if (isError(value)) return true
  return (
    typeof get(value, 'message') === 'string' &&
    (isText(get(value, 'stack')) || isText(get(value, 'type')) || isText(get(value, 'name')))
  )
}

/** Maps the error in this field, if it is one. What else it carries (`code`, `errno`, …) stays under the field's name. */
export function mapErrorField(mapping: Mapping, key: string): boolean {
  const error = get(mapping.fields, key)
  if (!isErrorLike(error)) return false
  setException(mapping.event, error, mapping.prefix + key)
  take(mapping, key)
  return true
}

/**
 * Sets `exception.*`, and under `key`, where one is given, whatever else the error carries. Reads defensively: a getter that
 * throws costs that one field.
 */
export function setException(event: GenericEvent, error: object, key?: string): void {
  const type = describe(event, error, 'exception')
  if (key !== undefined) setOthers(event, error, key, type)
  const cause = get(error, 'cause')
  if (cause !== undefined && cause !== null) describeCauses(event, error, cause)
}

function describeCauses(event: GenericEvent, error: object, first: unknown): void {
  const seen = new Set<unknown>([error])
  let name = 'exception.cause'
  for (let cause = first; cause !== undefined && cause !== null && seen.size <= MAX_CAUSES; name += '.cause') {
    if (seen.has(cause)) return
    seen.add(cause)
    if (!isObject(cause)) {
      event[`${name}.message`] = textOf(cause)
      return
    }
    setOthers(event, cause, name, describe(event, cause, name))
    cause = get(cause, 'cause')
  }
}

/** @returns the type */
function describe(event: GenericEvent, error: object, name: string): string | undefined {
  const type = typeOf(error)
  if (type !== undefined) event[`${name}.type`] = type
  const message = get(error, 'message')
  if (message !== undefined) event[`${name}.message`] = message
  const stack = get(error, 'stack')
  if (stack !== undefined) event[`${name}.stack_trace`] = stack
  // where an AggregateError has its errors, alive and behind pino's serializer
  describeErrors(event, get(error, 'errors'), name)
  describeErrors(event, get(error, 'aggregateErrors'), name)
  return type
}

function describeErrors(event: GenericEvent, all: unknown, name: string): void {
  if (!areErrors(all)) return
  const errors = all.slice(0, MAX_ERRORS)
  event[`${name}.errors`] = errors.map((error) => `${typeOf(error) ?? 'Error'}: ${textOf(get(error, 'message'))}`)
  const stacks = errors.map((error) => get(error, 'stack')).filter(isText)
  if (stacks.length > 0) event[`${name}.errors.stack_trace`] = stacks
}

/** Other lists under the same name, such as the findings of a validator, are fields like all others. */
function areErrors(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.length > 0 && value.every(isErrorLike)
}

/** The class's own name where the error never set one. A serializer writes it as `type`; a living error may mean something else by that. */
function typeOf(error: object): string | undefined {
  const isAlive = isError(error)
  const name = (isAlive ? undefined : get(error, 'type')) ?? get(error, 'name')
  if (isText(name) && name !== 'Error') return name
  const constructor = isAlive ? get(error, 'constructor') : undefined
  const className = typeof constructor === 'function' ? constructor.name : ''
  if (className !== '') return className
  return isText(name) ? name : undefined
}

/** The error's fields that no attribute says already, as one object under this name. */
function setOthers(event: GenericEvent, error: object, name: string, type: string | undefined): void {
  let others: Record<string, unknown> | undefined
  const carrier = isError(error) ? carrierOf(error) : error
  for (const key of keysOf(carrier)) {
    const value = get(carrier, key)
    if (isSaid(key, value, type)) continue
    others ??= {}
    define(others, key, key === 'request' || key === 'response' ? withoutWire(value) : value)
  }
  if (others !== undefined) event[name] = others
}

/** A client's request, and its response with the request in it, which a serializer has written with sockets, parsers and all. */
function withoutWire(exchange: unknown): unknown {
  if (!isObject(exchange) || isStream(exchange)) return exchange
  if (typeof exchange['_header'] === 'string') return messageForm(exchange, exchange['headers'])
  const { request } = exchange
  return isObject(request) ? { ...copyOf(exchange), request: withoutWire(request) } : exchange
}

function isSaid(key: string, value: unknown, type: string | undefined): boolean {
  switch (key) {
    case 'message':
    case 'stack':
    case 'cause':
      return true
    case 'type':
    case 'name':
      return value === type
    case 'errors':
    case 'aggregateErrors':
      return areErrors(value)
    default:
      return false
  }
}

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return '[Throws]'
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
