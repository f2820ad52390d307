/** Client credentials: fetched, renewed, refused and kept to themselves. */
import { inspect } from 'node:util'
import type { OAuthOptions } from 'openpipeline-core'
import { describe, expect, it } from 'vitest'
import { createAuthority } from '../../support/authority.ts'
import { startEndpoint } from '../../support/endpoint.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { receiverHere } from '../../support/receiver-here.ts'
import type { Shipping } from '../../support/shipping.ts'
import { ship } from '../../support/shipping.ts'
import type { Sso } from '../../support/sso.ts'
import { CLIENT_SECRET, startSso } from '../../support/sso.ts'
import { until } from '../../support/until.ts'

const CLIENT = { clientId: 'dt0s02.SSOCLNT1', clientSecret: CLIENT_SECRET }

function oauth(sso: Sso, others: Partial<OAuthOptions> = {}): { oauth: OAuthOptions } {
  return { oauth: { ...CLIENT, tokenUrl: sso.url, ...others } }
}

function expectSecret(shipping: Shipping): void {
  const seen = inspect([shipping.told, shipping.stats()], { depth: Infinity, showHidden: true })
  expect(seen).not.toContain('OAUTHSECRET')
  expect(seen).not.toContain('eyJhbGciOiJFUzI1NiJ9.')
}

describe('a token for an OAuth client', () => {
  it('is asked for with its credentials, and sent as a bearer token', async () => {
    const [sso, endpoint] = [await startSso(), await startEndpoint()]
    const shipping = ship({ url: endpoint.url, token: oauth(sso, { resource: 'urn:dtaccount:5' }) })
    shipping.push(50)
    expect(await shipping.flush()).toMatchObject({ delivered: 50 })
    expect(sso.forms).toEqual([
      {
        grant_type: 'client_credentials',
        client_id: CLIENT.clientId,
        client_secret: CLIENT_SECRET,
        scope: 'openpipeline:events:ingest',
        resource: 'urn:dtaccount:5',
      },
    ])
    expect(endpoint.authorizations).toEqual([`Bearer ${sso.tokens[0]}`])
    expectSecret(shipping)
  })

  it('is asked for once, however many requests wait for it', async () => {
    const [sso, receiver] = [await startSso(), await receiverHere()]
    const shipping = ship({ url: receiver.url, token: oauth(sso), batch: { maxEvents: 5, lingerMs: 5 } })
    shipping.push(200)
    expect(await shipping.flush()).toMatchObject({ delivered: 200 })
    expect(sso.forms).toHaveLength(1)
  })

  it.each([
    [300, 240_000],
    [3600, 2_880_000],
    ['300', 240_000],
    [undefined, 240_000],
    [-5, 240_000],
  ])('that lives for %j s is renewed before it has expired', async (expiresIn, renewedAt) => {
    const [sso, endpoint, clock] = [await startSso(expiresIn), await startEndpoint(), new FakeClock()]
    const shipping = ship({ url: endpoint.url, token: oauth(sso), batch: { lingerMs: 0 } }, { clock })
    const send = async (): Promise<void> => {
      const count = shipping.stats().delivered
      shipping.push()
      await clock.advance(0)
      await until(() => shipping.stats().delivered > count)
    }
    await send()
    await clock.advance(renewedAt - 1)
    await send()
    expect(sso.forms).toHaveLength(1)
    await clock.advance(1)
    await send()
    expect(sso.forms).toHaveLength(2)
    const [first, second] = sso.tokens
    expect(endpoint.authorizations).toEqual([`Bearer ${first}`, `Bearer ${first}`, `Bearer ${second}`])
  })

  it('that the endpoint refuses is renewed, and the batch sent at once', async () => {
    const [sso, receiver] = [await startSso(), await receiverHere()]
    const shipping = ship({ url: receiver.url, token: oauth(sso) })
    receiver.answer([{ status: 401 }])
    shipping.push(5)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expect(sso.tokens).toHaveLength(2)
    expect(shipping.told).toEqual([])
  })

  it('that the endpoint always refuses is one request a probe, and one to the OAuth server', async () => {
    const [sso, endpoint, clock] = [await startSso(), await startEndpoint({ behave: () => 401 }), new FakeClock()]
    const shipping = ship({ url: endpoint.url, token: oauth(sso), batch: { lingerMs: 0 } }, { clock })
    shipping.push(5)
    await clock.advance(0)
    await until(() => shipping.stats().retries === 1)
    // the first attempt, and at once with a new token
    expect([endpoint.requests.length, sso.forms.length]).toEqual([2, 2])
    for (let probe = 1; probe <= 5; probe++) {
      await clock.advance(2 ** (probe - 1) * 1000 - 1)
      expect(endpoint.requests).toHaveLength(1 + probe)
      await clock.advance(1)
      await until(() => shipping.stats().retries === 1 + probe)
      expect([endpoint.requests.length, sso.forms.length]).toEqual([2 + probe, 2 + probe])
    }
    expect(endpoint.authorizations).toEqual(sso.tokens.map((token) => `Bearer ${token}`))
    expectSecret(shipping)
  })

  it('goes through the proxy, and is verified by the same authority', async () => {
    const authority = createAuthority()
    const [sso, proxy] = [await startSso(300, authority.issue()), await startConnectProxy()]
    const receiver = await receiverHere({ tls: authority.issue({ names: ['a.example'] }) })
    const tls = { ca: authority.cert, servername: 'a.example' }
    const shipping = ship({ url: receiver.url, token: oauth(sso), proxy: proxy.url, tls })
    shipping.push(5)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expect(proxy.targets).toEqual([new URL(sso.url).host, new URL(receiver.url).host])
  })
})

