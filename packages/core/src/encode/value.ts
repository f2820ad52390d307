/** Any JavaScript value as JSON text: what JSON cannot hold is converted to something readable, and nothing throws. */
import { MAX_DEPTH, MAX_VALUES } from '../limits.ts'
import { CENSOR } from '../options/redact.ts'
import { plainForm } from './forms.ts'
import type { Name } from './names.ts'
import { needsEscape, quote, quoteWithin } from './quote.ts'
import { keysOf, read } from './read.ts'
import { Secrets } from './secrets.ts'

const SHORT_LENGTH = 64

/** What one event may still take, and the objects on the way to the value at hand. */
export class Walk {
  readonly maxStringLength: number
  readonly secrets: Secrets
  /** Units that all its strings together may still have: what goes beyond could never be sent. */
  #room: number
  /** Values that may still be written. */
  left = MAX_VALUES
  readonly #ancestors: object[] = []

  constructor(maxStringLength: number, secrets = new Secrets()) {
    this.maxStringLength = maxStringLength
    this.secrets = secrets
    this.#room = 2 * maxStringLength
  }

  /** How many units of a string of this length may be written. Short ones always are: they say most. */
  take(length: number): number {
    const max = Math.max(SHORT_LENGTH, Math.min(this.maxStringLength, this.#room))
    this.#room -= Math.min(length, max)
    return max
  }

  /** Counts a short text, if it may be written as it is. */
  takesWhole(length: number): boolean {
    if (length > SHORT_LENGTH || this.left <= 0) return false
    this.left--
    this.#room -= length
    return true
  }

  /** Begins another event. */
  restart(): this {
    this.left = MAX_VALUES
    this.#room = 2 * this.maxStringLength
    this.#ancestors.length = 0
    return this
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

/** `,"name":value`, or nothing for a value that JSON leaves out. */
export function memberText(name: Name, value: unknown, walk: Walk): string {
  if (typeof value === 'string' && name.guard !== 'secret' && walk.takesWhole(value.length) && !needsEscape(value))
    return `${name.memberOfText}${value}"`
  const text = name.guard === undefined ? valueText(value, walk) : guardedText(name, value, walk)
  return text === undefined ? '' : name.member + text
}

function guardedText({ full, guard }: Name, value: unknown, walk: Walk): string | undefined {
  return guard === 'secret' ? valueText(value === undefined ? value : CENSOR, walk) : containerText(full, value, walk)
}

/** Headers, for instance, in any of their forms. */
function containerText(key: string, value: unknown, walk: Walk): string | undefined {
  if (typeof value !== 'object' || value === null) return valueText(value, walk)
  return valueText(walk.secrets.without(key, plainForm(value)), walk)
}

/** JSON text of a value; undefined where JSON.stringify would leave the key out, that is for undefined alone. */
export function valueText(value: unknown, walk: Walk): string | undefined {
  if (--walk.left < 0) return walk.left === -1 ? quote(`[Truncated: more than ${MAX_VALUES} values]`) : undefined
  switch (typeof value) {
    case 'string':
      return quoteWithin(value, walk.take(value.length))
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
  const text = partsText(plain, walk)
  walk.leave()
  return text
}

function partsText(plain: object, walk: Walk): string {
  return Array.isArray(plain) ? arrayText(plain, walk) : membersText(plain, walk)
}

function arrayText(items: readonly unknown[], walk: Walk): string {
  let text = '['
  const length = read(items, 'length')
  const end = typeof length === 'number' ? length : 0 // a proxy's trap may throw or lie
  for (let index = 0; index < end && walk.left >= 0; index++) {
    text += `${index === 0 ? '' : ','}${valueText(read(items, index), walk) ?? 'null'}`
  }
  return `${text}]`
}

function membersText(object: object, walk: Walk): string {
  let text = ''
  for (const key of keysOf(object)) {
    const value = walk.secrets.isContainer(key)
      ? containerText(key, read(object, key), walk)
      : valueText(read(object, key), walk)
    if (value !== undefined) text += `${text === '' ? '' : ','}${quoteWithin(key, walk.maxStringLength)}:${value}`
    if (walk.left < 0) break
  }
  return `{${text}}`
}
