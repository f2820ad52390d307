/** Infos recorded from the real packages, each with the event it becomes. */
import type { Server } from 'node:http'
import type { Express } from 'express'
import express from 'express'
import expressWinston from 'express-winston'
import morgan from 'morgan'
import { describe, expect, it } from 'vitest'
import type { SentEvent } from '../support/as-sent.ts'
import { send, stop } from '../support/http-exchange.ts'
import { loggerWith, MappingTransport } from './infos.ts'

const number = expect.any(Number) as unknown
const text = expect.any(String) as unknown
const info = { timestamp: number, loglevel: 'INFO', status: 'INFO', 'log.raw_level': 'info' }

const request = {
  'http.request.method': 'GET',
  'url.path': '/shop/orders/7',
  'url.query': 'expand=items',
  'user_agent.original': 'tester/1.0',
}

function headersBelow(prefix: string): object {
  return {
    [`${prefix}.headers.authorization`]: '[Redacted]',
    [`${prefix}.headers.cookie`]: '[Redacted]',
    [`${prefix}.headers.user-agent`]: 'tester/1.0',
    [`${prefix}.headers.x-request-id`]: 'r-1',
    [`${prefix}.headers.host`]: text,
    [`${prefix}.headers.connection`]: 'close',
  }
}

/** Runs an application in which a router is mounted, and returns what it logged of one request. */
async function recorded(
  path: string,
  use: (app: Express, logger: ReturnType<typeof loggerWith>) => void,
): Promise<SentEvent[]> {
  const transport = new MappingTransport()
  const logger = loggerWith(transport)
  transport.handleExceptions = true
  const app = express()
  use(app, logger)
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
  })
  await send(server, path)
  await stop(server)
  expect(JSON.stringify(transport.events)).not.toContain('secret')
  return transport.events
}

function shop(): express.Router {
  const router = express.Router()
  router.get('/orders/:id', (_req, res) => void res.cookie('sid', 'secret').send('ok'))
  router.get('/fails', () => {
    throw new RangeError('out of stock')
  })
  return router
}

describe('express-winston', () => {
  it('a request, below `meta`', async () => {
    const events = await recorded('/shop/orders/7?expand=items', (app, logger) => {
      app.use(expressWinston.logger({ winstonInstance: logger }))
      app.use('/shop', shop())
    })
    expect(events).toEqual([
      {
        ...info,
        ...request,
        ...headersBelow('meta.req'),
        content: 'HTTP GET /shop/orders/7?expand=items',
        'meta.req.httpVersion': '1.1',
        'meta.req.query.expand': 'items',
        'http.response.status_code': 200,
        duration: number,
      },
    ])
  })

  it('a request, at the top', async () => {
    const events = await recorded('/shop/orders/7?expand=items', (app, logger) => {
      const requestWhitelist = [...expressWinston.requestWhitelist, 'ip']
      // express-winston knows null as a place; its types do not
      const metaField = null as unknown as string
      app.use(expressWinston.logger({ winstonInstance: logger, metaField, requestWhitelist, statusLevels: true }))
      app.use('/shop', shop())
    })
    expect(events).toEqual([
      {
        ...info,
        ...request,
        ...headersBelow('req'),
        content: 'HTTP GET /shop/orders/7?expand=items',
        'req.httpVersion': '1.1',
        'req.query.expand': 'items',
        'client.address': '127.0.0.1',
        'http.response.status_code': 200,
        duration: number,
      },
    ])
  })

  it('an error', async () => {
    const events = await recorded('/shop/fails', (app, logger) => {
      app.use('/shop', shop())
      app.use(expressWinston.errorLogger({ winstonInstance: logger }))
      app.use(((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler)
    })
    expect(events).toMatchObject([
      {
        content: 'middlewareError',
        loglevel: 'ERROR',
        'exception.type': 'RangeError',
        'exception.message': 'out of stock',
        'exception.stack_trace': expect.stringContaining('    at ') as unknown,
        'http.request.method': 'GET',
        'url.path': '/shop/fails',
        'meta.req.headers.cookie': '[Redacted]',
        'meta.process.pid': process.pid,
      },
    ])
    expect(events[0]).not.toHaveProperty(['meta.stack'])
  })
})

describe('morgan through winston', () => {
  it.each([
    ['combined', { 'client.address': '127.0.0.1', 'user_agent.original': 'tester/1.0' }],
    ['common', { 'client.address': '127.0.0.1' }],
    ['short', { 'client.address': '127.0.0.1', duration: number }],
    ['tiny', { duration: number }],
    ['dev', { duration: number }],
  ])('a line in the format %s', async (format, expected) => {
    const events = await recorded('/shop/orders/7?expand=items', (app, logger) => {
      app.use(morgan(format, { stream: { write: (line) => logger.http(line) } }))
      app.use('/shop', shop())
    })
    expect(events).toEqual([
      {
        ...info,
        ...expected,
        'log.raw_level': 'http',
        content: expect.stringContaining('/shop/orders/7?expand=items') as unknown,
        'http.request.method': 'GET',
        'url.path': '/shop/orders/7',
        'url.query': 'expand=items',
        'http.response.status_code': 200,
      },
    ])
  })

  it('fields', async () => {
    const events = await recorded('/shop/orders/7?expand=items', (app, logger) => {
      const format: morgan.FormatFn = (tokens, req, res) =>
        JSON.stringify({
          method: tokens['method']?.(req, res),
          url: tokens['url']?.(req, res),
          status: tokens['status']?.(req, res),
          'content-length': tokens['res']?.(req, res, 'content-length'),
          'response-time': tokens['response-time']?.(req, res),
          'remote-addr': tokens['remote-addr']?.(req, res),
          'user-agent': tokens['user-agent']?.(req, res),
        })
      app.use(morgan(format, { stream: { write: (line) => logger.info('request', JSON.parse(line)) } }))
      app.use('/shop', shop())
    })
    expect(events).toEqual([
      {
        ...info,
        ...request,
        content: 'request',
        'http.response.status_code': 200,
        'client.address': '127.0.0.1',
        'content-length': '2',
        duration: number,
      },
    ])
  })
})
