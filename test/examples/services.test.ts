/** The services: real requests, the events that come of them, and SIGTERM, at which nothing is lost. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addressOf, end, folderOf, receiverFor, run, runToEnd } from './example.ts'

/** `npm run build`. */
async function compile(example: string): Promise<void> {
  rmSync(join(folderOf(example), 'dist'), { recursive: true, force: true })
  await runToEnd(example, ['node_modules/typescript/bin/tsc'], '')
}

async function get(url: string): Promise<number> {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.status
}

describe('pino-nestjs', () => {
  it("delivers requests, the controller's lines and what it throws", async () => {
    await compile('pino-nestjs')
    const receiver = await receiverFor()
    const service = run('pino-nestjs', ['dist/main.js'], receiver.url)
    const address = await addressOf(service)
    expect(await get(`${address}/orders/1`)).toBe(200)
    expect(await get(`${address}/orders/9`)).toBe(404)
    expect(await get(`${address}/orders/13`)).toBe(500)
    expect(await end(service)).toBe('SIGTERM')
    const named = receiver.events.filter(({ content }) => content === 'order read')
    expect(named).toMatchObject([
      { orderId: '1', 'service.name': 'nest-orders', 'http.request.method': 'GET', 'url.path': '/orders/1' },
    ])
    const completed = receiver.events.filter((event) => 'http.response.status_code' in event)
    expect(new Set(completed.map((event) => event['http.response.status_code']))).toEqual(new Set([200, 404, 500]))
    expect(
      receiver.events.some(({ content, status }) => content === 'order cannot be read' && status === 'ERROR'),
    ).toBe(true)
    expect(receiver.events.some(({ content }) => /Nest application successfully started/.test(String(content)))).toBe(
      true,
    )
  })
})

describe('winston-nestjs', () => {
  it("delivers Nest's lines, the controller's and what it throws", async () => {
    await compile('winston-nestjs')
    const receiver = await receiverFor()
    const service = run('winston-nestjs', ['dist/main.js'], receiver.url)
    const address = await addressOf(service)
    expect(await get(`${address}/shipments/1`)).toBe(200)
    expect(await get(`${address}/shipments/13`)).toBe(500)
    expect(await end(service)).toBe('SIGTERM')
    expect(receiver.events.find(({ content }) => content === 'shipment read')).toMatchObject({
      shipmentId: '1',
      context: 'ShipmentsController',
      'service.name': 'nest-shipping',
    })
    const failed = receiver.events.filter(({ status }) => status === 'ERROR')
    expect(JSON.stringify(failed)).toContain('label not printed')
  })
})

describe('winston-express-winston', () => {
  it('delivers a record for each request, with the names that Dynatrace knows', async () => {
    const receiver = await receiverFor()
    const service = run('winston-express-winston', ['app.mjs'], receiver.url)
    const address = await addressOf(service)
    expect(await get(`${address}/books/1?sort=title`)).toBe(200)
    expect(await get(`${address}/books/9`)).toBe(404)
    expect(await get(`${address}/books/13`)).toBe(500)
    expect(await end(service)).toBe(0)
    const requests = receiver.events.filter((event) => 'http.response.status_code' in event)
    expect(requests).toMatchObject([
      { 'http.response.status_code': 200, 'url.path': '/books/1', 'url.query': 'sort=title', loglevel: 'INFO' },
      { 'http.response.status_code': 404, loglevel: 'WARN' },
      { 'http.response.status_code': 500, loglevel: 'ERROR' },
    ])
    for (const { duration } of requests) expect(duration).toBeTypeOf('number')
    expect(JSON.stringify(receiver.events)).toContain('shelf is locked')
  })
})

describe('prometheus', () => {
  it('serves the counters as text that Prometheus reads', async () => {
    const receiver = await receiverFor()
    const service = run('prometheus', ['index.mjs'], receiver.url)
    const address = await addressOf(service)
    await get(`${address}/`)
    await receiver.received(1)
    const response = await fetch(`${address}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4')
    const text = await response.text()
    expect(text).toContain('openpipeline_events_accepted_total 1\n')
    expect(text).toContain('openpipeline_events_lost_total{reason="queue-full"} 0\n')
    expect(text).toContain('openpipeline_state{state="open"} 1\n')
    const form = /^(# HELP [a-z_]+ .+|# TYPE [a-z_]+ (counter|gauge)|[a-z_]+(\{[a-z]+="[a-z-]+"\})? \d+)$/
    expect(text.trimEnd().split('\n').filter((line) => !form.test(line))).toEqual([]) // prettier-ignore
    await end(service)
  })
})
