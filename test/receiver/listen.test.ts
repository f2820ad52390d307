import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { ReceiverError, startReceiver } from 'openpipeline-receiver'
import { Agent } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { selfSigned } from '../support/authority.ts'
import { receiverFor } from './fixture.ts'
import { post } from './post.ts'

/** An address of this machine that is not loopback, where there is one. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.internal === false && address.family === 'IPv4')?.address

describe('the address', () => {
  it('is loopback with a free port', async () => {
    const receiver = await receiverFor()
    expect(receiver.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it.skipIf(outside === undefined)('is not reachable from outside unless a host is given', async () => {
    const receiver = await receiverFor()
    const { port } = new URL(receiver.url)
    await expect(post(`http://${outside}:${port}`, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const open = await receiverFor({ host: '0.0.0.0' })
    expect(open.url).toContain('127.0.0.1')
    expect(await post(`http://${outside}:${new URL(open.url).port}`, {})).toMatchObject({ status: 202 })
  })

  it('may be IPv6', async () => {
    const receiver = await receiverFor({ host: '::1' })
    expect(receiver.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect(await post(receiver.url, {})).toMatchObject({ status: 202 })
  })

  it('that is taken is said so', async () => {
    const { url } = await receiverFor()
    const port = Number(new URL(url).port)
    const failure = startReceiver({ port })
    await expect(failure).rejects.toBeInstanceOf(ReceiverError)
    await expect(failure).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: `cannot listen on 127.0.0.1:${port}: the port is taken; choose another, or 0 for a free one (EADDRINUSE)`,
    })
  })
})

describe('TLS', () => {
  const tls = selfSigned()

  it('is served with the given key and certificate', async () => {
    const receiver = await receiverFor({ tls })
    expect(receiver.url).toMatch(/^https:/)
    const dispatcher = agentTrusting(tls.cert)
    expect(await post(receiver.url, { content: 'secret' }, { dispatcher })).toMatchObject({ status: 202 })
    await expect(post(receiver.url, {})).rejects.toThrow(/certificate/)
    expect(receiver.requests).toMatchObject([{ connectionId: 1 }])
  })

  it.each(['before-body', 'mid-body', 'after-body'] as const)('breaks a connection %s, too', async (reset) => {
    const receiver = await receiverFor({ tls, script: [{ reset }] })
    const dispatcher = agentTrusting(tls.cert)
    await expect(post(receiver.url, {}, { dispatcher })).rejects.toThrow()
    expect(receiver.requests).toMatchObject([{ outcome: 'reset' }])
    expect(await post(receiver.url, {}, { dispatcher })).toMatchObject({ status: 202 })
  })

  it('refuses a key that is none', async () => {
    await expect(startReceiver({ tls: { key: 'x', cert: 'y' } })).rejects.toThrow('is not valid PEM')
  })
})

describe('close', () => {
  it('ends every connection, silent ones included, and may be called twice', async () => {
    const receiver = await startReceiver()
    const silent = connect(Number(new URL(receiver.url).port), '127.0.0.1')
    silent.on('error', () => undefined)
    await once(silent, 'connect')
    const ended = once(silent, 'close')
    await Promise.all([receiver.close(), receiver.close()])
    await ended
    await expect(post(receiver.url, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('leaves what was received readable', async () => {
    const receiver = await startReceiver()
    await post(receiver.url, { content: 'kept' })
    await receiver.close()
    expect(receiver.events).toMatchObject([{ content: 'kept' }])
    expect(receiver.stats()).toMatchObject({ requests: 1 })
  })
})

function agentTrusting(ca: string): Agent {
  const agent = new Agent({ connect: { ca } })
  onTestFinished(() => agent.destroy())
  return agent
}
