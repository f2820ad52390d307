/** The way through a proxy, and what is said when it is the proxy that refuses. */
import { inspect } from 'node:util'
import type { Receiver } from 'openpipeline-receiver'
import { describe, expect, it, vi } from 'vitest'
import { createAuthority } from '../../support/authority.ts'
import type { ConnectProxy } from '../../support/connect-proxy.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { receiverHere } from '../../support/receiver-here.ts'
import type { Shipping } from '../../support/shipping.ts'
import { ship, TOKEN } from '../../support/shipping.ts'
import { rawServer } from './raw-server.ts'

const authority = createAuthority()
const CREDENTIALS = 'me:hunter2secret'
const ENCODED = Buffer.from(CREDENTIALS).toString('base64')

/** The endpoint as it is reached, by https or by http. */
function endpointOf(scheme: string): Promise<Receiver> {
  return receiverHere({ token: TOKEN, ...(scheme === 'https' && { tls: authority.issue() }) })
}

function through(proxy: string, { url }: Receiver, options: object = {}): Shipping {
  return ship({ url, proxy, tls: { ca: authority.cert }, ...options })
}

/** Node warns of an address as the name of a TLS server. */
function byName(proxy: ConnectProxy): string {
  return proxy.urlWith(CREDENTIALS).replace('127.0.0.1', 'localhost')
}

/** Nobody but the proxy has seen the credentials. */
function expectSecret(shipping: Shipping, receiver: Receiver): void {
  const seen = inspect([shipping.told, shipping.stats(), receiver.requests], { depth: Infinity, showHidden: true })
  expect(seen).not.toContain('hunter2')
  expect(seen).not.toContain(ENCODED)
}

describe.each(['https', 'http'])('a proxy in front of an endpoint by %s', (scheme) => {
  it('passes everything on', async () => {
    const [receiver, proxy] = [await endpointOf(scheme), await startConnectProxy()]
    const shipping = through(proxy.url, receiver)
    shipping.push(500)
    expect(await shipping.flush()).toMatchObject({ delivered: 500 })
    expect(receiver.stats()).toMatchObject({ distinct: 500, duplicates: 0 })
    expect(shipping.told).toEqual([])
    const host = new URL(receiver.url).host
    expect(proxy.targets).toEqual([scheme === 'https' ? host : `${receiver.url}/platform/ingest/v1/events`])
    expect(proxy.heads.join('\n')).not.toMatch(/proxy-authorization/i)
  })

  it('gets its credentials, and nobody else does', async () => {
    const [receiver, proxy] = [await endpointOf(scheme), await startConnectProxy({ credentials: CREDENTIALS })]
    const shipping = through(proxy.urlWith(CREDENTIALS), receiver)
    shipping.push(5)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expect(proxy.heads.join('\n')).toContain(`Basic ${ENCODED}`)
    expectSecret(shipping, receiver)
  })

  it.each([
    ['none', ''],
    ['wrong ones', 'me:hunter2wrong@'],
  ])('that wants credentials and gets %s is held, with what to do, until it takes them', async (_, given) => {
    const [receiver, proxy] = [await endpointOf(scheme), await startConnectProxy({ credentials: CREDENTIALS })]
    const shipping = through(proxy.url.replace('://', `://${given}`), receiver)
    shipping.push(5)
    expect(await shipping.state('held')).toMatch(/407.*the proxy.*credentials|the proxy .* answered 407.*credentials/)
    expect(shipping.stats()).toMatchObject({ state: 'held', pending: 5, possibleDuplicates: 0 })
    expect(receiver.requests).toEqual([])
    expectSecret(shipping, receiver)
  })

  it.each([502, 503, 504])('that answers %i is tried again, and nothing is lost or doubled', async (status) => {
    const [receiver, proxy] = [await endpointOf(scheme), await startConnectProxy()]
    proxy.answer(status)
    const shipping = through(proxy.url, receiver)
    shipping.push(5)
    expect(await shipping.state('throttled')).toContain(scheme === 'https' ? `the proxy ${proxy.url} answered ${status}` : `${status}`) // prettier-ignore
    await proxy.asked(3)
    proxy.answer(undefined)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expect(receiver.stats()).toMatchObject({ distinct: 5, duplicates: 0 })
  })

  it('that is down is tried again, and named', async () => {
    const [receiver, proxy] = [await endpointOf(scheme), await startConnectProxy()]
    await proxy.close()
    const shipping = through(proxy.urlWith(CREDENTIALS), receiver)
    shipping.push(5)
    expect(await shipping.state('throttled')).toContain(`(by the proxy ${proxy.url})`)
    expect(await shipping.state('throttled')).toContain('ECONNREFUSED')
    expect(shipping.stats()).toMatchObject({ pending: 5, possibleDuplicates: 0 })
    await proxy.listen()
    expectSecret(shipping, receiver)
  })

  it('that has no address is tried again, and named', async () => {
    const receiver = await endpointOf(scheme)
    const shipping = through(`http://${CREDENTIALS}@no-such-proxy.invalid:3128`, receiver)
    shipping.push(5)
    expect(await shipping.state('throttled')).toMatch(/(ENOTFOUND|EAI_AGAIN).*\(by the proxy http:\/\/no-such-proxy\.invalid:3128\)/) // prettier-ignore
    expect(shipping.stats()).toMatchObject({ pending: 5, possibleDuplicates: 0 })
    expectSecret(shipping, receiver)
  })

  it('that never answers is given up at the deadline, and nothing is lost', async () => {
    const [receiver, proxy] = [await endpointOf(scheme), await startConnectProxy()]
    proxy.answer(0)
    const shipping = through(proxy.url, receiver, { delivery: { timeoutMs: 100 } })
    shipping.push(5)
    expect(await shipping.state('throttled')).toContain('no answer within 100 ms')
    expect(shipping.stats()).toMatchObject({ pending: 5 })
    proxy.answer(undefined)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expect(receiver.stats().duplicates).toBe(0)
  })
})

