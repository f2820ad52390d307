/** What every event has: constant attributes, and what the surroundings say of the process where a record does not say it itself. */
import type { Attributes } from '../event.ts'
import { MAX_ENRICHED } from '../limits.ts'
import type { Name, Names } from './names.ts'
import { memberText, Walk } from './value.ts'

/** What a logger's own fields are mapped to. */
const MAPPED_NAMES: ReadonlySet<string> = new Set(['process.pid', 'host.name'])

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
  readonly text: string
  readonly #fixed: readonly Constant[]
  readonly #enriched: readonly Enriched[]
  /** By the bits of what is left out. */
  readonly #enrichedTexts = new Map<number, string>()

  /**
   * @param attributes an event's own attribute of the same name wins, a record's field does not
   * @param enriched of these, also a record's field does
   */
  constructor(attributes: Attributes, enriched: Attributes, names: Names) {
    this.#fixed = named(attributes, names)
    this.text = this.#fixed.map(({ text }) => text).join('')
    const free = named(enriched, names).filter(({ name }) => !Object.hasOwn(attributes, name.full))
    this.#enriched = free.slice(0, MAX_ENRICHED).map((constant, index) => ({ ...constant, bit: 2 ** index }))
  }

  /** What to add up for `enrichedWithout` where an event contains this one; 0 for any other name. */
  bitOf(name: string): number {
    return this.#enriched.find((constant) => constant.name.full === name)?.bit ?? 0
  }

  /** The same for members that are text already. Every other name that stands here must not be among them. */
  broughtIn(members: string): number {
    let brought = 0
    for (const { bit, name } of this.#enriched)
      if (MAPPED_NAMES.has(name.full) && members.includes(name.member)) brought += bit
    return brought
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
    return isOverridden ? others : this.text
  }

  enrichedOfEvent(event: number): string {
    let brought = 0
    for (const { bit, name } of this.#enriched) if (name.usedBy === event) brought += bit
    return this.enrichedWithout(brought)
  }

  /** The records of a program bring the same few of them, so each combination is joined once. */
  enrichedWithout(brought: number): string {
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
