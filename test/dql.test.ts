/** examples/dql.md names only what arrives when real loggers log. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { openPipelineStream, traceMixin } from 'pino-openpipeline'
import pino from 'pino'
import { pinoHttp } from 'pino-http'
import { describe, expect, it } from 'vitest'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'
import { listen, send, stop } from './support/http-exchange.ts'
import { receiverHere } from './support/receiver-here.ts'
import { ship } from './support/shipping.ts'
import { inSpan, withOpenTelemetry } from './support/spans.ts'

const text = readFileSync(new URL('../examples/dql.md', import.meta.url), 'utf8')
const queries = [...text.matchAll(/^```dql\n([^]*?)^```/gm)].map(([, query = '']) => query)

/** Words of the language that are used here. */
const WORDS =
  'fetch events from now filter and or fields sort desc asc limit summarize makeTimeseries by interval count max isNotNull true false'
const words = new Set(WORDS.split(' '))

/** Names that a query takes from the events. */
function namesIn(query: string): string[] {
  const code = query.replaceAll(/"[^"]*"/g, '').replaceAll(/\b\d+\w*/g, '')
  const own = new Set([...code.matchAll(/(\w+) = /g)].map(([, name]) => name))
  const names = code.match(/[a-z_][\w.]*/gi) ?? []
  return [...new Set(names)].filter((name) => !words.has(name) && !own.has(name))
}

const attributes = { 'service.name': 'orders', 'service.version': '1.4.2' }

async function arrivedAttributes(): Promise<Set<string>> {
  const receiver = await receiverHere()
  const stream = openPipelineStream({ ...receiver.target, attributes })
  const logger = pino({ name: 'orders', mixin: traceMixin() }, stream)
  inSpan(() => logger.error({ err: new TypeError('boom') }, 'failed'))
  const middleware = pinoHttp({ logger })
  const server = createServer((req, res) => {
    middleware(req, res)
    res.end()
  })
  await listen(server)
  await send(server, '/orders/7?expand=items')
  await stop(server)
  await stream.close()

  const transport = new OpenPipelineTransport({ ...receiver.target, attributes })
  const error = new Error('outer', { cause: new Error('inner') })
  const late = new Date(Date.now() - 48 * 3_600_000).toISOString()
  winston.createLogger({ transports: [transport] }).error('failed', { error, timestamp: late })
  await transport.flush()
  transport.close().catch(() => undefined)

  const small = ship({ url: receiver.url, queue: { maxBytes: 5000 }, batch: { maxBytes: 5000, lingerMs: 60_000 } })
  small.push(100)
  await small.close()
  return new Set(receiver.events.flatMap((event) => Object.keys(event)))
}

describe('the queries of examples/dql.md', () => {
  withOpenTelemetry()

  it('are ten', () => {
    expect(queries).toHaveLength(10)
  })

  it('name attributes that arrive', async () => {
    const named = new Set(queries.flatMap(namesIn))
    const arrived = await arrivedAttributes()
    expect([...named].filter((name) => !arrived.has(name))).toEqual([])
    expect(named.size).toBeGreaterThan(20)
  })

  it('begin with the table of generic events', () => {
    for (const query of queries) expect(query).toMatch(/^fetch events, from: now\(\) - \d+[hd]\n(\| .*\n)+$/)
  })
})
