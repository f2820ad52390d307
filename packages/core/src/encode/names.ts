/** Attribute names, each known once: its JSON text, the names nested below it, and whether the event at hand has it already. */
import { quote } from './quote.ts'
import type { Guard } from './secrets.ts'
import { Secrets } from './secrets.ts'

/** Names beyond this are most likely data that was used as keys (ids, addresses); the table then starts anew. */
const MAX_NAMES = 10_000

export class Name {
  readonly full: string
  /** `,"full.name":`, in front of a value. */
  readonly member: string
  /** `,"full.name":"`, in front of a text. */
  readonly memberOfText: string
  /** What must not be sent of a value under this name. */
  readonly guard: Guard | undefined
  /** Number of the event that used it last. */
  usedBy = 0
  #below: Map<string, Name> | undefined
  readonly #names: Names

  constructor(full: string, names: Names) {
    this.full = full
    this.member = `,${quote(full)}:`
    this.memberOfText = `${this.member}"`
    this.guard = names.secrets.guardOf(full)
    this.#names = names
  }

  /** The name of the key inside the object of this name, `full.key`. */
  below(key: string): Name {
    this.#below ??= new Map()
    let name = this.#below.get(key)
    if (name === undefined) {
      name = this.#names.of(`${this.full}.${key}`)
      this.#below.set(key, name)
    }
    return name
  }
}

export class Names {
  readonly secrets: Secrets
  #byFull = new Map<string, Name>()

  constructor(secrets = new Secrets()) {
    this.secrets = secrets
  }

  of(full: string): Name {
    let name = this.#byFull.get(full)
    if (name === undefined) {
      name = new Name(full, this)
      this.#byFull.set(full, name)
    }
    return name
  }

  /** Between two events only: within one, a name must stay the same object. */
  forgetIfMany(): boolean {
    if (this.#byFull.size < MAX_NAMES) return false
    this.#byFull = new Map()
    return true
  }
}
