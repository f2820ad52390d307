/** Certificates of the server and of the client, on real connections. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Certified } from '../../support/authority.ts'
import { createAuthority, selfSigned } from '../../support/authority.ts'
import { startEndpoint } from '../../support/endpoint.ts'
import { receiverHere } from '../../support/receiver-here.ts'
import { ship } from '../../support/shipping.ts'
import { rawServer } from './raw-server.ts'

const authority = createAuthority()
const ca = authority.cert

const wrong: readonly (readonly [string, () => Certified, RegExp])[] = [
  ['has expired', () => authority.issue({ fromDay: -3, untilDay: -2 }), /CERT_HAS_EXPIRED: .*has expired, or this machine's clock is wrong/], // prettier-ignore
  ['is not valid yet', () => authority.issue({ fromDay: 2, untilDay: 3 }), /CERT_NOT_YET_VALID: .*not valid yet, or this machine's clock is wrong/], // prettier-ignore
  ['is for another name', () => authority.issue({ names: ['a.example'] }), /ERR_TLS_CERT_ALTNAME_INVALID: .*another name; check the url, or set tls\.servername/], // prettier-ignore
  ['is signed by itself', selfSigned, /DEPTH_ZERO_SELF_SIGNED_CERT: .*tls\.ca or in NODE_EXTRA_CA_CERTS/],
  ['is signed by somebody else', () => createAuthority().issue(), /UNABLE_TO_VERIFY_LEAF_SIGNATURE: .*tls\.ca or in NODE_EXTRA_CA_CERTS/], // prettier-ignore
]

describe('a certificate of the server', () => {
  it('that its authority has signed is taken', async () => {
    const receiver = await receiverHere({ tls: authority.issue() })
    const shipping = ship({ url: receiver.url, tls: { ca } })
    shipping.push(20)
    expect(await shipping.flush()).toMatchObject({ delivered: 20 })
    expect(shipping.told).toEqual([])
  })

  it('may be for another name, where that is the one that is asked for', async () => {
    const { url, events } = await startEndpoint({ tls: authority.issue({ names: ['a.example'] }) })
    const shipping = ship({ url, tls: { ca, servername: 'a.example' } })
    shipping.push(20)
    expect(await shipping.flush()).toMatchObject({ delivered: 20 })
    expect(events).toHaveLength(20)
  })

  it('is checked against the name that is asked for, not against the host', async () => {
    const { url } = await startEndpoint({ tls: authority.issue() })
    const shipping = ship({ url, tls: { ca, servername: 'a.example' } })
    shipping.push(1)
    expect(await shipping.state('held')).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
  })

  it.each(wrong)('that %s is held with the right hint, and delivered once it is mended', async (_, certified, hint) => {
    const endpoint = await startEndpoint({ tls: certified() })
    const shipping = ship({ url: endpoint.url, tls: { ca } })
    shipping.push(20)
    expect(await shipping.state('held')).toMatch(hint)
    expect(shipping.stats()).toMatchObject({
      pending: 20,
      possibleDuplicates: 0,
      lastError: expect.stringMatching(hint),
    })
    expect(endpoint.requests).toEqual([])
    endpoint.show(authority.issue())
    expect(await shipping.flush()).toMatchObject({ delivered: 20 })
    expect(endpoint.events).toHaveLength(20)
    expect(shipping.told.map((event) => event.kind === 'state' && event.state)).toEqual(['held', 'open'])
  })

  it.each(wrong)('that %s and is not mended costs nothing uncounted', async (_, certified, hint) => {
    const { url, events } = await startEndpoint({ tls: certified() })
    const shipping = ship({ url, tls: { ca }, closeTimeoutMs: 50 })
    shipping.push(20)
    expect(await shipping.state('held')).toMatch(hint)
    expect(await shipping.close()).toEqual({ delivered: 0, spooled: 0, deadLettered: 0, lost: 20, pending: 0 })
    expect(shipping.stats().lost['unsent-at-close']).toBe(20)
    expect(events).toEqual([])
  })

  it('is verified also where NODE_TLS_REJECT_UNAUTHORIZED=0 says that it need not', async () => {
    // Node itself warns of it, once.
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    })
    for (const [, certified, hint] of wrong) {
      const { url, events } = await startEndpoint({ tls: certified() })
      const shipping = ship({ url, tls: { ca } })
      shipping.push(1)
      expect(await shipping.state('held')).toMatch(hint)
      await shipping.close({ timeoutMs: 0 })
      expect(events).toEqual([])
    }
  })
})

describe('a certificate of the client', () => {
  const asking = (clients: string): object => ({
    ...authority.issue(),
    requestCert: true,
    rejectUnauthorized: true,
    ca: clients,
  })

  it('is shown where it is given', async () => {
    const clients = createAuthority()
    const { url, events } = await startEndpoint({ tls: asking(clients.cert) })
    const shipping = ship({ url, tls: { ca, ...clients.issue() } })
    shipping.push(20)
    expect(await shipping.flush()).toMatchObject({ delivered: 20 })
    expect(events).toHaveLength(20)
  })

  it.each([
    ['is missing', {}],
    ['is signed by somebody else', createAuthority().issue()],
  ])('that %s: everything is kept', async (_, client) => {
    const endpoint = await startEndpoint({ tls: asking(createAuthority().cert) })
    const shipping = ship({ url: endpoint.url, tls: { ca, ...client } })
    shipping.push(20)
    expect(await shipping.state('throttled')).toContain('nothing is lost yet')
    expect(await shipping.flush({ timeoutMs: 100 })).toMatchObject({ pending: 20 })
    expect(endpoint.requests).toEqual([])
  })
})

describe('another protocol at the port', () => {
  it('that is plain HTTP is tried five times and then held, with what to do', async () => {
    const receiver = await receiverHere()
    const shipping = ship({ url: receiver.url.replace('http:', 'https:') })
    shipping.push(20)
    expect(await shipping.state('held')).toMatch(/ERR_SSL_WRONG_VERSION_NUMBER|EPROTO/)
    expect(await shipping.state('held')).toContain('the server does not speak TLS at this port; check the url')
    expect(shipping.stats()).toMatchObject({ requests: 5, retries: 5, pending: 20, possibleDuplicates: 0 })
    expect(receiver.stats()).toMatchObject({ connections: 5, requests: 0 })
    expect(shipping.told.map((event) => event.kind === 'state' && event.state)).toEqual(['throttled', 'held'])
  })

  it('that refuses the handshake is tried five times and then held, with what to do', async () => {
    const server = await rawServer({
      onConnection: (socket) => socket.once('data', () => socket.end(HANDSHAKE_FAILURE)),
    })
    const shipping = ship({ url: server.url.replace('http:', 'https:') })
    shipping.push(20)
    expect(await shipping.state('held')).toMatch(/ALERT_HANDSHAKE_FAILURE.*client certificate \(options tls\.cert and tls\.key\)/s) // prettier-ignore
    expect(shipping.stats()).toMatchObject({ requests: 5, pending: 20, possibleDuplicates: 0 })
  })
})

/** A TLS record: fatal alert 40. https://www.rfc-editor.org/rfc/rfc5246#section-7.2 */
const HANDSHAKE_FAILURE = Buffer.from([21, 3, 3, 0, 2, 2, 40])
