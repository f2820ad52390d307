/** Lines recorded from nestjs-pino in a running application, each with the event it becomes. */
import { Logger, LoggerModule, PinoLogger } from 'nestjs-pino'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SentEvent } from '../support/as-sent.ts'
import { runNest } from '../support/nest.ts'
import { KeptLines, sentOf } from './lines.ts'

const number = expect.any(Number) as unknown
const text = expect.any(String) as unknown
const base = { timestamp: number, 'process.pid': process.pid, 'host.name': text }
const info = { ...base, loglevel: 'INFO', status: 'INFO', 'log.raw_level': '30' }
const error = { ...base, loglevel: 'ERROR', status: 'ERROR', 'log.raw_level': '50' }

function request(id: number, path: string): SentEvent {
  return {
    'http.request.method': 'GET',
    'url.path': path,
    'client.address': '127.0.0.1',
    'user_agent.original': 'tester/1.0',
    'req.id': id,
    'req.params.path': path.split('/').slice(1),
    'req.remotePort': number,
    'req.headers.authorization': '[Redacted]',
    'req.headers.cookie': '[Redacted]',
    'req.headers.user-agent': 'tester/1.0',
    'req.headers.x-request-id': 'r-1',
    'req.headers.host': text,
    'req.headers.connection': 'close',
  }
}

function response(status: number): SentEvent {
  return {
    'http.response.status_code': status,
    duration: number,
    'res.headers.x-powered-by': 'Express',
    'res.headers.content-type': 'application/json; charset=utf-8',
    'res.headers.content-length': text,
    'res.headers.etag': text,
  }
}

describe('nestjs-pino', () => {
  let events: SentEvent[] = []
  beforeAll(async () => {
    const kept = new KeptLines()
    await runNest(
      {
        module: LoggerModule.forRoot({ pinoHttp: [{}, kept] }),
        token: PinoLogger,
        say: (logger) => (logger as PinoLogger).info({ orderId: 7 }, 'in between'),
        logger: (app) => app.get(Logger),
      },
      ['/orders/7?expand=items', '/orders/fails/now'],
    )
    events = sentOf(kept.lines)
  })

  const said = (content: string): SentEvent[] => events.filter((event) => event['content'] === content)
  const found = { ...request(1, '/orders/7'), 'url.query': 'expand=items', 'req.query.expand': 'items' }
  const failed = { ...request(2, '/orders/fails/now'), 'req.query': {} }

  it('gives away no credentials', () => {
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  it('what Nest itself says', () => {
    expect(said('Nest application successfully started')).toEqual([
      { ...info, content: 'Nest application successfully started', context: 'NestApplication' },
    ])
  })

  it("a line of Nest's logger, and one of the injected logger, within a request", () => {
    expect(said('found')).toEqual([{ ...info, ...found, content: 'found', context: 'OrdersController' }])
    expect(said('in between')).toEqual([{ ...info, ...found, content: 'in between', orderId: 7 }])
  })

  it('an error with a stack', () => {
    expect(said('lost')).toEqual([
      {
        ...error,
        ...found,
        content: 'lost',
        context: 'OrdersController',
        'exception.type': 'Error',
        'exception.message': 'lost',
        'exception.stack_trace': 'Error: lost\n    at shelf',
      },
    ])
  })

  it('an exception that a handler threw', () => {
    expect(said('out of stock')).toEqual([
      {
        ...error,
        ...failed,
        content: 'out of stock',
        context: 'ExceptionsHandler',
        'exception.type': 'RangeError',
        'exception.message': 'out of stock',
        'exception.stack_trace': expect.stringContaining('    at ') as unknown,
      },
    ])
  })

  it('the end of a request', () => {
    expect(said('request completed')).toEqual([{ ...info, ...found, ...response(200), content: 'request completed' }])
    expect(said('request errored')).toEqual([
      {
        ...info,
        ...failed,
        ...response(500),
        content: 'request errored',
        'exception.type': 'Error',
        'exception.message': 'failed with status code 500',
        'exception.stack_trace': expect.stringContaining('    at ') as unknown,
      },
    ])
  })
})