describe('an OAuth server that gives no token', () => {
  it.each([
    [
      'refuses the client',
      { status: 401, body: { error: 'invalid_client' } },
      '401 (invalid_client): not for this OAuth client; check clientId, clientSecret, scope and resource',
    ],
    [
      'refuses the scope',
      { status: 400, body: { error: 'invalid_scope', error_description: 'hunter2' } },
      '400 (invalid_scope): not for',
    ],
    ['refuses with a page', { status: 403, body: '<html>hunter2' }, '403: not for this OAuth client'],
    [
      'has an error that is no word of the list',
      { status: 400, body: { error: 'Bad hunter2' } },
      '400: not for this OAuth client',
    ],
    ['is not at this address', { status: 404 }, '404: not for this OAuth client; check oauth.tokenUrl'],
    ['redirects', { status: 302 }, '302: not for this OAuth client; check oauth.tokenUrl'],
    [
      'answers with a page',
      { status: 200, body: '<html>hunter2' },
      'answered 200 without an access_token; check oauth.tokenUrl',
    ],
    ['answers without one', { status: 200, body: { token: 'hunter2' } }, 'answered 200 without an access_token'],
    ['answers with a number', { status: 200, body: { access_token: 5 } }, 'answered 200 without an access_token'],
    [
      'answers with what is no header',
      { status: 200, body: { access_token: 'a\r\nhunter2: b' } },
      'answered 200 without an access_token',
    ],
    ['answers with a list', { status: 200, body: '["hunter2"]' }, 'answered 200 without an access_token'],
  ])('since it %s is held, with what to do', async (_, answer, cause) => {
    // prettier-ignore
    const [sso, receiver] = [await startSso(), await receiverHere()]
    sso.answer(answer)
    const shipping = ship({ url: receiver.url, token: oauth(sso) })
    shipping.push(5)
    const message = await shipping.state('held')
    expect(message).toContain(cause)
    expect(message).toContain(new URL(sso.url).host)
    expect(message).not.toContain('hunter2')
    expect(receiver.requests).toEqual([])
    sso.answer(undefined)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expectSecret(shipping)
  })

  it.each([500, 502, 503, 429, 408])('since it answers %i is tried again', async (status) => {
    const [sso, receiver] = [await startSso(), await receiverHere()]
    sso.answer({ status, body: { error: 'server_error' } })
    const shipping = ship({ url: receiver.url, token: oauth(sso) })
    shipping.push(5)
    expect(await shipping.state('throttled')).toContain(
      `no token from ${new URL(sso.url).host}: ${status} (server_error)`,
    )
    await sso.asked(3)
    sso.answer(undefined)
    expect(await shipping.flush()).toMatchObject({ delivered: 5 })
    expect(shipping.stats().possibleDuplicates).toBe(0)
    expectSecret(shipping)
  })

  it('since it is down is tried again', async () => {
    const receiver = await receiverHere()
    const gone = await receiverHere()
    await gone.close()
    const shipping = ship({ url: receiver.url, token: { oauth: { ...CLIENT, tokenUrl: `${gone.url}/token` } } })
    shipping.push(5)
    expect(await shipping.state('throttled')).toMatch(/no token from 127\.0\.0\.1:\d+: .*ECONNREFUSED/)
    expect(shipping.stats()).toMatchObject({ pending: 5, possibleDuplicates: 0 })
  })

  it('since it has a wrong certificate is held, also where NODE_TLS_REJECT_UNAUTHORIZED would let it pass', async () => {
    const authority = createAuthority()
    const [sso, receiver] = [await startSso(300, authority.issue({ names: ['a.example'] })), await receiverHere()]
    const shipping = ship({ url: receiver.url, token: oauth(sso), tls: { ca: authority.cert } })
    shipping.push(5)
    expect(await shipping.state('held')).toMatch(/no token from .*: ERR_TLS_CERT_ALTNAME_INVALID: .*another name/)
    expect(sso.forms).toEqual([])
  })

  it('since it never answers does not hold up the close', async () => {
    const [sso, receiver] = [await startSso(), await receiverHere()]
    sso.answer('hang')
    const shipping = ship({ url: receiver.url, token: oauth(sso), closeTimeoutMs: 50 })
    shipping.push(5)
    await sso.asked(1)
    const startedAt = performance.now()
    expect(await shipping.close()).toMatchObject({ lost: 5 })
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  it('with an answer without end is not read without end', async () => {
    const [sso, receiver] = [await startSso(), await receiverHere()]
    sso.answer({ status: 200, body: `{"access_token":"${'x'.repeat(5_000_000)}"}` })
    const shipping = ship({ url: receiver.url, token: oauth(sso) })
    shipping.push(5)
    expect(await shipping.state('held')).toContain('without an access_token')
  })

  it('for a while does not stop what still works', async () => {
    const [sso, endpoint, clock] = [await startSso(), await startEndpoint(), new FakeClock()]
    const shipping = ship({ url: endpoint.url, token: oauth(sso), batch: { lingerMs: 0 } }, { clock })
    shipping.push()
    await clock.advance(0)
    await until(() => shipping.stats().delivered === 1)
    await clock.advance(250_000)
    sso.answer({ status: 503 })
    shipping.push()
    await clock.advance(0)
    await until(() => shipping.stats().delivered === 2)
    expect(shipping.told).toEqual([])
    expect(sso.forms).toHaveLength(2)
    expect(new Set(endpoint.authorizations)).toEqual(new Set([`Bearer ${sso.tokens[0]}`]))
  })
})
