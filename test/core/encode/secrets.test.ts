import { request } from 'node:http'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Encoder } from '../../../packages/core/src/encode/encoder.ts'
import { Secrets } from '../../../packages/core/src/encode/secrets.ts'

function sent(fields: object, flatten = true, headers?: readonly string[]): Record<string, unknown> {
  const secrets = new Secrets(headers)
  const encoder = new Encoder({ attributes: {}, flatten, secrets, maxStringLength: 1e6 }, () => 'id')
  const { 'event.id': _id, ...others } = JSON.parse(encoder.encode({}, fields)) as Record<string, unknown>
  return others
}

describe('a secret', () => {
  it.each([
    ['headers.authorization', true],
    ['a.b.Headers.AUTHORIZATION', true],
    ['requestHeaders.cookie', true],
    ['header.set-cookie', true],
    ['req.cookies', true],
    ['err.request._header', true],
    ['a.request.signedCookies', true],
    ['config.auth.password', true],
    ['authorization', false],
    ['headers.accept', false],
    ['headers.a.authorization', false],
    ['bakery.cookies', false],
    ['user.password', false],
    ['.authorization', false],
    ['', false],
  ])('is told by its name: %s', (name, isSecret) => {
    expect(new Secrets().isSecret(name)).toBe(isSecret)
  })

  it('is none where no header is', () => {
    for (const name of ['headers.authorization', 'req.cookies', 'auth.password'])
      expect(new Secrets([]).isSecret(name)).toBe(false)
    expect(new Secrets(['cookie']).isSecret('req.cookies')).toBe(true)
    expect(new Secrets(['authorization']).isSecret('req.cookies')).toBe(false)
  })

  const name = fc.constantFrom('authorization', 'Cookie', 'SET-COOKIE', 'x-api-key', 'Proxy-Authorization')
  const place = fc.constantFrom('headers', 'Headers', 'requestHeaders', 'response_headers', 'header')
  const form = fc.constantFrom<(header: string, value: unknown) => unknown>(
    (header, value) => ({ [header]: value, accept: '*/*' }),
    (header, value) => ['Accept', '*/*', header, value],
    (header, value) => [
      ['Accept', '*/*'],
      [header, value],
    ],
    (header, value) => [{ name: header, value }],
    (header, value) => new Map([[header, value]]),
    (header, value) => ({ toJSON: () => ({ [header]: value }) }),
  )
  const value = fc.constantFrom<unknown>('a secret', ['a secret'], { deep: 'a secret' })
  const around = fc.array(fc.constantFrom('config', 'request', 'list', 'err', 'response', 'a.b'), { maxLength: 4 })

  it('never leaves in headers, whatever their form and place', () => {
    fc.assert(
      fc.property(name, place, form, value, around, fc.boolean(), (header, key, make, hidden, path, flatten) => {
        let fields: object = { [key]: make(header, hidden) }
        for (const outer of path) fields = { [outer]: outer === 'list' ? [fields] : fields }
        const text = JSON.stringify(sent(fields, flatten))
        expect(text).not.toContain('a secret')
        expect(text).toContain('[Redacted]')
        expect(JSON.stringify(sent(fields, flatten, []))).toContain('a secret')
      }),
      { numRuns: 500 },
    )
  })

  it('is hidden in what is sent, not in what was logged', () => {
    const logged = { headers: { cookie: 'c' }, rawHeaders: ['Cookie', 'c'], list: [{ headers: { cookie: 'c' } }] }
    const before = structuredClone(logged)
    for (const flatten of [true, false]) sent(logged, flatten)
    expect(logged).toEqual(before)
  })

  it('leaves everything else as it is', () => {
    const fields = {
      headers: 'text',
      header: 7,
      req: { id: 1, cookies: undefined },
      rawHeaders: [null, {}, 'a'],
      auth: [],
    }
    expect(sent(fields, false)).toEqual({
      headers: 'text',
      header: 7,
      req: { id: 1 },
      rawHeaders: [null, {}, 'a'],
      auth: [],
    })
  })
})

describe('a stream', () => {
  it('is what middleware would have logged of it, or its class', () => {
    const outgoing = request({ host: '127.0.0.1', port: 9, path: '/a?b', headers: { authorization: 'secret', a: 'b' } })
    outgoing.once('error', () => undefined).destroy()
    expect(sent({ stream: new PassThrough(), call: outgoing })).toEqual({
      stream: '[PassThrough]',
      'call.method': 'GET',
      'call.url': '/a?b',
      'call.host': '127.0.0.1',
      'call.headers.authorization': '[Redacted]',
      'call.headers.a': 'b',
      'call.headers.host': '127.0.0.1:9',
    })
  })
})
