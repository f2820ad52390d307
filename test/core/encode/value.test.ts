import { describe, expect, it, vi } from 'vitest'
import { valueText, Walk } from '../../../packages/core/src/encode/value.ts'
import { MAX_DEPTH, MAX_VALUES } from '../../../packages/core/src/limits.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

function textOf(value: unknown, maxStringLength = 1e6): string | undefined {
  return valueText(value, new Walk(maxStringLength))
}

/** What a reader of the text gets. */
function shown(value: unknown): unknown {
  const text = textOf(value)
  return text === undefined ? undefined : JSON.parse(text)
}

function fail(): never {
  throw new Error('no')
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

class Account {
  readonly name = 'shop'
  readonly #secret = 1
  get secret(): number {
    return this.#secret
  }
}

class Titled {
  toJSON(): string {
    return 'told'
  }
}

describe('a value that JSON can hold', () => {
  it.each([
    [0],
    [-0],
    [1.5],
    [1e21],
    [-1e-7],
    [true],
    [false],
    [null],
    [''],
    ['a"b'],
    [[]],
    [{}],
    [[1, [2, { a: 3 }]]],
  ])('is what JSON.stringify makes of it: %j', (value) => {
    expect(textOf(value)).toBe(JSON.stringify(value))
  })

  it('leaves out what is undefined, and keeps its place in an array, as JSON.stringify does', () => {
    expect(textOf(undefined)).toBeUndefined()
    expect(textOf({ a: undefined, b: 1 })).toBe('{"b":1}')
    expect(textOf([undefined, 1])).toBe('[null,1]')
  })
})

describe('a value that JSON cannot hold', () => {
  it.each<[string, unknown, unknown]>([
    ['NaN', Number.NaN, 'NaN'],
    ['Infinity', -Infinity, '-Infinity'],
    ['a BigInt', 12345678901234567890n, '12345678901234567890'],
    ['a symbol', Symbol('mark'), 'Symbol(mark)'],
    ['a function', function named() {}, '[Function: named]'],
    [
      'a function without a name',
      (
        () => () =>
          undefined
      )(),
      '[Function: anonymous]',
    ],
    ['a class', Account, '[Function: Account]'],
    ['a date', new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '2026-01-02T03:04:05.006Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    ['a map of strings', new Map<string, unknown>([['a', 1]]), { a: 1 }],
    ['a map with other keys', new Map<unknown, unknown>([['a', 1], [{ k: 1 }, 2]]), [['a', 1], [{ k: 1 }, 2]]], // prettier-ignore
    ['a set', new Set([1, 'a', new Set([2])]), [1, 'a', [2]]],
    ['a buffer', Buffer.from('hello'), 'aGVsbG8='],
    ['a part of a buffer', Buffer.from('xhellox').subarray(1, 6), 'aGVsbG8='],
    ['an ArrayBuffer', Uint8Array.from([104, 101, 108, 108, 111]).buffer, 'aGVsbG8='],
    ['a DataView', new DataView(Uint8Array.from([1, 104, 105]).buffer, 1), 'aGk='],
    ['a typed array', new Float64Array([1.5, Number.NaN]), [1.5, 'NaN']],
    ['a typed array of BigInts', new BigInt64Array([1n]), ['1']],
    ['a url', new URL('https://a.example/b?c=d'), 'https://a.example/b?c=d'],
    ['search parameters', new URLSearchParams({ a: 'b c' }), 'a=b+c'],
    ['a regular expression', /a+/gi, '/a+/gi'],
    ['a boxed number', Object(5), 5],
    ['a boxed string', Object('text'), 'text'],
    ['a boxed boolean', Object(false), false],
    ['a boxed BigInt', Object(5n), '5'],
    ['a boxed symbol', Object(Symbol('s')), 'Symbol(s)'],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['a weak map', new WeakMap(), '[WeakMap]'],
    ['a weak set', new WeakSet(), '[WeakSet]'],
    ['a weak reference', new WeakRef({}), '[WeakRef]'],
    ['an object of a class', new Account(), { name: 'shop' }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['an array with holes', [, 1], [null, 1]], // eslint-disable-line no-sparse-arrays
    ['an object of a class with toJSON', new Titled(), 'told'],
    ['an object with toJSON', { a: 1, toJSON: () => ({ b: 2n }) }, { b: '2' }],
    ['an object whose toJSON gives nothing', { toJSON: () => undefined }, undefined],
    ['an object whose toJSON is no function', { toJSON: 5 }, { toJSON: 5 }],
    ['an object whose toJSON throws', { toJSON: fail }, '[Throws: no]'],
    ['an object whose toJSON gives a date', { toJSON: () => new Date(0) }, '1970-01-01T00:00:00.000Z'],
    ['an object whose toJSON gives a map', { toJSON: () => new Map([['a', 1]]) }, { a: 1 }],
    ['an array whose toJSON throws', Object.assign([1], { toJSON: fail }), [1]],
  ])('is readable: %s', (_, value, expected) => {
    expect(shown(value)).toEqual(expected)
  })

  it('has a key named __proto__ like any other', () => {
    expect(textOf(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}')
    expect(textOf(new Map([['__proto__', 1]]))).toBe('{"__proto__":1}')
    const error = new Error('e')
    Object.defineProperty(error, '__proto__', { value: 'own', enumerable: true })
    expect(textOf(error)).toContain('"__proto__":"own"')
  })
})

describe('an error', () => {
  it('shows its type, message and stack, and its own fields', () => {
    const error = Object.assign(new RangeError('too far'), { code: 'E_FAR', errno: 5 })
    expect(shown(error)).toEqual({ type: 'RangeError', message: 'too far', stack_trace: error.stack, code: 'E_FAR', errno: 5 }) // prettier-ignore
  })

  it('shows its chain of causes, of any kind', () => {
    const error = new Error('a', { cause: new TypeError('b', { cause: 'c' }) })
    expect(shown(error)).toMatchObject({ message: 'a', cause: { type: 'TypeError', message: 'b', cause: 'c' } })
  })

  it('ends a chain of causes that leads back', () => {
    const error = new Error('a')
    error.cause = new Error('b', { cause: error })
    expect(shown(error)).toMatchObject({ cause: { cause: '[Circular]' } })
  })

  it('shows the errors of an AggregateError', () => {
    const error = new AggregateError([new Error('one'), 'two'], 'both')
    expect(shown(error)).toMatchObject({ type: 'AggregateError', message: 'both', errors: [{ message: 'one' }, 'two'] })
  })

  it('shows what can be read of one whose fields throw', () => {
    const error = new Error('a')
    Object.defineProperty(error, 'message', { get: fail })
    expect(shown(error)).toMatchObject({ type: 'Error', message: '[Throws: no]' })
  })
})

describe('an object that throws', () => {
  it('costs only the property whose getter throws', () => {
    const object = {
      get bad() {
        return fail()
      },
      good: 1,
    }
    expect(shown(object)).toEqual({ bad: '[Throws: no]', good: 1 })
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['an object without a text', Object.create(null)],
    ['an error whose message throws', Object.defineProperty(new Error('x'), 'message', { get: fail })],
    ['an error whose message is a symbol', Object.defineProperty(new Error('x'), 'message', { value: Symbol('s') })],
  ])('may throw anything: %s', (_, thrown) => {
    const object = {
      get bad() {
        throw thrown // eslint-disable-line typescript/only-throw-error
      },
    }
    expect(shown(object)).toEqual({ bad: expect.stringMatching(/^\[Throws/) })
  })

  it.each<[string, object]>([
    ['a revoked proxy', revoked({})],
    ['a revoked proxy of an array', revoked([])],
    ['a proxy whose prototype throws', new Proxy({}, { getPrototypeOf: fail })],
    ['a proxy whose keys throw', new Proxy({}, { ownKeys: fail })],
    ['a proxy of an array whose length throws', new Proxy([1], { get: fail })],
    ['a proxy that throws at everything', new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail })],
    ['an object whose toJSON gives a revoked proxy', { toJSON: () => revoked({}) }],
    ['a date whose time throws', Object.defineProperty(new Date(), 'getTime', { value: fail })],
    ['a map that cannot be walked', Object.defineProperty(new Map(), Symbol.iterator, { value: fail })],
  ])('costs only itself: %s', (_, object) => {
    expect(shown({ object, good: 1 })).toMatchObject({ good: 1 })
    expect(shown([object, 1])).toMatchObject({ 1: 1 })
  })
})

describe('a value without end', () => {
  it('that contains itself is marked, and one that only comes twice is not', () => {
    const twice = { a: 1 }
    const object: Record<string, unknown> = { twice, again: twice }
    object['self'] = object
    object['list'] = [object]
    expect(shown(object)).toEqual({ twice, again: twice, self: '[Circular]', list: ['[Circular]'] })
  })

  it('that makes a new object at each look is followed only so deep', () => {
    const endless = (): object => ({ toJSON: endless, next: 1 })
    expect(shown(endless())).toEqual({ toJSON: '[Function: endless]', next: 1 })
    const proxy: object = new Proxy({}, { get: () => proxy, ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }) // prettier-ignore
    expect(() => JSON.parse(textOf(proxy) ?? '')).not.toThrow()
  })

  it.each([
    ['objects', (): object => ({}), (inner: object): object => ({ inner })],
    ['arrays', (): object => [], (inner: object): object => [inner]],
    ['maps', (): object => new Map(), (inner: object): object => new Map([['inner', inner]])],
    ['errors', (): object => new Error('x'), (cause: object): object => new Error('x', { cause })],
  ])('of ten thousand levels is followed only so deep: %s', (_, innermost, wrap) => {
    let value = innermost()
    for (let depth = 0; depth < 10_000; depth++) value = wrap(value)
    expect(textOf(value)).toContain(`[Truncated: deeper than ${MAX_DEPTH} levels]`)
  })

  it('is followed as deep as is promised, and no level deeper', () => {
    const nest = (depth: number): unknown => (depth === 0 ? 'core' : { a: nest(depth - 1) })
    expect(textOf(nest(MAX_DEPTH))).toContain('"core"')
    expect(textOf(nest(MAX_DEPTH + 1))).not.toContain('"core"')
  })

  it.each<[string, unknown]>([
    ['an array', Array.from({ length: 100_000 }, (_, n) => n)],
    ['an array of holes', Object.assign([], { length: 1e9 })],
    ['a set', new Set(Array.from({ length: 100_000 }, (_, n) => n))],
    ['a map', new Map(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]))],
    ['a typed array', new Float64Array(1e6)],
    ['an object', Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]))],
  ])('of too many values is cut and marked: %s', (_, value) => {
    const text = textOf(value) ?? ''
    expect(() => JSON.parse(text)).not.toThrow()
    expect(text).toContain(`[Truncated: more than ${MAX_VALUES} values]`)
    expect(text.length).toBeLessThan(MAX_VALUES * 20)
  })

  it('is read only as far as it is written', () => {
    let reads = 0
    const item = {
      get a() {
        return ++reads
      },
    }
    textOf(Array.from({ length: 100_000 }, () => item))
    expect(reads).toBeLessThanOrEqual(MAX_VALUES)
  })

  it('of long texts becomes a text of bounded length, in which the short ones are whole', () => {
    const long = 'x'.repeat(100_000)
    const value = Array.from({ length: 3000 }, (_, index) => [long, `short ${index}`])
    const text = textOf(value, 100_000) ?? ''
    expect(text.length).toBeLessThan(3000 * 200 + 300_000)
    const [first = [], second = []] = JSON.parse(text) as string[][]
    expect(first[0]).toHaveLength(100_000)
    expect(second[0]).toMatch(/x…\[truncated 7 bytes\]$/)
    expect(text).toContain('"short 2999"')
    expect(text).toContain('…[truncated 99936 bytes]')
  })

  it('of binary data shows its first MiB', () => {
    const whole = Buffer.alloc(1_048_576).toString('base64')
    expect(textOf(Buffer.alloc(1_048_576), 1e7) === `"${whole}"`).toBe(true)
    expect(textOf(Buffer.alloc(1_048_576 + 5), 1e7) === `"${whole}…[truncated 5 bytes]"`).toBe(true)
  })

  it('of text is cut to what could be sent at all', () => {
    expect(textOf({ a: 'x'.repeat(150) }, 100)).toBe(`{"a":"${'x'.repeat(100)}…[truncated 50 bytes]"}`)
    expect(textOf({ ['k'.repeat(12)]: 1 }, 10)).toBe(`{"${'k'.repeat(10)}…[truncated 2 bytes]":1}`)
    expect(textOf(Symbol('x'.repeat(50)), 10)).toMatch(/…\[truncated \d+ bytes\]"$/)
  })
})
