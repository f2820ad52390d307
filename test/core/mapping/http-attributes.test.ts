import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { mapHttp } from '../../../packages/core/src/mapping/http-attributes.ts'
import { mappingOf } from '../../../packages/core/src/mapping/mapping.ts'
import type { SentEvent } from '../../support/as-sent.ts'
import { asSent } from '../../support/as-sent.ts'

function sentOf(fields: object): SentEvent {
  const before = structuredClone(fields)
  const mapping = mappingOf(fields, 0)
  mapHttp(mapping)
  const sent = asSent(mapping)
  expect(fields, 'a record that others see is not changed').toEqual(before)
  const own = mappingOf(structuredClone(fields), 0, true)
  mapHttp(own)
  expect(asSent(own), 'the same, when the record may be changed').toEqual(sent)
  delete sent['timestamp']
  return sent
}

describe('a request', () => {
  it('has method, path and query', () => {
    expect(sentOf({ req: { method: 'POST', url: '/orders/7?expand=items&x=%20' } })).toEqual({
      'http.request.method': 'POST',
      'url.path': '/orders/7',
      'url.query': 'expand=items&x=%20',
    })
  })

  it.each([
    ['/', { 'url.path': '/' }],
    ['/a?', { 'url.path': '/a' }],
    ['/a?b?c', { 'url.path': '/a', 'url.query': 'b?c' }],
    ['//double/slash', { 'url.path': '//double/slash' }],
    ['*', { 'url.path': '*' }],
    ['http://host:80/p?q', { 'url.path': '/p', 'url.query': 'q', 'req.url': 'http://host:80/p?q' }],
    ['http://host', { 'req.url': 'http://host' }],
    ['host:443', { 'req.url': 'host:443' }],
    ['', { 'req.url': '' }],
  ])('to %j says %j', (url, expected) => {
    expect(sentOf({ req: { url } })).toEqual(expected)
  })

  it('has a method in capitals, also that of hapi', () => {
    expect(sentOf({ req: { method: 'post' } })).toEqual({ 'http.request.method': 'POST' })
  })

  it('that a mounted router saw keeps its own url beside the original one', () => {
    expect(sentOf({ req: { url: '/7', originalUrl: '/orders/7?x=1' } })).toEqual({
      'url.path': '/orders/7',
      'url.query': 'x=1',
      'req.url': '/7',
    })
  })

  it.each([
    [{ remoteAddress: '::ffff:10.0.0.9' }, { 'client.address': '10.0.0.9' }],
    [{ remoteAddress: '::ffff:a00:9' }, { 'client.address': '::ffff:a00:9' }],
    [{ remoteAddress: '::1' }, { 'client.address': '::1' }],
    [
      { ip: '203.0.113.7', remoteAddress: '10.0.0.1' },
      { 'client.address': '203.0.113.7', 'req.remoteAddress': '10.0.0.1' },
    ],
    [{ headers: { 'x-forwarded-for': '203.0.113.7' } }, { 'req.headers.x-forwarded-for': '203.0.113.7' }],
  ])('from %j came from %j', (req, expected) => {
    expect(sentOf({ req })).toEqual(expected)
  })

  it('leaves its headers where they are, without what would let a reader act as the user', () => {
    const headers = {
      authorization: 'Bearer secret',
      cookie: 'sid=secret',
      'Proxy-Authorization': 'Basic secret',
      'user-agent': 'tester/1.0',
      accept: 'text/html',
    }
    const sent = sentOf({
      req: { headers, cookies: { sid: 'secret' }, rawHeaders: ['Cookie', 'sid=secret', 'A', 'b'] },
    })
    expect(sent).toEqual({
      'user_agent.original': 'tester/1.0',
      'req.headers.authorization': '[Redacted]',
      'req.headers.cookie': '[Redacted]',
      'req.headers.Proxy-Authorization': '[Redacted]',
      'req.headers.user-agent': 'tester/1.0',
      'req.headers.accept': 'text/html',
      'req.cookies': '[Redacted]',
      'req.rawHeaders': ['Cookie', '[Redacted]', 'A', 'b'],
    })
  })

  it.each([
    [{ req: 'GET /' }, { req: 'GET /' }],
    [{ req: { id: 7 } }, { 'req.id': 7 }],
    [{ req: null }, { req: null }],
    [{ req: { method: 5, url: {} } }, { 'req.method': 5, 'req.url': {} }],
  ])('that is none, %j, stays as it is', (fields, expected) => {
    expect(sentOf(fields)).toEqual(expected)
  })
})

describe('a response', () => {
  it('has a status code, and the time it took in nanoseconds', () => {
    expect(sentOf({ res: { statusCode: 404, headers: { 'set-cookie': ['a=b'] } }, responseTime: 1.2345 })).toEqual({
      'http.response.status_code': 404,
      duration: 1_234_500,
      'res.headers.set-cookie': '[Redacted]',
    })
  })

  it.each([null, 0, 42, 1000, '', 'OK'])('with the status code %j has none', (statusCode) => {
    expect(sentOf({ res: { statusCode } })).toEqual({ 'res.statusCode': statusCode })
  })

  it('without which a response time is a field like any other', () => {
    expect(sentOf({ responseTime: 5 })).toEqual({ responseTime: 5 })
  })
})

describe('fields of morgan', () => {
  it('are recognised by method and url', () => {
    const fields = {
      method: 'GET',
      url: '/a?b=1',
      status: '200',
      'response-time': '0.276',
      'remote-addr': '::1',
      referrer: '-',
    }
    expect(sentOf({ ...fields, 'user-agent': 'tester/1.0' })).toEqual({
      'http.request.method': 'GET',
      'url.path': '/a',
      'url.query': 'b=1',
      'http.response.status_code': 200,
      duration: 276_000,
      'client.address': '::1',
      'user_agent.original': 'tester/1.0',
      referrer: '-',
    })
  })

  it.each([{ method: 'GET' }, { url: '/a', status: 200 }, { method: 'findAll', url: '/a' }, { method: 'GET', url: 7 }])(
    'are not seen in %j',
    (fields) => {
      expect(sentOf(fields)).toEqual(fields)
    },
  )
})

describe('living requests', () => {
  it('are reduced to what middleware would have logged of them', async () => {
    const sent = await new Promise<SentEvent>((resolve) => {
      const server = createServer((req, res) => {
        res.statusCode = 201
        res.setHeader('set-cookie', 'sid=secret')
        const mapping = mappingOf({ req, res, responseTime: 3 }, 0)
        mapHttp(mapping)
        res.end()
        resolve(asSent(mapping))
        server.close()
      })
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        const headers = { authorization: 'Bearer secret', 'user-agent': 'tester/1.0' }
        request({ port, host: '127.0.0.1', path: '/orders?x=1', method: 'DELETE', headers, agent: false }).end()
      })
    })
    expect(sent).toEqual({
      timestamp: 0,
      'http.request.method': 'DELETE',
      'url.path': '/orders',
      'url.query': 'x=1',
      'client.address': '127.0.0.1',
      'user_agent.original': 'tester/1.0',
      'http.response.status_code': 201,
      duration: 3_000_000,
      'req.headers.authorization': '[Redacted]',
      'req.headers.user-agent': 'tester/1.0',
      'req.headers.host': expect.stringMatching(/^127\.0\.0\.1:/) as unknown,
      'req.headers.connection': 'close',
      'req.remotePort': expect.any(Number) as unknown,
      'res.headers.set-cookie': '[Redacted]',
    })
  })
})
