/** Event → JSON text, once: the event's own attributes, the constant ones, then a record's other fields under names that are still free. */
import type { Attributes } from '../event.ts'
import { Constants } from './constants.ts'
import { hasMembers, plainForm } from './forms.ts'
import type { Name } from './names.ts'
import { Names } from './names.ts'
import { quote } from './quote.ts'
import { keysOf, read, thrown } from './read.ts'
import { Secrets } from './secrets.ts'
import { memberText, valueText, Walk } from './value.ts'

export interface EncoderSettings {
  /** Attributes of every event. */
  readonly attributes: Attributes
  /** Attributes of every event that does not bring them itself, by whichever way. */
  readonly enriched?: Attributes
  /** Objects become dotted attributes; otherwise they stay objects. */
  readonly flatten: boolean
  readonly secrets?: Secrets
  /** Longest string that is worth looking at: a longer one could never be sent. */
  readonly maxStringLength: number
}

/** An object that is to be flattened: what is walked, and what it stands for. */
interface Nested {
  readonly name: Name
  readonly plain: object
  readonly identity: object
}

const NOTHING_EXCEPTED: ReadonlySet<string> = new Set()

export class Encoder {
  readonly secrets: Secrets
  readonly #settings: EncoderSettings
  readonly #nextId: () => string
  readonly #names: Names
  #attributes: Attributes
  #enrichment: Attributes
  #version = 0
  #constants: Constants
  /** Number of the event at hand; a name that carries it is taken. */
  #event = 0
  #isBusy = false
  readonly #walk: Walk
  /** Objects wait until every top-level name is known, because those come first. */
  readonly #nested: Nested[] = []

  constructor(settings: EncoderSettings, nextId: () => string) {
    this.#settings = settings
    this.#nextId = nextId
    this.#attributes = settings.attributes
    this.#enrichment = settings.enriched ?? {}
    this.secrets = settings.secrets ?? new Secrets()
    this.#names = new Names(this.secrets)
    this.#walk = new Walk(settings.maxStringLength, this.secrets)
    this.#constants = this.#nameConstants()
  }

  /** Changes with the constant attributes. */
  get version(): number {
    return this.#version
  }

  /** Other constant attributes from the next event on. */
  setAttributes(attributes: Attributes, enriched: Attributes = {}): void {
    this.#attributes = attributes
    this.#enrichment = enriched
    this.#version++
    this.#constants = this.#nameConstants()
  }

  /** Whether every event has this attribute already. */
  isConstant(name: string): boolean {
    return this.isFixed(name) || Object.hasOwn(this.#enrichment, name)
  }

  /** Whether a record's field of this name is kept as `log.<name>`. */
  isFixed(name: string): boolean {
    return name === 'event.id' || Object.hasOwn(this.#attributes, name)
  }

  /** What to add up for `closing` where an event brings this attribute of the surroundings; 0 for any other. */
  bitOf(name: string): number {
    return this.#constants.bitOf(name)
  }

  /** What stands behind the members of a `SplicedEvent` that brings these. */
  closing(brought: number): Uint8Array {
    return this.#constants.closing(brought)
  }

  /**
   * @param event attributes that keep their names; they win over the constant ones
   * @param fields a logger's record: a field whose name is taken becomes `log.<name>`
   * @param except fields of it that are in the event already
   */
  encode(event: object, fields?: object, except: ReadonlySet<string> = NOTHING_EXCEPTED): string {
    // A getter of the record's may log: the inner record must not disturb the outer one.
    if (this.#isBusy) return this.#copy().encode(event, fields, except)
    this.#isBusy = true
    try {
      return this.#encode(event, fields, except)
    } catch (error) {
      return `{"event.id":${quote(this.#nextId())},"content":${quote(`a record could not be encoded: ${thrown(error)}`)}}`
    } finally {
      this.#isBusy = false
    }
  }

  #copy(): Encoder {
    return new Encoder({ ...this.#settings, attributes: this.#attributes, enriched: this.#enrichment }, this.#nextId)
  }

  #encode(event: object, fields: object | undefined, except: ReadonlySet<string>): string {
    this.#event++
    if (this.#names.forgetIfMany()) this.#constants = this.#nameConstants()
    this.#walk.restart()
    this.#nested.length = 0
    let text = `{"event.id":${this.#idText(event)}`
    for (const key of keysOf(event)) {
      if (this.#walk.left < 0) break
      if (key !== 'event.id') text += this.#own(this.#names.of(key), read(event, key))
    }
    text += this.#constants.ofEvent(this.#event)
    if (fields !== undefined) text += this.#fields(fields, except)
    for (const { name, plain, identity } of this.#nested) text += this.#flatten(name, plain, identity)
    return `${text}${this.#constants.enrichedOfEvent(this.#event)}}`
  }

  #idText(event: object): string {
    this.#names.of('event.id').usedBy = this.#event
    const own = Object.hasOwn(event, 'event.id') ? valueText(read(event, 'event.id'), this.#walk) : undefined
    return own ?? quote(this.#nextId())
  }

  #own(name: Name, value: unknown): string {
    const text = this.#member(name, value)
    if (text !== '') name.usedBy = this.#event
    return text
  }

  #fields(fields: object, except: ReadonlySet<string>): string {
    let text = ''
    for (const key of keysOf(fields)) {
      if (this.#walk.left < 0) break
      if (!except.has(key)) text += this.#own(this.#free(this.#names.of(key)), read(fields, key))
    }
    return text
  }

  /** A member under this name; an object that is to be flattened waits instead. */
  #member(name: Name, value: unknown): string {
    if (typeof value !== 'object' || value === null || !this.#settings.flatten || name.guard === 'secret')
      return memberText(name, value, this.#walk)
    const plain = plainForm(value)
    if (!hasMembers(plain)) return memberText(name, plain, this.#walk)
    this.#nested.push({ name, plain, identity: value })
    return ''
  }

  #flatten(name: Name, plain: object, identity: object): string {
    const refusal = this.#walk.enter(identity)
    if (refusal !== undefined) return this.#leaf(name, refusal)
    let text = ''
    const keys = keysOf(plain)
    if (keys.length === 0) text = this.#leaf(name, {})
    for (const key of keys) {
      if (this.#walk.left < 0) break
      text += this.#below(name.below(key), read(plain, key))
    }
    this.#walk.leave()
    return text
  }

  #below(name: Name, value: unknown): string {
    if (typeof value !== 'object' || value === null || name.guard === 'secret') return this.#leaf(name, value)
    const plain = plainForm(value)
    return hasMembers(plain) ? this.#flatten(name, plain, value) : this.#leaf(name, plain)
  }

  #leaf(name: Name, value: unknown): string {
    const free = this.#free(name)
    const text = memberText(free, value, this.#walk)
    if (text !== '') free.usedBy = this.#event
    return text
  }

  /** This name, or `log.<name>` where the event has it already. */
  #free(name: Name): Name {
    let free = name
    while (free.usedBy === this.#event) free = this.#names.of(`log.${free.full}`)
    return free
  }

  #nameConstants(): Constants {
    return new Constants(this.#attributes, this.#enrichment, this.#names)
  }
}
