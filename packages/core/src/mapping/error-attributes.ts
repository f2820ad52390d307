/** An error, alive or as a serializer left it → `exception.*`, with its chain of causes. */
import { types } from 'node:util'

import { define, keysOf } from '../encode/read.ts'
import type { Mapping } from './mapping.ts'
import { get, isObject, take } from './mapping.ts'

/** Causes that are followed. */
const MAX_CAUSES = 8

/** Errors of an AggregateError that are named. */
const MAX_ERRORS = 32

/** Where an AggregateError has its errors, alive and behind pino's serializer. */
const ERRORS = ['errors', 'aggregateErrors']

/** Fields that the exception attributes always say. */
const SAID: ReadonlySet<string> = new Set(['message', 'stack', 'cause'])

/** An Error, also one of another realm (a test runner's, a `vm` context's). */
export function isError(value: unknown): value is object {
  return value instanceof Error || types.isNativeError(value)
}

/** An Error, or an object that was one: with a message and a type, a name or a stack. */
export function isErrorLike(value: unknown): value is object {
  if (!isObject(value)) return false
  if (isError(value)) return true
  return typeof get(value, 'message') === 'string' && ['stack', 'type', 'name'].some((key) => isText(get(value, key)))
}

/** Maps the error in this field, if it is one. What else it carries (`code`, `errno`, …) stays under the field's name. */
export function mapErrorField(mapping: Mapping, key: string): boolean {
  const error = get(mapping.fields, key)
  if (!isErrorLike(error)) return false
  Object.assign(mapping.event, errorAttributes(error, mapping.prefix + key))
  take(mapping, key)
  return true
}

/**
 * Attributes of the error, and under `key`, where one is given, whatever else it carries. Reads defensively: a getter that
 * throws costs that one field.
 */
export function errorAttributes(error: object, key?: string): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  describe(error, 'exception', attributes)
  if (key !== undefined) setOthers(error, key, attributes, attributes['exception.type'])
  const cause = get(error, 'cause')
  if (cause !== undefined && cause !== null) describeCauses(error, cause, attributes)
  return attributes
}

function describeCauses(error: object, first: unknown, attributes: Record<string, unknown>): void {
  const seen = new Set<unknown>([error])
  let name = 'exception.cause'
  for (let cause = first; cause !== undefined && cause !== null && seen.size <= MAX_CAUSES; name += '.cause') {
    if (seen.has(cause)) return
    seen.add(cause)
    if (!isObject(cause)) {
      attributes[`${name}.message`] = textOf(cause)
      return
    }
    describe(cause, name, attributes)
    setOthers(cause, name, attributes, attributes[`${name}.type`])
    cause = get(cause, 'cause')
  }
}

function describe(error: object, name: string, attributes: Record<string, unknown>): void {
  set(attributes, `${name}.type`, typeOf(error))
  set(attributes, `${name}.message`, get(error, 'message'))
  set(attributes, `${name}.stack_trace`, get(error, 'stack'))
  for (const key of ERRORS) {
    const errors = get(error, key)
    if (areErrors(errors)) describeErrors(errors, `${name}.errors`, attributes)
  }
}

function describeErrors(all: readonly object[], name: string, attributes: Record<string, unknown>): void {
  const errors = all.slice(0, MAX_ERRORS)
  attributes[name] = errors.map((error) => `${typeOf(error) ?? 'Error'}: ${textOf(get(error, 'message'))}`)
  const stacks = errors.map((error) => get(error, 'stack')).filter(isText)
  if (stacks.length > 0) attributes[`${name}.stack_trace`] = stacks
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

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return '[Throws]'
  }
}

/** The error's fields that no attribute says already, as one object under this name. */
function setOthers(error: object, name: string, attributes: Record<string, unknown>, type: unknown): void {
  const others: Record<string, unknown> = {}
  let isEmpty = true
  for (const key of keysOf(error)) {
    const value = get(error, key)
    if (isSaid(key, value, type)) continue
    define(others, key, value)
    isEmpty = false
  }
  if (!isEmpty) attributes[name] = others
}

function isSaid(key: string, value: unknown, type: unknown): boolean {
  if (SAID.has(key)) return true
  if (key === 'type' || key === 'name') return value === type
  return (key === 'errors' || key === 'aggregateErrors') && areErrors(value)
}

function set(attributes: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) attributes[name] = value
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
