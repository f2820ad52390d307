/** Lines recorded from the real packages, each with the event it becomes. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import Hapi from '@hapi/hapi'
import Fastify from 'fastify'
import hapiPino from 'hapi-pino'
import { pinoHttp } from 'pino-http'
import { describe, expect, it } from 'vitest'
import type { SentEvent } from '../support/as-sent.ts'
import { listen, send, stop } from '../support/http-exchange.ts'
import { KeptLines, sentOf } from './lines.ts'

const number = expect.any(Number) as unknown
const text = expect.any(String) as unknown
const stack = expect.stringContaining('    at ') as unknown

/** In every line of pino's. */
const base = { timestamp: number, 'process.pid': process.pid, 'host.name': text }
const info = { ...base, loglevel: 'INFO', status: 'INFO', 'log.raw_level': '30' }
const error = { ...base, loglevel: 'ERROR', status: 'ERROR', 'log.raw_level': '50' }

const headers = {
  'user_agent.original': 'tester/1.0',
  'req.headers.authorization': '[Redacted]',
  'req.headers.cookie': '[Redacted]',
  'req.headers.user-agent': 'tester/1.0',
  'req.headers.x-request-id': 'r-1',
  'req.headers.host': text,
  'req.headers.connection': 'close',
}

function expectNoSecret(events: readonly SentEvent[]): void {
  expect(JSON.stringify(events)).not.toContain('secret')
}

describe('pino-http', () => {
  const request = {
    'http.request.method': 'GET',
    'url.path': '/orders/7',
    'url.query': 'expand=items',
    'client.address': '127.0.0.1',
    'req.id': 1,
    'req.remotePort': number,
    ...headers,
  }

  it('request completed', async () => {
    const [event] = await recorded((_req, res) => res.setHeader('set-cookie', 'sid=secret').end('ok'))
    expect(event).toEqual({
      ...info,
      ...request,
      content: 'request completed',
      'http.response.status_code': 200,
      'res.headers.set-cookie': '[Redacted]',
      duration: number,
    })
    expect(Number(event?.['duration']) % 1e6).toBe(0)
  })

  it('request errored', async () => {
    const [event] = await recorded((_req, res) => res.writeHead(500).end())
    // pino-http logs it as information unless it is given a customLogLevel
    expect(event).toEqual({
      ...info,
      ...request,
      content: 'request errored',
      'http.response.status_code': 500,
      'res.headers': {},
      duration: number,
      'exception.type': 'Error',
      'exception.message': 'failed with status code 500',
      'exception.stack_trace': stack,
    })
  })

  it('a line of its child logger', async () => {
    const [event] = await recorded((req, res) => {
      req.log.info({ orderId: 7 }, 'in between')
      res.end()
    })
    expect(event).toEqual({ ...info, ...request, content: 'in between', orderId: 7 })
  })

  async function recorded(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<SentEvent[]> {
    const kept = new KeptLines()
    const log = pinoHttp({}, kept)
    return exchanged(
      kept,
      createServer((req, res) => {
        log(req, res)
        answer(req, res)
      }),
    )
  }

  async function exchanged(kept: KeptLines, server: Server): Promise<SentEvent[]> {
    await listen(server)
    await send(server, '/orders/7?expand=items')
    await stop(server)
    const events = sentOf(kept.lines)
    expectNoSecret(events)
    return events
  }
})

describe('fastify', () => {
  it('incoming request, what the handler says, request completed', async () => {
    const events = await recorded('/orders/7?expand=items')
    expect(events).toEqual([
      {
        ...info,
        content: 'incoming request',
        reqId: 'req-1',
        'http.request.method': 'GET',
        'url.path': '/orders/7',
        'url.query': 'expand=items',
        'client.address': '127.0.0.1',
        'req.host': text,
        'req.remotePort': number,
      },
      { ...info, content: 'in between', reqId: 'req-1', orderId: '7' },
      { ...info, content: 'request completed', reqId: 'req-1', 'http.response.status_code': 200, duration: number },
    ])
    expect(events[2]?.['duration']).toBeGreaterThan(0)
  })

  it('an error of the handler', async () => {
    const events = await recorded('/fails')
    expect(events[1]).toEqual({
      ...error,
      content: 'deadlock detected',
      reqId: 'req-1',
      'http.response.status_code': 500,
      'http.request.method': 'GET',
      'url.path': '/fails',
      'client.address': '127.0.0.1',
      'req.host': text,
      'req.remotePort': number,
      'exception.type': 'Error',
      'exception.message': 'deadlock detected',
      'exception.stack_trace': stack,
      'err.code': '40P01',
    })
  })

  async function recorded(path: string): Promise<SentEvent[]> {
    const kept = new KeptLines()
    const app = Fastify({ logger: { stream: kept } })
    app.get('/orders/:id', (request) => {
      request.log.info({ orderId: (request.params as { id: string }).id }, 'in between')
      return { ok: true }
    })
    app.get('/fails', () => {
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    await send(app.server, path)
    await app.close()
    const events = sentOf(kept.lines).filter((event) => 'reqId' in event)
    expectNoSecret(events)
    return events
  }
})

describe('hapi-pino', () => {
  it('the response', async () => {
    const kept = new KeptLines()
    const server = Hapi.server({ port: 0, host: '127.0.0.1' })
    await server.register({ plugin: hapiPino, options: { stream: kept as unknown as NodeJS.WriteStream } })
    server.route({ method: 'GET', path: '/orders/{id}', handler: () => 'ok' })
    await server.start()
    await send(server.listener, '/orders/7?expand=items')
    await server.stop()
    const events = sentOf(kept.lines).filter((event) => 'http.request.method' in event)
    expectNoSecret(events)
    expect(events).toEqual([
      {
        ...info,
        ...headers,
        content: expect.stringMatching(/^\[response\] get \/orders\/7 200/) as unknown,
        'http.request.method': 'GET',
        'url.path': '/orders/7',
        'req.query.expand': 'items',
        'req.id': text,
        'req.remotePort': number,
        'client.address': '127.0.0.1',
        'http.response.status_code': 200,
        duration: number,
        'res.headers.content-type': 'text/html; charset=utf-8',
        'res.headers.cache-control': 'no-cache',
        'res.headers.accept-ranges': 'bytes',
        'res.headers.content-length': 2,
      },
    ])
  })
})
