/**
 * The loggers that write in the same thread: their keys and levels say how their lines are to be read. A worker is told them once
 * instead. pino names the logger of each line where it is asked to, which costs it a tenth of a microsecond a line: it is asked
 * until every logger is known, and longer only where they differ.
 */
import { get } from 'openpipeline-core/mapping'

import type { PinoConfig } from './record-to-event.ts'

/** While this member of a destination is true, pino names the logger of each line. https://getpino.io/#/docs/api?id=symbols */
export const METADATA = Symbol.for('pino.metadata')

/** What a logger calls the symbols under which it has its keys. Each copy of pino has symbols of its own. */
const DESCRIPTIONS = { messageKey: 'pino.messageKey', errorKey: 'pino.errorKey', nestedKey: 'pino.nestedKey' } as const

/** Loggers of different keys or levels. A program has few; one that makes up levels as it goes must not fill the memory. */
const MAX_CONFIGS = 64

/** Makes something for each configuration of a logger, `Reader`, and finds it again. */
export class Loggers<Reader> {
  readonly #create: (config: PinoConfig) => Reader
  readonly #byConfig = new Map<string, Reader>()
  readonly #seen = new WeakSet<object>()
  #created = 0
  #known = 0
  #last: { readonly levels: unknown; readonly root: object; readonly reader: Reader } | undefined

  constructor(create: (config: PinoConfig) => Reader) {
    this.#create = create
  }

  /** Another logger writes to this destination, and will be seen at its first line. */
  created(): void {
    this.#created++
  }

  /** Whether the logger of the next line must be told: it may be one that is read in another way. */
  get mustBeTold(): boolean {
    return this.#byConfig.size !== 1 || this.#known < this.#created
  }

  /** Children share what was made for their parent, unless they have levels of their own. */
  readerOf(logger: object): Reader {
    const levels = get(logger, 'levels')
    const root = rootOf(logger)
    if (this.#last?.root === root && this.#last.levels === levels) return this.#last.reader
    if (!this.#seen.has(root)) this.#known++
    this.#seen.add(root)
    const reader = this.#readerFor(configOf(root, levels))
    this.#last = { levels, root, reader }
    return reader
  }

  #readerFor(config: PinoConfig): Reader {
    const key = JSON.stringify(config)
    const known = this.#byConfig.get(key)
    if (known !== undefined) return known
    if (this.#byConfig.size >= MAX_CONFIGS) this.#byConfig.clear()
    const reader = this.#create(config)
    this.#byConfig.set(key, reader)
    return reader
  }
}

/** The logger that was made by `pino()`, which has the keys; its children inherit from it. */
function rootOf(logger: object): object {
  for (let owner: object | null = logger; owner !== null; owner = Reflect.getPrototypeOf(owner)) {
    if (symbolOf(owner, DESCRIPTIONS.messageKey) !== undefined) return owner
  }
  return logger
}

function symbolOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((symbol) => symbol.description === description)
}

function configOf(root: object, levels: unknown): PinoConfig {
  const labels = typeof levels === 'object' && levels !== null ? get(levels, 'labels') : undefined
  return {
    ...keyOf(root, 'messageKey'),
    ...keyOf(root, 'errorKey'),
    ...keyOf(root, 'nestedKey'),
    ...(typeof labels === 'object' && labels !== null && { levels: { labels: { ...labels } } }),
  }
}

function keyOf(root: object, name: keyof typeof DESCRIPTIONS): PinoConfig {
  const symbol = symbolOf(root, DESCRIPTIONS[name])
  const key = symbol && get(root, symbol)
  return typeof key === 'string' && key !== '' ? { [name]: key } : {}
}
