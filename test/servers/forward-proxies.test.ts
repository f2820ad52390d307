/** A proxy on the way out: CONNECT through squid and tinyproxy, with credentials, with wrong ones, and where it does not let us pass. */
import { describe, expect } from 'vitest'
import { createAuthority } from '../support/authority.ts'
import { freePort } from './daemon.ts'
import { squid, tinyproxy } from './forward-proxies.ts'
import { expectAllDelivered, held, it, throttled, urlOf } from './servers.ts'
import { stunnel } from './stunnel.ts'

const proxies = {
  squid: { proxy: squid, credentials: { user: 'somebody', password: 'p-a%ss:w@rd' } },
  // its configuration knows no other characters
  tinyproxy: { proxy: tinyproxy, credentials: { user: 'somebody', password: 'p-a_ss.word' } },
}

describe.for(Object.entries(proxies))('%s', ([, { proxy, credentials }]) => {
  it.concurrent('lets events pass to https through a tunnel, whose inside it does not see', async ({ servers }) => {
    const authority = createAuthority()
    const receiver = await servers.receive({ tls: authority.issue() })
    const front = await servers.start(proxy())
    const sender = servers.send(receiver.url, { proxy: urlOf(front), tls: { ca: authority.cert } })
    sender.log(1000)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 1000)
    const [request] = await receiver.requests()
    expect(Object.keys(request?.headers ?? {})).not.toContain('via')
    expect(Object.keys(request?.headers ?? {})).not.toContain('proxy-authorization')
  })

  it.concurrent('lets the endpoint see our client certificate through the tunnel', async ({ servers }) => {
    const authority = createAuthority()
    const receiver = await servers.receive()
    const endpoint = await servers.start(stunnel(receiver.url, authority.issue(), authority.cert))
    const front = await servers.start(proxy())
    const url = `https://127.0.0.1:${endpoint.port}`
    const sender = servers.send(url, { proxy: urlOf(front), tls: { ca: authority.cert, ...authority.issue() } })
    sender.log(500)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 500)
    const nobody = servers.send(url, { proxy: urlOf(front), tls: { ca: authority.cert } })
    nobody.log(10)
    expect(await held(nobody)).toContain('client certificate')
    expect(nobody.stats()).toMatchObject({ pending: 10, state: 'held' })
  })

  it.concurrent('lets events pass to http', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(proxy())
    const sender = servers.send(receiver.url, { proxy: urlOf(front) })
    sender.log(1000)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 1000)
  })

  it.concurrent('knows us by the credentials in the URL, which appear nowhere', async ({ servers }) => {
    const authority = createAuthority()
    const receiver = await servers.receive({ tls: authority.issue() })
    const front = await servers.start(proxy({ credentials }))
    const { user, password } = credentials
    const url = `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${front.port}`
    const sender = servers.send(receiver.url, { proxy: url, tls: { ca: authority.cert } })
    sender.log(100)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 100)
    await front.stop()
    await receiver.answer([{ reset: 'after-body' }])
    sender.log(1)
    const message = await throttled(sender)
    expect(message).toContain(`(by the proxy http://127.0.0.1:${front.port})`)
    expect(JSON.stringify([sender.told, sender.stats()])).not.toContain(password)
    expect(JSON.stringify([sender.told, sender.stats()])).not.toContain(encodeURIComponent(password))
    await front.replace(proxy({ credentials }))
    await sender.flush()
    await expectAllDelivered(sender, receiver, 101)
  })

  it.concurrent.for(['http', 'https'])(
    'without credentials: 407, held, and delivered once it asks for none: %s',
    async (scheme, { servers }) => {
      const authority = createAuthority()
      const receiver = await servers.receive(scheme === 'https' ? { tls: authority.issue() } : {})
      const front = await servers.start(proxy({ credentials }))
      const sender = servers.send(receiver.url, { proxy: urlOf(front), tls: { ca: authority.cert } })
      sender.log(100)
      expect(await held(sender)).toMatch(/407.*credentials/)
      expect(sender.stats()).toMatchObject({ pending: 100, possibleDuplicates: 0 })
      await front.replace(proxy())
      await sender.flush()
      await expectAllDelivered(sender, receiver, 100)
    },
  )

  it.concurrent('does not let us pass to this port: 403, held', async ({ servers }) => {
    const authority = createAuthority()
    const receiver = await servers.receive({ tls: authority.issue() })
    const front = await servers.start(proxy({ connectPort: 443 }))
    const sender = servers.send(receiver.url, { proxy: urlOf(front), tls: { ca: authority.cert } })
    sender.log(100)
    expect(await held(sender)).toMatch(/the proxy http:\S+ answered 403/)
    await front.replace(proxy())
    await sender.flush()
    await expectAllDelivered(sender, receiver, 100)
  })

  it.concurrent('cannot reach the endpoint for a while', async ({ servers }) => {
    const authority = createAuthority()
    const port = await freePort()
    const front = await servers.start(proxy())
    const sender = servers.send(`https://127.0.0.1:${port}`, { proxy: urlOf(front), tls: { ca: authority.cert } })
    sender.log(100)
    expect(await throttled(sender)).toMatch(/the proxy http:\S+ answered 5\d\d/)
    const receiver = await servers.receive({ port, tls: authority.issue() })
    await sender.flush({ timeoutMs: 20_000 })
    await expectAllDelivered(sender, receiver, 100)
  })
})
