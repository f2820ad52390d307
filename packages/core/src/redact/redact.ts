/** Replaces what the paths name in a record, which is copied where it is not our own: what was logged belongs to the program. */
import { types } from 'node:util'

import { plainForm } from '../encode/forms.ts'
import { keysOf, read, thrown } from '../encode/read.ts'
import type { RedactPath } from '../options/redact.ts'
import { ANY, CENSOR } from '../options/redact.ts'

/**
 * Replaces what the option `redact` names.
 * @param record what was logged
 * @param isOwn the record is a tree of plain objects that may be changed; otherwise every object on the way to a replaced value
 * is copied, and all others are shared
 * @returns the same object where nothing is to be replaced
 */
export type Redact = (record: object, isOwn?: boolean) => object

/** What follows a key. */
interface Step {
  isEnd: boolean
  readonly named: Map<string, Step>
  any: Step | undefined
}

export function createRedact(paths: readonly RedactPath[]): Redact {
  const root = newStep()
  for (const path of paths) {
    let step = root
    for (const key of path) step = stepBelow(step, key)
    step.isEnd = true
  }
  return (record, isOwn = false) => {
    try {
      return redactIn(record, [root], isOwn)
    } catch (error) {
      // A proxy's trap can throw anywhere. What cannot be redacted must not be sent.
      return { message: `a record could not be redacted: ${thrown(error)}` }
    }
  }
}

function newStep(): Step {
  return { isEnd: false, named: new Map(), any: undefined }
}

function stepBelow(step: Step, key: string | typeof ANY): Step {
  if (key === ANY) return (step.any ??= newStep())
  const below = step.named.get(key) ?? newStep()
  step.named.set(key, below)
  return below
}

/** @param steps all that apply here: `a.b` and `a.*` may meet in one object */
function redactIn(object: object, steps: readonly Step[], isOwn: boolean): object {
  let changed = isOwn ? object : undefined
  for (const key of keysToLookAt(object, steps)) {
    const below = steps.flatMap(({ any, named }) => [named.get(key), any]).filter((step) => step !== undefined)
    const value = read(object, key)
    if (value === undefined || below.length === 0) continue
    const replacement = redactedValue(value, below, isOwn)
    if (replacement === value) continue
    changed ??= copyOf(object)
    set(changed, key, { value: replacement, enumerable: true })
  }
  return changed ?? object
}

function redactedValue(value: unknown, steps: readonly Step[], isOwn: boolean): unknown {
  if (steps.some(({ isEnd }) => isEnd)) return CENSOR
  if (typeof value !== 'object' || value === null) return value
  // A Map, or what has a `toJSON`, is sent in another form; there the keys are.
  const form = isOwn || isError(value) ? value : plainForm(value)
  if (typeof form !== 'object' || form === null) return value
  const redacted = redactIn(form, steps, isOwn)
  return redacted === form ? value : redacted
}

function isError(value: object): boolean {
  return value instanceof Error || types.isNativeError(value)
}

function keysToLookAt(object: object, steps: readonly Step[]): Iterable<string> {
  if (steps.some(({ any }) => any !== undefined)) return keysOf(object)
  const keys = new Set(steps.flatMap(({ named }) => [...named.keys()]))
  return [...keys].filter((key) => has(object, key))
}

/** Also what a class has as a getter, such as the headers of a request. */
function has(object: object, key: string): boolean {
  try {
    return Object.hasOwn(object, key) || (!isPlain(object) && Reflect.has(object, key))
  } catch {
    return true // what cannot be asked may still be written
  }
}

function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === Object.prototype || prototype === null || Array.isArray(object)
}

/** Of the same kind, with the same own properties, symbols and hidden ones included: winston has the level under a symbol, an error its stack hidden. */
function copyOf(object: object): object {
  if (Array.isArray(object)) return object.slice()
  const copy: object = Object.create(Reflect.getPrototypeOf(object))
  for (const key of Reflect.ownKeys(object)) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(object, key)
    const value = typeof key === 'string' ? read(object, key) : Reflect.get(object, key)
    set(copy, key, { value, enumerable })
  }
  return copy
}

/** As an own property, also where the class has a getter of that name. */
function set(object: object, key: string | symbol, property: { value: unknown; enumerable: boolean }): void {
  Object.defineProperty(object, key, { ...property, writable: true, configurable: true })
}
