import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProxySettings } from '../../../packages/core/src/options/proxy.ts'
import { isExcepted } from '../../../packages/core/src/options/proxy.ts'
import { problemWith, resolve } from './resolve.ts'

type Environment = Readonly<Record<string, string>>

function proxyOf(
  proxy: unknown,
  environment: Environment = {},
  url = 'https://abc.live.dynatrace.com',
): ProxySettings | undefined {
  // prettier-ignore
  return resolve({ proxy, url, allowInsecure: true }, environment).proxy
}

function credentialsOf(proxy: ProxySettings | undefined): string | undefined {
  const header = proxy?.authorization?.()
  return header && Buffer.from(header.replace(/^Basic /, ''), 'base64').toString()
}

describe('the option proxy', () => {
  it.each([undefined, null, false])('%s is none, whatever the environment says', (proxy) => {
    expect(proxyOf(proxy, { HTTPS_PROXY: 'http://p:1', https_proxy: 'http://p:1', ALL_PROXY: 'http://p:1' })).toBe(undefined) // prettier-ignore
  })

  it.each([
    ['http://p.example:3128', 'http://p.example:3128'],
    ['http://p.example:3128/', 'http://p.example:3128'],
    ['https://p.example', 'https://p.example'],
    ['p.example:3128', 'http://p.example:3128'],
    ['HTTP://P.EXAMPLE:3128', 'http://p.example:3128'],
    ['http://[::1]:3128', 'http://[::1]:3128'],
  ])('is a URL: %s', (proxy, origin) => {
    expect(proxyOf(proxy)).toEqual({ origin, authorization: undefined })
  })

  it.each([
    ['http://me:secret@p.example:3128', 'me:secret'],
    ['http://me@p.example', 'me:'],
    ['http://:secret@p.example', ':secret'],
    ['http://me:s%40cr%3Aet@p.example', 'me:s@cr:et'],
    ['http://me:100%@p.example', 'me:100%'],
    ['http://me:%zz@p.example', 'me:%zz'],
    ['me:secret@p.example:3128', 'me:secret'],
    ['http://d%C3%BC:pass@p.example', 'dü:pass'],
  ])('may have credentials, which it does not show: %s', (url, credentials) => {
    const proxy = proxyOf(url)
    expect(credentialsOf(proxy)).toBe(credentials)
    expect(proxy?.origin).not.toContain('@')
    expect(inspect(proxy, { showHidden: true })).not.toMatch(/secret|cr:et|100%|pass/)
  })

  it.each([
    ['socks5://me:secret@p.example:1080', 'proxy must be an http:// or https:// URL'],
    ['ftp://me:secret@p.example', 'proxy must be an http:// or https:// URL'],
    ['http://me:secret@', 'proxy must be an http:// or https:// URL'],
    ['http://p.example:99999/secret', 'proxy must be an http:// or https:// URL'],
    ['', 'proxy must be an http:// or https:// URL'],
    [5, "proxy must be a URL, 'env' or false"],
    [true, "proxy must be a URL, 'env' or false"],
    [{ host: 'secret' }, "proxy must be a URL, 'env' or false"],
  ])('that is wrong is refused without showing it: %j', (proxy, problem) => {
    const text = problemWith({ proxy })
    expect(text).toBe(`test: ${problem}`)
  })
})

describe("proxy: 'env'", () => {
  it.each<[Environment, string, string | undefined]>([
    [{}, 'https', undefined],
    [{ HTTPS_PROXY: 'http://p1:1' }, 'https', 'http://p1:1'],
    [{ HTTPS_PROXY: 'http://p1:1', https_proxy: 'http://p2:1' }, 'https', 'http://p2:1'],
    [{ HTTPS_PROXY: 'http://p1:1', https_proxy: '  ' }, 'https', 'http://p1:1'],
    [{ HTTP_PROXY: 'http://p1:1', http_proxy: 'http://p1:1' }, 'https', undefined],
    [{ HTTP_PROXY: 'http://p1:1' }, 'http', 'http://p1:1'],
    [{ HTTPS_PROXY: 'http://p1:1' }, 'http', undefined],
    [{ ALL_PROXY: 'http://p1:1' }, 'https', 'http://p1:1'],
    [{ ALL_PROXY: 'http://p1:1', all_proxy: 'http://p2:1' }, 'http', 'http://p2:1'],
    [{ ALL_PROXY: 'http://p1:1', HTTPS_PROXY: 'p2:1' }, 'https', 'http://p2:1'],
  ])('reads %j for %s', (environment, scheme, origin) => {
    expect(proxyOf('env', environment, `${scheme}://a.example`)?.origin).toBe(origin)
  })

  it('keeps the credentials', () => {
    expect(credentialsOf(proxyOf('env', { HTTPS_PROXY: 'http://me:secret@p:1' }))).toBe('me:secret')
  })

  it('names the variable that is wrong, and shows nothing of it', () => {
    const text = problemWith({ proxy: 'env' }, { ALL_PROXY: 'socks5://me:secret@p:1' })
    expect(text).toBe('test: proxy (from ALL_PROXY) must be an http:// or https:// URL')
  })

  it.each([
    ['NO_PROXY', 'live.dynatrace.com'],
    ['no_proxy', '.dynatrace.com,other.example'],
    ['NO_PROXY', '*'],
  ])('makes the exceptions of %s=%s', (name, exceptions) => {
    expect(proxyOf('env', { HTTPS_PROXY: 'http://p:1', [name]: exceptions })).toBe(undefined)
    expect(proxyOf('http://p:1', { [name]: exceptions })?.origin).toBe('http://p:1') // only for what comes from there too
  })

  it('is looked up for the OAuth server on its own', () => {
    const oauth = { clientId: 'i', clientSecret: 's', tokenUrl: 'https://sso.example/token' }
    const both = (environment: Environment): unknown[] => {
      const { proxy, token } = resolve({ proxy: 'env', token: { oauth } }, environment)
      return [proxy?.origin, token.kind === 'oauth' && token.proxy?.origin]
    }
    expect(both({ HTTPS_PROXY: 'http://p:1' })).toEqual(['http://p:1', 'http://p:1'])
    expect(both({ HTTPS_PROXY: 'http://p:1', NO_PROXY: '.dynatrace.com' })).toEqual([undefined, 'http://p:1'])
    expect(both({ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'sso.example' })).toEqual(['http://p:1', undefined])
  })
})

