import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Encoder } from '../../../packages/core/src/encode/encoder.ts'
import type { EncoderSettings } from '../../../packages/core/src/encode/encoder.ts'
import { MAX_VALUES } from '../../../packages/core/src/limits.ts'
import { anyRecord } from '../arbitraries.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

function encoderOf(settings: Partial<EncoderSettings> = {}): Encoder {
  let count = 0
  return new Encoder({ attributes: {}, flatten: true, maxStringLength: 1e6, ...settings }, () => `id-${++count}`)
}

type Encode = (event: object, fields?: object, except?: ReadonlySet<string>) => Record<string, unknown>

/** Encodes and parses; a name that stands twice in the text fails the test, since a reader would lose one of the values. */
function encodeWith(settings: Partial<EncoderSettings> = {}): Encode {
  const encoder = encoderOf(settings)
  return (event, fields, except) => {
    const text = encoder.encode(event, fields, except)
    const parsed = Object(JSON.parse(text)) as Record<string, unknown>
    expect(countNames(text), 'names in the text').toBe(Object.keys(parsed).length)
    return parsed
  }
}

/** Names at top level, each time they stand there. */
function countNames(text: string): number {
  let [depth, count, isString] = [0, 0, false]
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]
    if (isString) {
      if (unit === '\\') index++
      else if (unit === '"') isString = false
    } else if (unit === '"') isString = true
    else if (unit === '{' || unit === '[') depth++
    else if (unit === '}' || unit === ']') depth--
    else if (unit === ':' && depth === 1) count++
  }
  return count
}

/** The rule in its plainest form: a list of names and values, to which each is added under the first name that is free. */
class Rule {
  readonly #attributes = new Map<string, unknown>()
  readonly #objects: [string, object][] = []

  add(name: string, value: unknown, hasToBeFree: boolean): void {
    if (isObject(value)) this.#objects.push([hasToBeFree ? this.#free(name) : name, value])
    else this.#attributes.set(hasToBeFree ? this.#free(name) : name, value)
  }

  has(name: string): boolean {
    return this.#attributes.has(name)
  }

