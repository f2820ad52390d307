/** The filter's text as a test of an entry's JSON: words, "phrases", `key:value` with `*` or `>`, and `-` before any to exclude. */
import { textOf } from './format.ts'
import { isAttributes, parseAttributes } from './parse.ts'

export type Query = (json: string) => boolean

/** A word must stand somewhere in the JSON, a `key:value` must hold; all of them, whatever their case. */
export function parseQuery(text: string): Query {
  const terms = [...text.matchAll(TERM)].map(([, minus, key, value = '']) => {
    const test = key === undefined ? hasText(unquoted(value)) : hasValue(key, value)
    return minus === '-' ? (json: string) => !test(json) : test
  })
  return (json) => terms.every((test) => test(json))
}

/** The term that finds entries with exactly this value. */
export function termFor(key: string, value: unknown): string {
  const text = textOf(value)
  const isPlain = /^[^\s"*<>-][^\s"*]*$/.test(text)
  return `${key}:${isPlain ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`
}

/** Minus, key, value. A key starts with a letter; `http://…`, `TypeError: …` and `12:30` are text. */
const TERM = /(?:^|\s)(-?)(?:([A-Za-z_@][\w.@/-]*):(?!\/\/)(?=\S))?((?:"(?:[^"\\]|\\.)*"?|[^\s"]+)+)/g

function unquoted(value: string): string {
  return value.startsWith('"') ? value.replace(/^"([^]*?)"?$/, '$1').replaceAll(/\\(.)/g, '$1') : value
}

function hasText(text: string): Query {
  // Searched in JSON, so written as JSON writes it.
  const pattern = new RegExp(escaped(JSON.stringify(text).slice(1, -1)), 'i')
  return (json) => pattern.test(json)
}

function hasValue(key: string, wanted: string): Query {
  const test = valueTest(wanted)
  // Parsing is what costs: only where the key, or the first part of a path, is somewhere in the text.
  const traces = [key, key.split('.')[0] ?? key].map((name) => `${JSON.stringify(name)}:`)
  return (json) => traces.some((trace) => json.includes(trace)) && valuesOf(parseAttributes(json), key).some(test)
}

/** In quotes the value is meant as it stands. */
function valueTest(wanted: string): (value: unknown) => boolean {
  const literal = unquoted(wanted)
  if (literal !== wanted) return (value) => textOf(value).toLowerCase() === literal.toLowerCase()
  const [, operator, number] = /^(<=|>=|<|>)(-?[\d.]+)$/.exec(wanted) ?? []
  if (operator !== undefined) return (value) => compare(operator, Number(value), Number(number))
  const pattern = new RegExp(`^${wanted.split('*').map(escaped).join('[^]*')}$`, 'i')
  return (value) => pattern.test(textOf(value))
}

function compare(operator: string, value: number, limit: number): boolean {
  if (operator === '<') return value < limit
  if (operator === '<=') return value <= limit
  return operator === '>' ? value > limit : value >= limit
}

/** The value under this name, or where the names between the dots lead; each item of a list. */
function valuesOf(attributes: object, key: string): readonly unknown[] {
  const own = Object.entries(attributes).find(([name]) => name === key)?.[1] ?? follow(attributes, key.split('.'))
  if (own === undefined) return []
  return Array.isArray(own) ? [own, ...own] : [own]
}

function follow(start: unknown, names: readonly string[]): unknown {
  let value = start
  for (const name of names) value = isAttributes(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
