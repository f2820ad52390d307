import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { Client } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { receiverFor } from './fixture.ts'
import { envelope, post } from './post.ts'

const tooLarge = envelope(413, 'Body is larger than 1000 bytes')

describe('a body above the limit', () => {
  it('is answered with 413, at the limit it is accepted', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 1000 })
    const body = JSON.stringify({ content: 'x'.repeat(986) })
    expect(body.length).toBe(1000)
    expect(await post(receiver.url, body)).toMatchObject({ status: 202 })
    expect(await post(receiver.url, `${body} `)).toMatchObject({ status: 413, body: tooLarge })
    expect(receiver.events).toHaveLength(1)
  })

  it('is counted in bytes, not in characters', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 1000 })
    expect(await post(receiver.url, { content: 'ä'.repeat(500) })).toMatchObject({ status: 413 })
  })

  it('has the limit of the service unless another is given', async () => {
    const receiver = await receiverFor()
    const body = JSON.stringify({ content: 'x'.repeat(10_000_000 - 14) })
    expect(await post(receiver.url, body)).toMatchObject({ status: 202 })
    expect(await post(receiver.url, `${body} `)).toMatchObject({ status: 413 })
  })

  it('is answered before it is sent, and the connection can be used again after it', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 1000 })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const first = begin(receiver.url, agent, { 'content-length': 5_000_000 })
    first.write('[')
    expect(await answerOf(first)).toEqual({ status: 413, body: tooLarge })
    first.end(Buffer.alloc(4_999_999))
    await once(first, 'close')
    const second = begin(receiver.url, agent, { 'content-length': 2 })
    second.end('{}')
    expect(await answerOf(second)).toEqual({ status: 202, body: '' })
    expect(receiver.stats().connections).toBe(1)
  })

  it('is answered in the middle where its size was not told', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 1000 })
    const sending = begin(receiver.url, undefined, {})
    sending.write(Buffer.alloc(2000))
    expect(await answerOf(sending)).toEqual({ status: 413, body: tooLarge })
    sending.end(Buffer.alloc(100_000))
    expect(receiver.requests[0]).toMatchObject({ status: 413, events: 0 })
  })

  it('is answered instead of 100 Continue where the client asks first', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 1000 })
    const asking = begin(receiver.url, undefined, { 'content-length': 5000, expect: '100-continue' })
    asking.flushHeaders()
    asking.once('continue', () => asking.end(Buffer.alloc(5000)))
    expect(await answerOf(asking)).toEqual({ status: 413, body: tooLarge })
    const fitting = begin(receiver.url, undefined, { 'content-length': 2, expect: '100-continue' })
    fitting.flushHeaders()
    await once(fitting, 'continue')
    fitting.end('{}')
    expect(await answerOf(fitting)).toEqual({ status: 202, body: '' })
  })

  it('does not fool undici into losing the answer', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 1000 })
    const client = new Client(receiver.url)
    onTestFinished(() => client.destroy())
    for (let count = 0; count < 5; count += 1) {
      const answer = await post(receiver.url, Buffer.alloc(8_000_000), { dispatcher: client })
      expect(answer).toEqual(expect.objectContaining({ status: 413, body: tooLarge }))
    }
  })
})

describe('a client that leaves within its body', () => {
  it('is told as aborted, with what had come', async () => {
    const receiver = await receiverFor()
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1')
    socket.write('POST /platform/ingest/v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n[{"a":')
    await once(socket, 'connect')
    socket.end()
    await receiver.received((_, { requests }) => requests === 1)
    expect(receiver.requests).toMatchObject([{ outcome: 'aborted', status: null, wireBytes: 6 }])
  })
})

function begin(url: string, agent: Agent | undefined, headers: Record<string, string | number>): ClientRequest {
  return request(`${url}/platform/ingest/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(agent === undefined ? {} : { agent }),
  })
}

async function answerOf(sending: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve).once('error', reject)
  })
  let body = ''
  for await (const chunk of answer) body += String(chunk)
  return { status: answer.statusCode, body }
}
