/** Event → JSON text, once: the event's own attributes, the constant ones, then a record's other fields under names that are still free. */
import type { AttributeValue } from '../event.ts'
import { plainForm } from './forms.ts'
import type { Name } from './names.ts'
import { Names } from './names.ts'
import { quote } from './quote.ts'
import { keysOf, read, thrown } from './read.ts'
import { valueText, Walk } from './value.ts'

export interface EncoderSettings {
  /** Attributes of every event. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** Objects become dotted attributes; otherwise they stay objects. */
  readonly flatten: boolean
  /** Longest string that is worth looking at: a longer one could never be sent. */
  readonly maxStringLength: number
}

interface Constant {
  readonly name: Name
  readonly text: string
}

/** An object that is to be flattened: what is walked, and what it stands for. */
interface Nested {
  readonly name: Name
  readonly plain: object
  readonly identity: object
}

const NOTHING_EXCEPTED: ReadonlySet<string> = new Set()

export class Encoder {
  readonly #settings: EncoderSettings
  readonly #nextId: () => string
  readonly #names = new Names()
  #constants: readonly Constant[] = []
  #constantsText = ''
  /** Number of the event at hand; a name that carries it is taken. */
  #event = 0
  #isBusy = false
  #walk: Walk
  /** Objects wait until every top-level name is known, because those come first. */
  #nested: Nested[] = []

  constructor(settings: EncoderSettings, nextId: () => string) {
    this.#settings = settings
    this.#nextId = nextId
    this.#walk = new Walk(settings.maxStringLength)
    this.#nameConstants()
  }

  /**
   * @param event attributes that keep their names; they win over the constant ones
   * @param fields a logger's record: a field whose name is taken becomes `log.<name>`
   * @param except fields of it that are in the event already
   */
  encode(event: object, fields?: object, except: ReadonlySet<string> = NOTHING_EXCEPTED): string {
    // A getter of the record's may log: the inner record must not disturb the outer one.
    if (this.#isBusy) return new Encoder(this.#settings, this.#nextId).encode(event, fields, except)
    this.#isBusy = true
    try {
      return this.#encode(event, fields, except)
    } catch (error) {
      return `{"event.id":${quote(this.#nextId())},"content":${quote(`a record could not be encoded: ${thrown(error)}`)}}`
    } finally {
      this.#isBusy = false
    }
  }

  #encode(event: object, fields: object | undefined, except: ReadonlySet<string>): string {
    this.#event++
    if (this.#names.forgetIfMany()) this.#nameConstants()
    this.#walk = new Walk(this.#settings.maxStringLength)
    this.#nested = []
    let text = `{"event.id":${this.#idText(event)}`
    for (const key of keysOf(event)) {
      if (this.#walk.left < 0) break
      if (key !== 'event.id') text += this.#own(this.#names.of(key), read(event, key))
    }
    text += this.#constantsOfEvent()
    if (fields !== undefined) text += this.#fields(fields, except)
    for (const { name, plain, identity } of this.#nested) text += this.#flatten(name, plain, identity)
    return `${text}}`
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

  /** All constants at once, unless the event brought its own value for one of them. */
  #constantsOfEvent(): string {
    let isOverridden = false
    let others = ''
    for (const { name, text } of this.#constants) {
      if (name.usedBy === this.#event) isOverridden = true
      else others += text
      name.usedBy = this.#event
    }
    return isOverridden ? others : this.#constantsText
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
    if (typeof value !== 'object' || value === null || !this.#settings.flatten) return member(name, value, this.#walk)
    const plain = plainForm(value)
    if (!isObject(plain)) return member(name, plain, this.#walk)
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
    if (typeof value !== 'object' || value === null) return this.#leaf(name, value)
    const plain = plainForm(value)
    return isObject(plain) ? this.#flatten(name, plain, value) : this.#leaf(name, plain)
  }

  #leaf(name: Name, value: unknown): string {
    const free = this.#free(name)
    const text = member(free, value, this.#walk)
    if (text !== '') free.usedBy = this.#event
    return text
  }

  /** This name, or `log.<name>` where the event has it already. */
  #free(name: Name): Name {
    let free = name
    while (free.usedBy === this.#event) free = this.#names.of(`log.${free.full}`)
    return free
  }

  #nameConstants(): void {
    const walk = new Walk(this.#settings.maxStringLength)
    this.#constants = Object.entries(this.#settings.attributes).map(([key, value]) => {
      const name = this.#names.of(key)
      return { name, text: member(name, value, walk) }
    })
    this.#constantsText = this.#constants.map(({ text }) => text).join('')
  }
}

/** `,"name":value`, or nothing for a value that JSON leaves out. */
function member(name: Name, value: unknown, walk: Walk): string {
  const text = valueText(value, walk)
  return text === undefined ? '' : `,${name.text}${text}`
}

/** Has members that can become dotted attributes. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