  /** Objects come after everything that has no level below it. */
  end(): Record<string, unknown> {
    for (const [name, object] of this.#objects) this.#flatten(name, object)
    return Object.fromEntries(this.#attributes)
  }

  #flatten(name: string, object: object): void {
    const entries = Object.entries(object)
    if (entries.length === 0) this.#attributes.set(this.#free(name), {})
    for (const [key, value] of entries) {
      if (isObject(value)) this.#flatten(`${name}.${key}`, value)
      else this.#attributes.set(this.#free(`${name}.${key}`), value)
    }
  }

  #free(name: string): string {
    return this.#attributes.has(name) ? this.#free(`log.${name}`) : name
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function expected(
  event: object,
  fields: object,
  constants: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const rule = new Rule()
  rule.add('event.id', Object.hasOwn(event, 'event.id') ? Reflect.get(event, 'event.id') : 'id-1', false)
  for (const [key, value] of Object.entries(event)) if (key !== 'event.id') rule.add(key, value, false)
  for (const [key, value] of Object.entries(constants)) if (!rule.has(key)) rule.add(key, value, false)
  for (const [key, value] of Object.entries(fields)) rule.add(key, value, true)
  return rule.end()
}

/** How many values a reader finds in it; an empty object counts as one. */
function countLeaves(value: unknown): number {
  if (!isObject(value) || Object.keys(value).length === 0) return 1
  return Object.values(value).reduce((sum: number, inner) => sum + countLeaves(inner), 0)
}

const constants = { 'event.type': 'log', 'event.provider': 'test', 'a.b': 'constant', constructor: 'ours' }

describe('a record', () => {
  it('has every value flattened by the rule, none lost and none overwritten', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const encoded = encodeWith({ attributes: constants })({ content: 'c' }, record)
        expect(encoded).toEqual(expected({ content: 'c' }, record, constants))
        const own = Object.keys(constants).length + 2
        expect(Object.keys(encoded)).toHaveLength(own + (Object.keys(record).length === 0 ? 0 : countLeaves(record)))
      }),
      { numRuns: 500 },
    )
  })

  it('never changes what we set', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const encoded = encodeWith({ attributes: constants })({ content: 'c', timestamp: 1 }, record)
        expect(encoded).toMatchObject({ content: 'c', timestamp: 1, 'event.id': 'id-1', ...constants })
      }),
    )
  })

  it('keeps a field whose name is taken as log.<name>, and again so where that is taken, too', () => {
    const encode = encodeWith({ attributes: { 'event.type': 'log' } })
    const fields = { content: 1, 'log.content': 2, 'event.type': 3, event: { id: 4, type: 5 } }
    expect(encode({ content: 'c' }, fields)).toEqual({
      'event.id': 'id-1',
      content: 'c',
      'event.type': 'log',
      'log.content': 1,
      'log.log.content': 2,
      'log.event.type': 3,
      'log.event.id': 4,
      'log.log.event.type': 5,
    })
  })

  it('keeps apart what meets only after flattening', () => {
    const encoded = encodeWith()({}, { a: { b: 1, 'b.c': 2, b2: {} }, 'a.b': 3, 'a.b.c': 4 })
    expect(encoded).toEqual({ 'event.id': 'id-1', 'a.b': 3, 'a.b.c': 4, 'log.a.b': 1, 'log.a.b.c': 2, 'a.b2': {} })
  })

  it('keeps apart what meets only below', () => {
    const encoded = encodeWith()({}, { x: { 'a.b': 1, a: { b: 2 }, 'a.b.': 3 } })
    expect(encoded).toEqual({ 'event.id': 'id-1', 'x.a.b': 1, 'log.x.a.b': 2, 'x.a.b.': 3 })
  })

  it('gives no name away for a value that is left out', () => {
    expect(encodeWith()({ a: undefined }, { a: 1, x: { 'b.c': undefined, b: { c: 2 } } })).toEqual({
      'event.id': 'id-1',
      a: 1,
      'x.b.c': 2,
    })
  })

  it('is without the fields that the event contains in another form', () => {
    const encode = encodeWith()
    expect(encode({ content: 'm' }, { msg: 'm', level: 30, a: 1 }, new Set(['msg', 'level']))).toEqual({
      'event.id': 'id-1',
      content: 'm',
      a: 1,
    })
  })

  it('keeps arrays as arrays, with objects in them', () => {
    expect(encodeWith()({}, { list: [{ a: { b: 1 } }, [2]] })).toMatchObject({ list: [{ a: { b: 1 } }, [2]] })
  })

  it('has the fields of an error, a map and an object with toJSON flattened like any other', () => {
    const error = Object.assign(new TypeError('bad', { cause: new Error('worse') }), { code: 7 })
    const told = { toJSON: () => new Map([['c', 3]]) }
    expect(encodeWith()({}, { error, map: new Map([['a', { b: 2 }]]), told })).toMatchObject({
      'error.type': 'TypeError',
      'error.message': 'bad',
      'error.code': 7,
      'error.cause.message': 'worse',
      'map.a.b': 2,
      'told.c': 3,
    })
  })

  it.each(['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'])('may have a key %s', (key) => {
    const fields: object = Object.fromEntries([
      [key, 'top'],
      ['nested', Object.fromEntries([[key, 'below']])],
    ])
    const encoded = encodeWith()({}, fields)
    expect(Object.getOwnPropertyDescriptor(encoded, key)?.value).toBe('top')
    expect(encoded[`nested.${key}`]).toBe('below')
    expect(Object.keys(encoded)).toHaveLength(3)
  })
})

describe('the constant attributes', () => {
  it('are in every event, behind its own', () => {
    const encode = encodeWith({ attributes: { 'service.name': 'shop', ports: [1, 2] } })
    for (const id of ['id-1', 'id-2']) {
      expect(encode({ content: 'c' })).toEqual({ 'event.id': id, content: 'c', 'service.name': 'shop', ports: [1, 2] })
    }
  })

  it('give way to an attribute of the event, that time only', () => {
    const encode = encodeWith({ attributes: { 'event.type': 'log', stage: 'prod' } })
    expect(encode({ 'event.type': 'bizevent' })).toEqual({ 'event.id': 'id-1', 'event.type': 'bizevent', stage: 'prod' }) // prettier-ignore
    expect(encode({})).toEqual({ 'event.id': 'id-2', 'event.type': 'log', stage: 'prod' })
  })

  it('stay right when the names table is begun anew', () => {
    const encode = encodeWith({ attributes: { 'service.name': 'shop' } })
    for (let index = 0; index < 25; index++) {
      const fields = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`k${index}_${n}`, n]))
      const encoded = encode({}, { ...fields, 'service.name': index })
      expect(encoded).toMatchObject({ 'service.name': 'shop', 'log.service.name': index })
      expect(Object.keys(encoded)).toHaveLength(903)
    }
  })
})

describe('the id', () => {
  it('is the next one, or the one that the event brings', () => {
    const encode = encodeWith()
    expect(encode({})).toEqual({ 'event.id': 'id-1' })
    expect(encode({ 'event.id': 'mine' })).toEqual({ 'event.id': 'mine' })
    expect(encode({ 'event.id': undefined })).toEqual({ 'event.id': 'id-2' })
    expect(encode(Object.create({ 'event.id': 'inherited' }) as object)).toEqual({ 'event.id': 'id-3' })
  })
})

