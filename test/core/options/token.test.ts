import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Settings } from '../../../packages/core/src/settings.ts'
import { problemOf, problemWith, resolve, TOKEN_OK, URL_OK } from './resolve.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

function tokenOf({ token }: Settings): string {
  if (token.kind !== 'fixed') throw new Error(`not a fixed token: ${token.kind}`)
  return token.token()
}

describe('a token', () => {
  it.each([TOKEN_OK, 'dt0s16.AAAABBBB.CCCCDDDD', 'eyJhbGciOi.eyJzdWIi.sig', 'x', '~!@#$%^&*()'])(
    'is taken as it is: %s',
    (token) => {
      expect(tokenOf(resolve({ token }))).toBe(token)
    },
  )

  it.each([
    ['"dt0c01.ABC"', 'token stands in quotes, which are sent along; remove them'],
    ['/run/secrets/token', 'token is the path of a file; give it as { file }'],
    ['./token', 'token is the path of a file; give it as { file }'],
    ['dt0s02.ABC.DEF', 'token is the secret of an OAuth client; give it as token.oauth.clientSecret'],
    ['', 'token is empty'],
    ['  ', 'token is empty'],
    [' hunter2', 'token has white space or a line break at an end; remove it'],
    ['hunter2\n', 'token has white space or a line break at an end; remove it'],
    ['hunter2\r\n', 'token has white space or a line break at an end; remove it'],
    ['hun\nter2', 'token contains a control character, a space or a letter outside ASCII; copy it again'],
    ['hun ter2', 'token contains a control character, a space or a letter outside ASCII; copy it again'],
    ['hunter2\u0000x', 'token contains a control character, a space or a letter outside ASCII; copy it again'],
    ['hünter2', 'token contains a control character, a space or a letter outside ASCII; copy it again'],
    ['hunter2…', 'token contains a control character, a space or a letter outside ASCII; copy it again'],
    ['Bearer hunter2', 'token must be the token alone, without "Bearer" or "Api-Token" in front of it'],
    ['api-token hunter2', 'token must be the token alone, without "Bearer" or "Api-Token" in front of it'],
    [5, 'token must be a string, got a value of type number'],
    [true, 'token must be a string, got a value of type boolean'],
  ])('that is wrong is refused with what to do, and not shown: %j', (token, problem) => {
    const text = problemWith({ token })
    expect(text).toContain(`test: ${problem}`)
    expect(text).not.toContain('hunter2')
  })

  it('that is missing is said so', () => {
    const text = problemOf({ url: URL_OK })
    expect(text).toBe(
      'test: token is missing; give an access token with the scope openpipeline.events, or set OPENPIPELINE_TOKEN',
    )
    expect(problemOf({ url: URL_OK, token: null })).toBe(text)
  })

  it('is never in the message, not even in part, whatever is wrong with it', () => {
    const secret = fc.string({ unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'.split('')), minLength: 12, maxLength: 80 }) // prettier-ignore
    const bad = fc.constantFrom(' ', '\n', '\t', '\u0000', '\u007f', 'é', '…', '\ud800')
    const prefix = fc.constantFrom('', 'dt0c01.', 'dt0s16.', 'Bearer ', 'Api-Token ', ' ')
    fc.assert(
      fc.property(prefix, secret, bad, secret, (start, first, wrong, second) => {
        const text = problemWith({ token: start + first + wrong + second, url: 'nonsense', batch: 5 })
        for (const part of [first, second]) {
          for (let at = 0; at + 6 <= part.length; at++) expect(text).not.toContain(part.slice(at, at + 6))
        }
      }),
    )
  })

  it('is never in the message, also where it stands in the place of another option', () => {
    const secret = TOKEN_OK.split('.')[2] ?? ''
    for (const token of [TOKEN_OK, TOKEN_OK.replace('dt0c01', 'dt0s16'), TOKEN_OK.replace('dt0c01', 'dt0s02')]) {
      const wrong = { url: token, endpoint: token, nested: token, diagnostics: token, closeTimeoutMs: token, event: { type: 5 }, batch: { maxBytes: token }, attributes: token, proxy: token, tls: { ca: token }, [token]: token } // prettier-ignore
      const text = problemOf({ token, ...wrong })
      expect(text.split('\n').length).toBeGreaterThan(8)
      for (let at = 0; at + 8 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 8))
    }
  })

  it('is in no inspection, serialisation or clone of the settings', () => {
    const settings = resolve()
    const secret = TOKEN_OK.slice(40)
    expect(inspect(settings, { depth: Infinity, showHidden: true, getters: true })).not.toContain(secret)
    expect(JSON.stringify(settings)).not.toContain(secret)
    expect(tokenOf(settings)).toContain(secret)
  })
})

describe('the token from the environment', () => {
  const variables = ['OPENPIPELINE_TOKEN', 'DT_API_TOKEN', 'DT_PLATFORM_TOKEN', 'DYNATRACE_API_TOKEN']

  it.each(variables.map((name, index) => [name, variables.slice(index)] as const))(
    'is %s where those before it are not set',
    (name, others) => {
      const environment = Object.fromEntries(others.map((other) => [other, `token-of-${other}`]))
      expect(tokenOf(resolve({ token: undefined }, environment))).toBe(`token-of-${name}`)
    },
  )

  it('gives way to the option, and a blank one to the next', () => {
    expect(tokenOf(resolve({ token: 'option' }, { OPENPIPELINE_TOKEN: 'environment' }))).toBe('option')
    const environment = { OPENPIPELINE_TOKEN: ' ', DT_PLATFORM_TOKEN: 'second' }
    expect(tokenOf(resolve({ token: undefined }, environment))).toBe('second')
  })

  it('is named where it is wrong, and not shown', () => {
    const text = problemOf({ url: URL_OK }, { DT_API_TOKEN: 'hun ter2' })
    expect(text).toContain('token (from DT_API_TOKEN) contains')
    expect(text).not.toContain('hun')
  })
})

describe('another source of tokens', () => {
  it('is known by its keys', () => {
    const read = (): string => 'x'
    expect(resolve({ token: { file: '/run/token' } }).token).toEqual({ kind: 'file', file: '/run/token' })
    expect(resolve({ token: { module: 'm', export: 'e' } }).token).toEqual({ kind: 'module', module: 'm', name: 'e' })
    expect(resolve({ token: { module: 'm' } }).token).toMatchObject({ name: 'default' })
    expect(resolve({ token: read }).token.kind).toBe('function')
    expect(resolve({ token: { oauth: { clientId: 'i', clientSecret: 's' } } }).token.kind).toBe('oauth')
  })

  it.each<[object, string]>([
    [{}, 'token must be a string, { file }, { module, export }, a function or { oauth }, got another object'],
    [{ file: '' }, 'token.file must be a non-empty string'],
    [{ file: 5 }, 'token.file must be a non-empty string'],
    [{ file: 'a', flie: 'b' }, 'token.flie is not an option; did you mean token.file?'],
    [{ module: 5 }, 'token.module must be a non-empty string'],
    [{ module: 'm', exports: 'e' }, 'token.exports is not an option; did you mean token.export?'],
    [{ oauth: { clientId: 'i' } }, 'token.oauth.clientSecret must be a non-empty string'],
    [{ oauth: { clientId: 'i', clientSecret: 's', tokenUrl: 'http://a.example' } }, 'token.oauth.tokenUrl must be an https:// URL'], // prettier-ignore
    [{ oauth: { clientId: 'i', clientSecret: 's', scop: 'x' } }, 'did you mean token.oauth.scope?'],
  ])('is checked at once: %j', (token, problem) => {
    expect(problemWith({ token })).toContain(problem)
  })

  it('keeps the secret of an OAuth client out of sight', () => {
    const settings = resolve({ token: { oauth: { clientId: 'dt0s02.ABCDEFGH', clientSecret: 'hunter2secret' } } })
    expect(inspect(settings, { depth: Infinity, showHidden: true })).not.toContain('hunter2')
    expect(problemWith({ token: { oauth: { clientSecret: 'hunter2secret' } } })).not.toContain('hunter2')
    expect(settings.token.kind === 'oauth' && settings.token.form()).toContain('client_secret=hunter2secret')
  })

  it.each([
    ['events', 'openpipeline:events:ingest'],
    ['security.events', 'openpipeline:security.events:ingest'],
    [{ custom: 'mine' }, 'openpipeline:events.custom:ingest'],
  ])('asks for the scope of the endpoint %j', (endpoint, scope) => {
    const { token } = resolve({ endpoint, token: { oauth: { clientId: 'i', clientSecret: 's' } } })
    expect(token.kind === 'oauth' && new URLSearchParams(token.form()).get('scope')).toBe(scope)
  })
})
