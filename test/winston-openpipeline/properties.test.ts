/** Whatever a program hands to winston: an event, never an exception, never a changed info. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'

import { describe, expect, it, vi } from 'vitest'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { logged } from './infos.ts'

/** More of them with `RUNS=100000`. */
const RUNS = Number(process.env['RUNS'] ?? 400)

// hundreds of runs, on whatever machine
vi.setConfig({ testTimeout: Math.max(60_000, RUNS * 20) })

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'level',
    'message',
    'stack',
    'cause',
    'error',
    'err',
    'meta',
    'metadata',
    'req',
    'res',
    'responseTime',
    'timestamp',
    'content',
    'status',
    'loglevel',
    'method',
    'url',
    'headers',
    'cookies',
    'statusCode',
    'exception',
    'name',
    'type',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'log.status',
    'a.b',
  ),
)

/** Values with traps: each is made anew, because some remember what was done to them. */
const oddities: readonly (() => unknown)[] = [
  () => new Proxy({}, { get: () => fail(), has: () => fail(), ownKeys: () => fail(), getPrototypeOf: () => fail() }),
  () => new Proxy([1, 2], { get: (target, member) => (member === 'length' ? fail() : Reflect.get(target, member)) }),
  () => revoked(),
  () => Object.defineProperty({}, 'a', { get: () => fail(), enumerable: true }),
  () => ({ toJSON: () => fail() }),
  () => ({ toJSON: () => undefined }),
  () => endless(),
  () => circular({ a: 1 }),
  () => circular(new Error('its own cause'), 'cause'),
  () => circular(new AggregateError([new Error('1')], 'its own part'), 'errors', true),
  () => Object.assign(new Error('odd'), { message: { a: 1 }, stack: 7, name: null }),
  () => Object.defineProperty(new Error('trap'), 'stack', { get: () => fail() }),
  () => Object.freeze({ a: Object.freeze([1]) }),
  () => Object.assign(Object.create(null) as object, { a: 1 }),
  () =>
    new (class Temporal {
      toJSON = () => '2026-01-01'
      toString = () => fail()
    })(),
  () =>
    new (class Account {
      readonly #secret = 1
      get balance() {
        return this.#secret
      }
      readonly id = 7
    })(),
  () => [Object(1n), Object(Symbol('s')), Object('text'), Object(Number.NaN), Object(false)],
  () => [new Float64Array([1.5, Number.NaN]), new BigInt64Array([1n]), new DataView(new ArrayBuffer(2))],
  () => Object.assign(Array.from({ length: 3 }), { 1000: 'sparse' }),
  () => Array.from({ length: 3000 }, (_, index) => index),
  () => new Date(Number.NaN),
  () => [
    new Map<unknown, unknown>([[{}, 1]]),
    new WeakMap(),
    new Set([[]]),
    new URL('https://x/?a'),
    /a/g,
    Promise.resolve(),
  ],
  () => '\ud800',
  () => Symbol('symbol'),
  () => () => fail(),
]

function fail(): never {
  throw new Error('a trap')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function endless(): object {
  return { toJSON: endless }
}

function circular<Value extends object>(value: Value, member = 'self', isList = false): Value {
  return Object.assign(value, { [member]: isList ? [value] : value })
}

const anything = fc.anything({
  key,
  maxDepth: 3,
  withBigInt: true,
  withBoxedValues: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
  values: [
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    // two invalid dates are not equal; one is among the oddities
    fc.date({ noInvalidDate: true }),
    fc.constantFrom('GET', '/a?b', 200),
  ],
})

const fields = fc.array(fc.tuple(key, anything), { maxLength: 10 }).map((entries) => {
  const object = {}
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return object
})

const levelAndMessage = { level: 'warn', message: 'm', [Symbol.for('level')]: 'warn' }

/** The class and the own properties of an object, without calling anything. */
function partsOf(object: object): readonly unknown[] {
  try {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(object))
    return [
      Reflect.getPrototypeOf(object),
      ...properties.flatMap(([name, property]) => [name, 'get' in property ? 'a getter' : property.value]),
    ]
  } catch {
    return []
  }
}

describe('an odd value', () => {
  const odd = fc.tuple(key, fc.nat(oddities.length - 1), fc.nat(3))

  it('anywhere in an info costs nothing but itself', () => {
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 3 }), fields, fc.boolean(), (places, others, flatten) => {
        const info: object = { ...others }
        for (const [name, index, depth] of places) {
          let value = oddities[index]?.()
          for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { [name]: value } : [value]
          Object.defineProperty(info, name, { value, enumerable: true, configurable: true, writable: true })
        }
        Object.assign(info, levelAndMessage, { kept: 'kept' })
        const values = Object.values(info).filter((value) => typeof value === 'object' && value !== null) as object[]
        const before = values.map(partsOf)
        const event = asSent(createRecordToEvent()(info), flatten ? 'flatten' : 'keep')
        expect(event).toMatchObject({ content: 'm', loglevel: 'WARN', kept: 'kept' })
        for (const [at, value] of values.entries()) {
          const parts = partsOf(value)
          expect(
            parts.length === before[at]?.length && parts.every((part, each) => Object.is(part, before[at]?.[each])),
          ).toBe(true)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it.each(oddities.map((make, index) => [index, make] as const))(
    '%i as the info itself is an event',
    (_index, make) => {
      const info = make()
      if (typeof info === 'object' && info !== null)
        expect(asSent(createRecordToEvent()(info))['timestamp']).toBeDefined()
    },
  )
})

describe('any info', () => {
  it('is mapped without an exception and without being changed', () => {
    fc.assert(
      fc.property(fc.clone(fields, 2), ([info, same]) => {
        const event = asSent(createRecordToEvent()(info))
        expect(event['timestamp']).toBeDefined()
        expect(isDeepStrictEqual(info, same)).toBe(true)
      }),
      { numRuns: RUNS },
    )
  })

  it('has the level and the message with which it was logged', () => {
    fc.assert(
      fc.property(fields, fc.string(), (meta, message) => {
        const [event] = logged({}, (logger) =>
          logger.log({ ...meta, level: 'warn', message, [Symbol.for('level')]: 'warn' }),
        )
        expect(event).toMatchObject({ loglevel: 'WARN', status: 'WARN', 'log.raw_level': 'warn', content: message })
      }),
      { numRuns: RUNS },
    )
  })
})

describe('credentials', () => {
  it('never leave in the headers of a request or a response, wherever it is logged', () => {
    const name = fc.constantFrom('authorization', 'Cookie', 'SET-COOKIE', 'proxy-authorization', 'Authorization')
    const place = fc.constantFrom('', 'meta', 'metadata')
    fc.assert(
      fc.property(name, place, fc.constantFrom('req', 'res'), fields, (header, container, part, others) => {
        const request = { ...others, headers: { [header]: 'a secret', accept: '*/*' } }
        const info = container === '' ? { [part]: request } : { [container]: { [part]: request } }
        expect(JSON.stringify(asSent(createRecordToEvent()(info)))).not.toContain('a secret')
      }),
      { numRuns: RUNS },
    )
  })
})