describe("with nested: 'keep'", () => {
  it('objects stay objects, and only names at top level can clash', () => {
    const encode = encodeWith({ flatten: false, attributes: { 'a.b': 'constant', a: 'taken' } })
    expect(encode({ content: 'c' }, { a: { b: { c: 1 } }, empty: {} })).toEqual({
      'event.id': 'id-1',
      content: 'c',
      'a.b': 'constant',
      a: 'taken',
      'log.a': { b: { c: 1 } },
      empty: {},
    })
  })

  it('every record is what it was, apart from names that clash', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const encoded = encodeWith({ flatten: false })({}, record)
        const values = Object.entries(record).map(([key, value]) => [key === 'event.id' ? 'log.event.id' : key, value])
        fc.pre(!('event.id' in record && 'log.event.id' in record))
        expect(encoded).toEqual({ 'event.id': 'id-1', ...Object.fromEntries(values) })
      }),
    )
  })
})

function fail(): never {
  throw new Error('no')
}

function circular(): object {
  const object: Record<string, unknown> = {}
  return Object.assign(object, { self: object, list: [object], map: new Map([['again', object]]) })
}

function deep(levels: number): object {
  let object: object = { end: true }
  for (let level = 0; level < levels; level++) object = { inner: object }
  return object
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const hostile: [string, () => unknown][] = [
  ['a BigInt', () => 1n],
  ['something circular', circular],
  ['a throwing getter', () => Object.defineProperty({}, 'bad', { get: fail, enumerable: true })],
  ['a throwing toJSON', () => ({ toJSON: fail })],
  ['NaN', () => Number.NaN],
  ['an invalid date', () => new Date(Number.NaN)],
  ['two million characters', () => 'x'.repeat(2_000_000)],
  ['an error with a cause', () => new Error('a', { cause: new Error('b') })],
  ['an AggregateError', () => new AggregateError([new Error('a')], 'b')],
  ['a symbol', () => Symbol('s')],
  ['a function', () => fail],
  ['a map', () => new Map<unknown, unknown>([[{}, 1]])],
  ['a set', () => new Set([1])],
  ['a buffer', () => Buffer.from('x')],
  ['a lone surrogate', () => '\ud800'],
  ['a __proto__ key', () => JSON.parse('{"__proto__":{"polluted":1}}') as unknown],
  ['ten thousand levels', () => deep(10_000)],
  ['something frozen', () => Object.freeze({ a: Object.freeze([1]) })],
  ['an object without prototype', () => Object.assign(Object.create(null), { a: 1 })],
  ['a revoked proxy', revoked],
  ['a proxy that throws at everything', () => new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail })], // prettier-ignore
  ['a toJSON that gives a revoked proxy', () => ({ toJSON: revoked })],
  ['a toJSON that gives itself', () => ({ toJSON(): unknown { return this } })], // prettier-ignore
  ['a throwing Symbol.toPrimitive', () => ({ [Symbol.toPrimitive]: fail, toString: fail })],
  ['a url and a regular expression', () => [new URL('https://a.example/'), /x/]],
]

describe.each([
  ['flatten', true],
  ['keep', false],
] as const)('with nested: %s, what no JSON can hold', (_, flatten) => {
  it.each(hostile)('costs nothing else, wherever it stands: %s', (__, create) => {
    const encode = encodeWith({ flatten, attributes: { 'event.type': 'log' } })
    const others = { content: 'c', 'event.type': 'log' }
    expect(encode({ content: 'c', value: create() }, { other: 1 })).toMatchObject({ ...others, other: 1 })
    expect(encode({ content: 'c' }, { value: create(), other: 1 })).toMatchObject({ ...others, other: 1 })
    expect(encode({ content: 'c' }, { in: { value: create() }, other: 1 })).toMatchObject({ ...others, other: 1 })
    expect(encode({ content: 'c' }, { list: [create()], other: 1 })).toMatchObject({ ...others, other: 1 })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it.each(hostile)('may be the record itself: %s', (__, create) => {
    const value = create()
    const encode = encodeWith({ flatten })
    if (typeof value === 'object' && value !== null) {
      expect(encode({ content: 'c' }, value)).toMatchObject({ content: 'c' })
      expect(encode(value)).toHaveProperty(['event.id'])
    }
  })

  it('is valid JSON, whatever the value, and what stands beside it is kept', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    fc.assert(
      fc.property(anything, (value) => {
        const encoded = encodeWith({ flatten })({ content: 'c' }, { 'in.front': 1, value, behind: 2 })
        expect(encoded).toMatchObject({ content: 'c', 'in.front': 1, behind: 2 })
      }),
      { numRuns: 300 },
    )
  })

  it('never changes the record, not even where it could', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const before = JSON.stringify(record)
        const fromOpen = encoderOf({ flatten }).encode({ content: 'c' }, record)
        expect(JSON.stringify(record)).toBe(before)
        expect(encoderOf({ flatten }).encode({ content: 'c' }, freeze(record))).toBe(fromOpen)
      }),
    )
  })
})

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}

