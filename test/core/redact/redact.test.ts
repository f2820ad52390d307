import fastCheck from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CENSOR, parsePath } from '../../../packages/core/src/options/redact.ts'
import type { Redact } from '../../../packages/core/src/redact/redact.ts'
import { createRedact } from '../../../packages/core/src/redact/redact.ts'

function redactOf(...paths: readonly string[]): Redact {
  return createRedact(paths.map((path) => parsePath(path) ?? []))
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

describe('redact', () => {
  it.each([
    ['password', { password: 'x', user: 'u' }, { password: CENSOR, user: 'u' }],
    ['req.headers.authorization', { req: { headers: { authorization: 'x', host: 'h' } } }, { req: { headers: { authorization: CENSOR, host: 'h' } } }],
    ['users[*].password', { users: [{ password: 'x' }, { name: 'n' }, 'text', null] }, { users: [{ password: CENSOR }, { name: 'n' }, 'text', null] }],
    ['users[1].password', { users: [{ password: 'x' }, { password: 'y' }] }, { users: [{ password: 'x' }, { password: CENSOR }] }],
    ['*.token', { a: { token: 'x' }, b: { token: 1 }, token: 'kept' }, { a: { token: CENSOR }, b: { token: CENSOR }, token: 'kept' }],
    ['a.*', { a: { b: 1, c: { d: 2 } } }, { a: { b: CENSOR, c: CENSOR } }],
    ['a[*]', { a: [1, 2] }, { a: [CENSOR, CENSOR] }],
    ['a.*.b.*.c', { a: { x: { b: [{ c: 1, d: 2 }] } } }, { a: { x: { b: [{ c: CENSOR, d: 2 }] } } }],
    ['a', { a: { b: 1 } }, { a: CENSOR }],
    ['a', { a: null }, { a: CENSOR }],
    ['a["b.c"]', { a: { 'b.c': 1, b: { c: 2 } } }, { a: { 'b.c': CENSOR, b: { c: 2 } } }],
  ])('%s', (path, record, expected) => {
    // as a logger shares it, and as a parsed line
    expect(redactOf(path)(frozen(structuredClone(record)))).toEqual(expected)
    expect(redactOf(path)(structuredClone(record), true)).toEqual(expected)
  }) // prettier-ignore

  it('makes up nothing that is not there', () => {
    const record = frozen({ a: 1, b: { c: undefined }, d: [] })
    expect(redactOf('x', 'a.b', 'b.c', 'b.d.e', 'd[0]', 'd[*].x')(record)).toBe(record)
  })

  it('shares what it does not change, and copies what it does', () => {
    const record = { req: { headers: { authorization: 'x' }, body: { big: true } }, other: {} }
    const redacted = redactOf('req.headers.authorization')(record) as typeof record
    expect(record.req.headers.authorization).toBe('x')
    expect(redacted.req.body).toBe(record.req.body)
    expect(redacted.other).toBe(record.other)
  })

  it('leaves the logged object alone also where two paths meet in it', () => {
    // @pinojs/redact 0.4.0 writes into the caller's object here
    const record = { a: { x: { c: 'secret' }, y: { c: 'secret' } } }
    expect(redactOf('a.*.c', 'a.x')(record)).toEqual({ a: { x: CENSOR, y: { c: CENSOR } } })
    expect(record).toEqual({ a: { x: { c: 'secret' }, y: { c: 'secret' } } })
  })

  it('keeps an error an error, with its message, its stack and its cause', () => {
    const error = Object.assign(new TypeError('boom', { cause: new Error('why') }), { config: { token: 'x' } })
    const { err } = redactOf('err.config.token')({ err: error }) as { err: typeof error }
    expect(err).toBeInstanceOf(TypeError)
    expect([err.message, err.name, err.stack, err.cause]).toEqual([error.message, error.name, error.stack, error.cause])
    expect(err.config).toEqual({ token: CENSOR })
    expect(error.config.token).toBe('x')
    expect(Object.keys(err)).toEqual(['config'])
  })

  it('reaches into the cause of an error', () => {
    const error = new Error('a', { cause: Object.assign(new Error('b'), { password: 'x' }) })
    const { err } = redactOf('err.cause.password')({ err: error }) as { err: { cause: { password: string } } }
    expect(err.cause.password).toBe(CENSOR)
  })

  it('keeps symbols: winston has the level under one', () => {
    const level = Symbol.for('level')
    expect(Reflect.get(redactOf('password')({ [level]: 'info', password: 'x' }), level)).toBe('info')
  })

  it('reads what classes hold back: a Map, what has a toJSON, a getter of the prototype', () => {
    class User {
      get password(): string {
        return 'secret'
      }
    }
    class Document {
      readonly #fields = { id: 7, password: 'secret' }
      toJSON(): object {
        return { ...this.#fields }
      }
    }
    const record = { map: new Map([['password', 'secret']]), document: new Document(), user: new User() }
    const redacted = redactOf('*.password')(record)
    expect(redacted).toMatchObject({ document: { id: 7, password: CENSOR }, map: { password: CENSOR } })
    expect(redactOf('user.password')(record)).toMatchObject({ user: { password: CENSOR } })
  })

  it('keeps keys that mean something to JavaScript', () => {
    const record = JSON.parse('{"__proto__":{"a":1},"constructor":{"a":2},"b":3}') as object
    expect(JSON.stringify(redactOf('__proto__.a', 'constructor.a')(record))).toBe(
      '{"__proto__":{"a":"[Redacted]"},"constructor":{"a":"[Redacted]"},"b":3}',
    )
    expect(({} as { a?: number }).a).toBeUndefined()
  })

  it('goes around in no circle', () => {
    const record: Record<string, unknown> = { token: 'x' }
    record['self'] = record
    const redacted = redactOf('*.*.token', 'token')(record) as { self: { self: { token: string } }; token: string }
    expect([redacted.token, redacted.self.self.token]).toEqual([CENSOR, CENSOR])
  })

  it('never throws, and sends nothing of what it could not read', () => {
    const { proxy, revoke } = Proxy.revocable({ password: 'secret' }, {})
    revoke()
    const hostile = {
      get a(): never {
        throw new Error('secret')
      },
      b: { get c(): never { throw new Error('getter') }, password: 'x' }, // prettier-ignore
    }
    expect(redactOf('b.password', 'a.b')(hostile)).toMatchObject({ b: { c: '[Throws: getter]', password: CENSOR } })
    const standIn = { message: expect.stringContaining('a record could not be redacted: [Throws: Cannot') as unknown }
    expect(redactOf('password')(proxy)).toEqual(standIn)
    expect(redactOf('a.password')({ a: proxy })).toEqual(standIn)
  })

  it('replaces what is named in any record, and nothing else', () => {
    const keys = fastCheck.constantFrom('a', 'b', 'c', 'token')
    const tree = fastCheck.letrec((tie) => ({
      node: fastCheck.oneof(
        { maxDepth: 4 },
        fastCheck.constantFrom<unknown>(1, 'x', null, true),
        fastCheck.dictionary(keys, tie('node')),
        fastCheck.array(tie('node'), { maxLength: 3 }),
      ),
    }))
    const segments = fastCheck.array(fastCheck.constantFrom('a', 'b', 'c', 'token', '*'), {
      minLength: 1,
      maxLength: 3,
    })
    const paths = fastCheck.array(segments, { minLength: 1, maxLength: 3 })
    fastCheck.assert(
      fastCheck.property(fastCheck.dictionary(keys, tree.node), paths, (record, all) => {
        const before = JSON.stringify(record)
        const expected = reference(record, all)
        const redact = redactOf(...all.map((path) => path.join('.')))
        expect(redact(record)).toEqual(expected)
        expect(JSON.stringify(record)).toBe(before)
        expect(redact(JSON.parse(before) as object, true)).toEqual(expected)
      }),
    )
  })
})

/** The specification in the plainest form: a value is replaced where a path of its length matches. */
function reference(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return CENSOR
  if (typeof value !== 'object' || value === null) return value
  const below = (key: string): (readonly string[])[] =>
    paths.filter(([first]) => first === '*' || first === key).map((path) => path.slice(1))
  if (Array.isArray(value)) return value.map((item, index) => reference(item, below(String(index))))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, reference(member, below(key))]))
}
