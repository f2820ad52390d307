/** Reads options one by one: a guard for each kind of value, and a refusal of every key nobody asked for. */
import { redact } from '../diagnostics.ts'
import { OpenPipelineError } from '../errors.ts'
import { closest } from './closest.ts'
import { hintFor } from './misplaced.ts'

interface IntegerBounds {
  readonly min: number
  readonly max: number
  readonly fallback: number
}

/** Collects what is wrong, so that one message names every mistake. */
export class Problems {
  readonly #list: string[] = []

  add(problem: string): void {
    this.#list.push(problem)
  }

  /** @throws OpenPipelineError `INVALID_OPTIONS` when anything was added. */
  throwIfAny(owner: string): void {
    if (this.#list.length === 0) return
    const text = this.#list.length === 1 ? this.#list[0] : this.#list.map((line) => `\n  - ${line}`).join('')
    // a token may stand where another option was meant
    throw new OpenPipelineError('INVALID_OPTIONS', redact(`${owner}: ${text}`))
  }
}

/** Every key that is read is a known key; `refuseOthers` then names those that are left. */
export class OptionReader {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #known = new Set<string>()
  readonly #unnamed = new Set<string>()
  readonly #path: string
  readonly problems: Problems

  constructor(values: unknown, path: string, problems: Problems) {
    this.problems = problems
    this.#path = path
    this.#values = isRecord(values) ? values : {}
    if (values !== undefined && !isRecord(values)) problems.add(expected(path || 'options', 'an object', values))
  }

  /** The value as it was given; `undefined` and `null` both mean absent. */
  raw(key: string): unknown {
    this.#known.add(key)
    return (Object.hasOwn(this.#values, key) ? this.#values[key] : undefined) ?? undefined
  }

  group(key: string): OptionReader {
    return new OptionReader(this.raw(key), this.name(key), this.problems)
  }

  integer(key: string, { min, max, fallback }: IntegerBounds): number {
    const value = this.raw(key)
    if (value === undefined) return fallback
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    this.refuse(key, `an integer from ${min} to ${max}`, value)
    return fallback
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = this.raw(key)
    if (value === undefined) return fallback
    const found = choices.find((choice) => choice === value)
    if (found === undefined) this.refuse(key, choices.map((choice) => `'${choice}'`).join(' or '), value)
    return found ?? fallback
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.raw(key)
    if (value === undefined) return fallback
    if (typeof value !== 'boolean') this.refuse(key, 'true or false', value)
    return value === true
  }

  string(key: string): string | undefined {
    const value = this.raw(key)
    if (value === undefined) return undefined
    if (typeof value === 'string' && value !== '') return value
    this.refuse(key, 'a non-empty string', value)
    return undefined
  }

  refuse(key: string, expectation: string, value: unknown): void {
    this.problems.add(expected(this.name(key), expectation, value))
  }

  /** Tolerates these keys without reading them. */
  allow(keys: Iterable<string>): void {
    for (const key of keys) this.#known.add(key)
  }

  /** The same for keys that programs add, not people: they are not among those that a message names. */
  allowUnnamed(keys: Iterable<string>): void {
    for (const key of keys) this.#unnamed.add(key)
  }

  refuseOthers(): void {
    for (const key of Object.keys(this.#values)) {
      if (this.#known.has(key) || this.#unnamed.has(key) || this.#values[key] === undefined) continue
      this.problems.add(`${this.name(key)} is not an option; ${hintFor(this.name(key)) ?? this.#nearest(key)}`)
    }
  }

  #nearest(key: string): string {
    const near = closest(key, this.#known)
    return near === undefined ? `known are ${[...this.#known].join(', ')}` : `did you mean ${this.name(near)}?`
  }

  name(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function expected(name: string, expectation: string, value: unknown): string {
  return `${name} must be ${expectation}, got ${show(value)}`
}

/** The value and its type, short enough for a message. */
function show(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'function') return 'a function'
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
  return `${text} (${typeof value})`
}