describe('NO_PROXY', () => {
  it.each([
    ['https://a.example', 'a.example', true],
    ['https://a.example', 'A.Example', true],
    ['https://a.example.', 'a.example', true],
    ['https://a.example', 'a.example.', true],
    ['https://b.a.example', 'a.example', true],
    ['https://ba.example', 'a.example', false],
    ['https://a.example', 'b.a.example', false],
    ['https://b.a.example', '.a.example', true],
    ['https://a.example', '.a.example', true],
    ['https://b.a.example', '*.a.example', true],
    ['https://a.example.org', 'a.example', false],
    ['https://a.example', 'example', true],
    ['https://a.example', 'a.example:443', true],
    ['https://a.example', 'a.example:80', false],
    ['http://a.example', 'a.example:80', true],
    ['https://a.example:8443', 'a.example:8443', true],
    ['https://a.example:8443', 'a.example', true],
    ['https://a.example:8443', '*:8443', true],
    ['https://a.example', '*:8443', false],
    ['https://a.example', 'x.example, b.example\ta.example', true],
    ['https://a.example', '', false],
    ['https://a.example', ' , ,', false],
    ['https://a.example', '.', false],
    ['https://a.example', ':443', false],
    ['https://10.1.2.3', '10.1.2.3', true],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.1.2.3/32', true],
    ['https://10.1.2.3', '0.0.0.0/0', true],
    ['https://10.1.2.3', '10.0.0.0/33', false],
    ['https://10.1.2.3', '10.0.0.0/', false],
    ['https://10.1.2.3', '10.0.0.0/x', false],
    ['https://10.1.2.3', '10.0.0.0/8:443', true],
    ['https://10.1.2.3', '10.0.0.0/8:80', false],
    ['https://10.1.2.3', '2.3', false],
    ['https://10.1.2.3', '::/0', false],
    ['https://a.example', '0.0.0.0/0', false],
    ['https://[::1]', '::1', true],
    ['https://[::1]', '0:0:0:0:0:0:0:1', true],
    ['https://[::1]', '[::1]', true],
    ['https://[::1]:8443', '[::1]:8443', true],
    ['https://[::1]:8443', '[::1]:443', false],
    ['https://[fd00::5]', 'fd00::/8', true],
    ['https://[fe00::5]', 'fd00::/8', false],
    ['https://[::1]', '10.0.0.0/8', false],
  ])('%s and %j: %s', (url, exceptions, expected) => {
    expect(isExcepted(new URL(url), exceptions)).toBe(expected)
  })

  const label = fc.stringMatching(/^[abc1-]{1,4}$/).filter((text) => /^[a-c1](.*[a-c1])?$/.test(text)) // prettier-ignore
  // Ends in letters: a name whose last label is a number is an address to a URL.
  const host = fc.tuple(fc.array(label, { maxLength: 4 }), fc.constantFrom('com', 'example')).map(([labels, top]) => [...labels, top].join('.')) // prettier-ignore
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })

  /** As the documentation says it, by labels and not by text. */
  function isCovered(name: string, at: number, entry: { name: string; port: number | undefined }): boolean {
    const labels = name.split('.').reverse()
    const own = entry.name.split('.').reverse()
    const isBelow = own.every((part, index) => labels[index] === part)
    return isBelow && (entry.port === undefined || entry.port === at)
  }

  it('excepts a name, and those below it, at this port or at all: for any names and ports', () => {
    const entry = fc.record({ name: host, port, start: fc.constantFrom('', '.', '*.') })
    const separator = fc.constantFrom(',', ', ', ' ', ',,', '\n')
    fc.assert(
      fc.property(host, port, fc.array(entry, { maxLength: 5 }), separator, (name, at, entries, between) => {
        const url = new URL(`https://${name}${at === undefined ? '' : `:${at}`}`)
        const text = entries.map((one) => `${one.start}${one.name}${one.port === undefined ? '' : `:${one.port}`}`)
        const isOne = entries.some((one) => isCovered(name, at ?? 443, one))
        expect(isExcepted(url, text.join(between))).toBe(isOne)
      }),
    )
  })

  it('excepts what lies in a network: for any addresses and prefixes', () => {
    const address = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const text = (value: number): string => [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join('.')
    fc.assert(
      fc.property(address, fc.oneof(address, fc.constant(-1)), fc.nat({ max: 32 }), (base, other, prefix) => {
        const host4 = other === -1 ? base ^ 1 : other
        const mask = prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0
        const isInside = (base & mask) >>> 0 === (host4 & mask) >>> 0
        expect(isExcepted(new URL(`https://${text(host4 >>> 0)}`), `${text(base)}/${prefix}`)).toBe(isInside)
      }),
    )
  })

  it('never throws, whatever it is', () => {
    const noise = fc.stringMatching(/^[.*:/[\]1af, %]{0,20}$/)
    fc.assert(
      fc.property(host, noise, (name, text) => typeof isExcepted(new URL(`https://${name}`), text) === 'boolean'),
    )
    fc.assert(fc.property(noise, (text) => typeof isExcepted(new URL('https://[::1]'), text) === 'boolean'))
  })
})