describe('a proxy in front of an endpoint by https', () => {
  it('is asked for one tunnel for each request that may be under way', async () => {
    const [receiver, proxy] = [await endpointOf('https'), await startConnectProxy()]
    receiver.setLatency(20)
    const shipping = through(proxy.url, receiver, {
      delivery: { concurrency: 3 },
      batch: { maxEvents: 10, lingerMs: 5 },
    })
    shipping.push(300)
    expect(await shipping.flush()).toMatchObject({ delivered: 300 })
    expect(receiver.stats()).toMatchObject({ distinct: 300, requests: 30, connections: 3 })
    expect(proxy.targets).toHaveLength(3)
  })

  it('that does not let it pass is held, and named', async () => {
    const [receiver, proxy] = [await endpointOf('https'), await startConnectProxy()]
    proxy.answer(403)
    const shipping = through(proxy.url, receiver)
    shipping.push(5)
    expect(await shipping.state('held')).toContain(`the proxy ${proxy.url} answered 403: it does not let this connection pass`) // prettier-ignore
    proxy.answer(undefined)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
  })

  it('sees neither the token nor the events', async () => {
    const [receiver, proxy] = [await endpointOf('https'), await startConnectProxy()]
    const shipping = through(proxy.url, receiver)
    shipping.push(5)
    await shipping.flush()
    expect(proxy.heads.join('\n')).not.toContain(TOKEN.slice(40))
    expect(proxy.heads.join('\n')).not.toMatch(/^authorization/im)
  })

  it('does not hide that the certificate behind it is wrong', async () => {
    const proxy = await startConnectProxy()
    const wrong = [
      [authority.issue({ fromDay: -3, untilDay: -2 }), 'CERT_HAS_EXPIRED'],
      [authority.issue({ names: ['a.example'] }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
      [createAuthority().issue(), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ] as const
    for (const [tls, code] of wrong) {
      const shipping = through(proxy.url, await receiverHere({ tls }))
      shipping.push(1)
      expect(await shipping.state('held')).toContain(`${code}: `)
    }
  })

  it('may speak TLS itself, with a name of its own', async () => {
    const receiver = await receiverHere({ tls: authority.issue({ names: ['a.example'] }) })
    const proxy = await startConnectProxy({ tls: authority.issue(), credentials: CREDENTIALS })
    const tls = { ca: authority.cert, servername: 'a.example', ...authority.issue() }
    const shipping = through(byName(proxy), receiver, { tls })
    shipping.push(5)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expectSecret(shipping, receiver)
  })

  it('is not trusted where its own certificate is wrong', async () => {
    const receiver = await endpointOf('https')
    const wrong = [
      [authority.issue({ names: ['a.example'] }), /UND_ERR_PRX_TLS: the proxy's certificate is for another name/],
      [createAuthority().issue(), /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ] as const
    for (const [tls, hint] of wrong) {
      const proxy = await startConnectProxy({ tls })
      const shipping = through(byName(proxy), receiver)
      shipping.push(1)
      expect(await shipping.state('held')).toMatch(hint)
      expect(proxy.heads).toEqual([])
    }
  })

  it('that breaks every connection off is tried again', async () => {
    const broken = await rawServer({ onRequest: ({ socket }) => socket.resetAndDestroy() })
    const shipping = through(broken.url, await endpointOf('https'))
    shipping.push(5)
    expect(await shipping.state('throttled')).toContain('nothing is lost yet')
    await broken.got(3)
    expect(shipping.stats().pending).toBe(5)
  })
})

describe("proxy: 'env'", () => {
  async function shipBy(environment: Readonly<Record<string, string>>): Promise<[ConnectProxy, Receiver, Shipping]> {
    const [receiver, proxy] = [await endpointOf('https'), await startConnectProxy()]
    const names = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY']
    for (const name of names) vi.stubEnv(name, environment[name]?.replace('PROXY', proxy.url))
    const shipping = through('env', receiver)
    vi.unstubAllEnvs()
    shipping.push(5)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    return [proxy, receiver, shipping]
  }

  it.each([
    ['HTTPS_PROXY is set', { HTTPS_PROXY: 'PROXY' }, 1],
    ['only others are excepted', { https_proxy: 'PROXY', NO_PROXY: 'a.example,10.0.0.0/8' }, 1],
    ['nothing is set', {}, 0],
    ['the host is excepted', { HTTPS_PROXY: 'PROXY', NO_PROXY: '127.0.0.1' }, 0],
    ['its network is excepted', { HTTPS_PROXY: 'PROXY', no_proxy: 'a.example, 127.0.0.0/8' }, 0],
    ['everything is excepted', { ALL_PROXY: 'PROXY', NO_PROXY: '*' }, 0],
  ])('where %s', async (_, environment, tunnels) => {
    const [proxy] = await shipBy(environment)
    expect(proxy.targets).toHaveLength(tunnels)
  })
})
