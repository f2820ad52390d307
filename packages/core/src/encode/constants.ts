/** What every event has: constant attributes, and what the surroundings say of the process where a record does not say it itself. */
import type { Attributes } from '../event.ts'
import { MAX_ENRICHED } from '../limits.ts'
import type { Name, Names } from './names.ts'
import { memberText, Walk } from './value.ts'

const MAX_COMBINATIONS = 64

interface Constant {
  readonly name: Name
  readonly text: string
}

interface Enriched extends Constant {
  /** A power of two; `MAX_ENRICHED` is within what a double counts exactly. */
  readonly bit: number
}

export class Constants {
  /** Those of an event that brings none of its own. */
  readonly #text: string
  readonly #fixed: readonly Constant[]
  readonly #enriched: readonly Enriched[]
  /** By the bits of what is left out. */
  readonly #enrichedTexts = new Map<number, string>()
  readonly #closings = new Map<number, Uint8Array>()

  /**
   * @param attributes an event's own attribute of the same name wins, a record's field does not
   * @param enriched of these, also a record's field does
   */
  constructor(attributes: Attributes, enriched: Attributes, names: Names) {
    this.#fixed = named(attributes, names)
    this.#text = this.#fixed.map(({ text }) => text).join('')
    const free = named(enriched, names).filter(({ name }) => !Object.hasOwn(attributes, name.full))
    this.#enriched = free.slice(0, MAX_ENRICHED).map((constant, index) => ({ ...constant, bit: 2 ** index }))
  }

  /** What to add up for `closing` where an event contains this one; 0 for any other name. */
  bitOf(name: string): number {
    return this.#enriched.find((constant) => constant.name.full === name)?.bit ?? 0
  }

  /** All at once, unless the event brought its own value for one of them. Their names are taken from now on. */
  ofEvent(event: number): string {
    let isOverridden = false
    let others = ''
    for (const { name, text } of this.#fixed) {
      if (name.usedBy === event) isOverridden = true
      else others += text
      name.usedBy = event
    }
    return isOverridden ? others : this.#text
  }

  enrichedOfEvent(event: number): string {
    let brought = 0
    for (const { bit, name } of this.#enriched) if (name.usedBy === event) brought += bit
    return this.#enrichedWithout(brought)
  }

  /** All of them and the closing brace, in bytes, for an event that brings these alone. */
  closing(brought: number): Uint8Array {
    let closing = this.#closings.get(brought)
    if (closing === undefined) {
      closing = Buffer.from(`${this.#text}${this.#enrichedWithout(brought)}}`)
      if (this.#closings.size < MAX_COMBINATIONS) this.#closings.set(brought, closing)
    }
    return closing
  }

  /** The records of a program bring the same few of them, so each combination is joined once. */
  #enrichedWithout(brought: number): string {
    const known = this.#enrichedTexts.get(brought)
    if (known !== undefined) return known
    const others = this.#enriched.filter(({ bit }) => Math.floor(brought / bit) % 2 === 0)
    const text = others.map((constant) => constant.text).join('')
    if (this.#enrichedTexts.size < MAX_COMBINATIONS) this.#enrichedTexts.set(brought, text)
    return text
  }
}

function named(attributes: Attributes, names: Names): Constant[] {
  const walk = new Walk(Infinity)
  return Object.entries(attributes).map(([key, value]) => {
    const name = names.of(key)
    return { name, text: memberText(name, value, walk) }
  })
}
