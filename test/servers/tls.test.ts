/** TLS that ends in stunnel, nginx or haproxy: certificates that must not be trusted, and those that must be shown. */
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Ended, Program } from '../journey/program.ts'
import { type Authority, createAuthority, selfSigned } from '../support/authority.ts'
import type { Daemon } from './daemon.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'
import { expectAllDelivered, held, it, TOKEN } from './servers.ts'
import { stunnel } from './stunnel.ts'

const PROGRAM = new URL('./programs/log-through-a-fault.mjs', import.meta.url)

function httpsOf({ port }: Daemon): string {
  return `https://127.0.0.1:${port}`
}

const wrongs = {
  'has expired': {
    certified: (authority: Authority) => authority.issue({ fromDay: -3, untilDay: -1 }),
    hint: /CERT_HAS_EXPIRED: the server's certificate has expired, or this machine's clock is wrong/,
  },
  'is for another name': {
    certified: (authority: Authority) => authority.issue({ names: ['elsewhere.example'] }),
    hint: /ERR_TLS_CERT_ALTNAME_INVALID: the server's certificate is for another name; check the url/,
  },
  'is signed by itself': {
    certified: () => selfSigned(),
    hint: /DEPTH_ZERO_SELF_SIGNED_CERT: .*NODE_EXTRA_CA_CERTS/,
  },
  'is signed by somebody unknown': {
    certified: () => undefined,
    hint: /UNABLE_TO_VERIFY_LEAF_SIGNATURE: .*NODE_EXTRA_CA_CERTS/,
  },
}

describe.concurrent('a certificate that must not be trusted', () => {
  it.for(Object.entries(wrongs))(
    'that %s: held with the right hint, delivered once it is right',
    async ([, { certified, hint }], { servers }) => {
      const receiver = await servers.receive()
      const authority = createAuthority()
      const wrong = certified(authority) ?? createAuthority().issue()
      const front = await servers.start(stunnel(receiver.url, wrong))
      const sender = servers.send(httpsOf(front), { tls: { ca: authority.cert } })
      sender.log(100)
      expect(await held(sender)).toMatch(hint)
      expect(sender.stats()).toMatchObject({ pending: 100, possibleDuplicates: 0, state: 'held' })
      expect(await receiver.stats()).toMatchObject({ requests: 0 })
      await front.replace(stunnel(receiver.url, authority.issue()))
      await sender.flush()
      await expectAllDelivered(sender, receiver, 100)
    },
  )

  it('tls.ca may be the certificate itself, and tls.servername the name in it', async ({ servers }) => {
    const receiver = await servers.receive()
    const own = selfSigned()
    const front = await servers.start(stunnel(receiver.url, own))
    const sender = servers.send(httpsOf(front), { tls: { ca: own.cert } })
    sender.log(100)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 100)

    const authority = createAuthority()
    const elsewhere = authority.issue({ names: ['elsewhere.example'] })
    await front.replace(stunnel(receiver.url, elsewhere))
    const other = servers.send(httpsOf(front), { tls: { ca: authority.cert, servername: 'elsewhere.example' } })
    other.log(1)
    expect(await other.flush()).toMatchObject({ delivered: 1 })
  })

  it('NODE_EXTRA_CA_CERTS is enough, and nothing less is: not even NODE_TLS_REJECT_UNAUTHORIZED=0', async ({
    servers,
  }) => {
    const receiver = await servers.receive()
    const authority = createAuthority()
    const front = await servers.start((place) => {
      const recipe = stunnel(receiver.url, authority.issue())(place)
      return { ...recipe, files: { ...recipe.files, 'trusted.pem': authority.cert } }
    })
    const run = (way: string, env: Readonly<Record<string, string>>): Promise<Ended> => {
      const options = { url: httpsOf(front), token: TOKEN, closeTimeoutMs: 1000 }
      return new Program(PROGRAM, { way, options, count: 100, forMs: 50, flushMs: 1000, end: 'close' }, { env }).ended
    }
    const careless = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }
    const refused = await Promise.all([run('pino worker', careless), run('winston', careless), run('winston', {})])
    for (const { diagnostics, exit } of refused) {
      expect(exit).toBe(0)
      expect(diagnostics).toContainEqual(expect.objectContaining({ reason: 'unsent-at-close', count: 100 }))
      expect(diagnostics[0]?.message).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE: .*NODE_EXTRA_CA_CERTS/)
    }
    expect(await receiver.stats()).toMatchObject({ requests: 0 })
    const trusting = { NODE_EXTRA_CA_CERTS: join(front.folder, 'trusted.pem') }
    await Promise.all([run('pino worker', trusting), run('winston', trusting)])
    expect(await receiver.stats()).toMatchObject({ distinct: 200 })
  })
})

describe.concurrent('a client certificate', () => {
  const fronts = {
    stunnel: (url: string, authority: Authority) => stunnel(url, authority.issue(), authority.cert),
    nginx: (url: string, authority: Authority) => {
      const { cert, key } = authority.issue()
      const server =
        'ssl_certificate server.pem; ssl_certificate_key server.key; ssl_client_certificate authority.pem; ssl_verify_client on;'
      const files = { 'server.pem': cert, 'server.key': key, 'authority.pem': authority.cert }
      return nginx(url, { listen: 'ssl', server, files })
    },
    haproxy: (url: string, authority: Authority) => {
      const { cert, key } = authority.issue()
      const files = { 'server.pem': cert + key, 'authority.pem': authority.cert }
      return haproxy(url, { bind: 'ssl crt server.pem ca-file authority.pem verify required', files })
    },
  }

  it.for(Object.entries(fronts))('is shown to %s', async ([, front], { servers }) => {
    const receiver = await servers.receive()
    const authority = createAuthority()
    const daemon = await servers.start(front(receiver.url, authority))
    const sender = servers.send(httpsOf(daemon), { tls: { ca: authority.cert, ...authority.issue() } })
    sender.log(500)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 500)
  })

  it.for(['stunnel', 'haproxy'] as const)(
    'that is missing for %s: held with the remedy, everything is kept',
    async (name, { servers }) => {
      const receiver = await servers.receive()
      const authority = createAuthority()
      const daemon = await servers.start(fronts[name](receiver.url, authority))
      const sender = servers.send(httpsOf(daemon), { tls: { ca: authority.cert } })
      sender.log(100)
      expect(await held(sender)).toMatch(/ALERT_CERTIFICATE_REQUIRED.*it may want a client certificate/)
      expect(sender.stats()).toMatchObject({ pending: 100, possibleDuplicates: 0 })
      await daemon.replace(stunnel(receiver.url, authority.issue()))
      await sender.flush()
      await expectAllDelivered(sender, receiver, 100)
    },
  )

  // nginx says it with a page and 400, which is no word of the service about an event.
  it.for([5, 100])('that is missing for nginx: held, and all of %i are kept', async (count, { servers }) => {
    const receiver = await servers.receive()
    const authority = createAuthority()
    const daemon = await servers.start(fronts.nginx(receiver.url, authority))
    const sender = servers.send(httpsOf(daemon), { tls: { ca: authority.cert } })
    sender.log(count)
    const message = await held(sender)
    expect(message).toMatch(/400 \(400 No required SSL certificate was sent\).*client certificate \(options tls\.cert/)
    expect(sender.stats()).toMatchObject({ pending: count, lost: { rejected: 0 } })
    await daemon.replace(stunnel(receiver.url, authority.issue()))
    await sender.flush()
    await expectAllDelivered(sender, receiver, count)
  })
})