describe('something that leads back', () => {
  it('is marked where it would begin again, under its own name', () => {
    expect(encodeWith()({}, { a: circular() })).toEqual({
      'event.id': 'id-1',
      'a.self': '[Circular]',
      'a.list': ['[Circular]'],
      'a.map.again': '[Circular]',
    })
  })

  it('is not marked for being there twice', () => {
    const twice = { x: 1 }
    expect(encodeWith()({}, { a: twice, b: { c: twice } })).toMatchObject({ 'a.x': 1, 'b.c.x': 1 })
  })
})

/** An object of `count` fields that counts how often one is read. */
function counting(count: number): { record: object; reads: () => number } {
  let reads = 0
  const get = (): number => ++reads
  const record = {}
  for (let index = 0; index < count; index++) Object.defineProperty(record, `k${index}`, { get, enumerable: true })
  return { record, reads: () => reads }
}

describe('a record without measure', () => {
  it.each<[string, (record: object) => [object, object?]]>([
    ['as the event', (record) => [record]],
    ['as the record', (record) => [{}, record]],
    ['within the event', (record) => [{ a: record }]],
    ['within the record', (record) => [{}, { a: { b: record } }]],
    ['in an array', (record) => [{}, { a: [record] }]],
  ])('is read only up to the bound of values, and marked: %s', (_, place) => {
    for (const flatten of [true, false]) {
      const { record, reads } = counting(30_000)
      const text = encoderOf({ flatten }).encode(...place(record))
      expect(reads()).toBeLessThanOrEqual(MAX_VALUES + 1)
      expect(Object.keys(Object(JSON.parse(text)) as object).length).toBeLessThanOrEqual(MAX_VALUES + 2)
      expect(text).toContain(`[Truncated: more than ${MAX_VALUES} values]`)
    }
  })

  it('of a million keys becomes a text of bounded length', { timeout: 60_000 }, () => {
    const record: Record<string, number> = {}
    for (let index = 0; index < 1_000_000; index++) record[`k${index}`] = index
    expect(encoderOf().encode({ content: 'c' }, { nested: record }).length).toBeLessThan(MAX_VALUES * 24)
  })

  it('of many wide levels is followed only as far as the bound of values', () => {
    let reads = 0
    const wide = (): object => {
      const object = {}
      const get = (): object => (reads++, wide())
      for (const key of 'abcdefghij') Object.defineProperty(object, key, { get, enumerable: true })
      return object
    }
    const text = encoderOf().encode({ content: 'c' }, { wide: wide() })
    expect(JSON.parse(text)).toMatchObject({ content: 'c' })
    expect(reads).toBeLessThan(MAX_VALUES * 5)
  })
})

describe('a getter that logs', () => {
  it('disturbs neither the record it belongs to nor the one it logs', () => {
    const encoder = encoderOf({ attributes: { 'event.type': 'log' } })
    const inner: string[] = []
    const fields = {
      before: { x: 1 },
      get logging() {
        inner.push(encoder.encode({ content: 'inner' }, { before: 'inner', after: 'inner', 'event.type': 5 }))
        return { y: 2 }
      },
      after: 3,
    }
    expect(JSON.parse(encoder.encode({ content: 'outer' }, fields))).toEqual({
      'event.id': 'id-1',
      content: 'outer',
      'event.type': 'log',
      'before.x': 1,
      'logging.y': 2,
      after: 3,
    })
    expect(inner.map((text) => JSON.parse(text) as unknown)).toEqual([
      { 'event.id': 'id-2', content: 'inner', 'event.type': 'log', before: 'inner', after: 'inner', 'log.event.type': 5 }, // prettier-ignore
    ])
    expect(JSON.parse(encoder.encode({ content: 'later' }, { after: 4 }))).toEqual({
      'event.id': 'id-3',
      content: 'later',
      'event.type': 'log',
      after: 4,
    })
  })

  it('without end comes to an end', () => {
    const encoder = encoderOf()
    let depth = 0
    const fields = {
      get logging() {
        encoder.encode({}, fields)
        return ++depth
      },
    }
    expect(JSON.parse(encoder.encode({ content: 'c' }, fields))).toMatchObject({ content: 'c' })
    expect(depth).toBeGreaterThan(0)
  })
})
