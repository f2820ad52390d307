/** Before and after a migration: the same program, and what arrives of it on either side. */
import type { ReceivedEvent } from 'openpipeline-receiver'
import { describe, expect, it } from 'vitest'
import { receiverFor, runToEnd, startOther, token } from './example.ts'

/** What the application logs, as it must arrive either way. */
const logged = [
  ['INFO', 'service started', { version: '1.4.0' }],
  ['WARN', 'payment is slow', { orderId: 'A-17', waitedMs: 1250, 'card.issuer': 'acme', 'card.country': 'AT' }],
  ['ERROR', 'payment failed', { orderId: 'A-18', tags: ['payment', 'retry'] }],
] as const

async function after(example: string, env: Readonly<Record<string, string>> = {}): Promise<readonly ReceivedEvent[]> {
  const receiver = await receiverFor()
  await runToEnd(example, ['after.mjs'], env['DT_API_URL'] === undefined ? receiver.url : '', {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('ORIGIN', receiver.url)])),
  })
  expect(receiver.events).toMatchObject(
    logged.map(([loglevel, content, attributes]) => ({ loglevel, content, ...attributes })),
  )
  return receiver.events
}

describe('migrate-winston-http', () => {
  it('sends the same three records', async () => {
    const before = await startOther()
    await runToEnd('migrate-winston-http', ['before.mjs'], '', { env: { LOG_URL: `${before.url}/logs` } })
    const records = before.posted.flatMap(({ body }) => JSON.parse(body) as Record<string, unknown>[])
    expect(before.posted[0]?.path).toBe('/logs')
    expect(records.map(({ level, message }) => [String(level).toUpperCase(), message])).toEqual(
      logged.map(([level, content]) => [level, content]),
    )
    await after('migrate-winston-http')
  })
})

describe('migrate-pino-loki', () => {
  it('sends the same three records, with labels as attributes', async () => {
    const before = await startOther(204)
    const env = { LOKI_URL: before.url, LOKI_PASSWORD: 'secret' }
    await runToEnd('migrate-pino-loki', ['before.mjs'], '', { env })
    interface Push {
      readonly streams: readonly { readonly stream: object; readonly values: readonly (readonly string[])[] }[]
    }
    const streams = before.posted.flatMap(({ body }) => (JSON.parse(body) as Push).streams)
    const lines = streams.flatMap(({ values }) => values.map(([, line = '']) => JSON.parse(line) as { msg: string }))
    expect(before.posted[0]?.path).toBe('/loki/api/v1/push')
    expect(lines.map(({ msg }) => msg).toSorted()).toEqual(logged.map(([, content]) => content).toSorted())
    expect(streams[0]?.stream).toMatchObject({ service_name: 'orders', env: 'prod' })
    const events = await after('migrate-pino-loki')
    for (const event of events)
      expect(event).toMatchObject({ 'service.name': 'orders', 'deployment.environment': 'prod' })
  })
})

describe('migrate-log-api', () => {
  it('sends the same three records, with the variables that were there', async () => {
    const before = await startOther(204)
    const variables = { DT_API_TOKEN: token, OPENPIPELINE_URL: '', OPENPIPELINE_TOKEN: '' }
    const env = { ...variables, DT_API_URL: `${before.url}/api/v2/logs/ingest` }
    await runToEnd('migrate-log-api', ['before.mjs'], '', { env })
    const [post] = before.posted
    expect(post).toMatchObject({ path: '/api/v2/logs/ingest', headers: { authorization: `Api-Token ${token}` } })
    const lines = JSON.parse(post?.body ?? '') as Record<string, unknown>[]
    const events = await after('migrate-log-api', { ...variables, DT_API_URL: 'ORIGIN/api/v2/logs/ingest' })
    // What both say has the same name and value; only the level has another name.
    const same = ['content', 'log.source', 'host.name', 'orderId', 'waitedMs', 'version', 'tags']
    for (const [index, line] of lines.entries()) {
      for (const name of same) expect(events[index]?.[name]).toEqual(line[name])
      expect(events[index]?.['loglevel']).toBe(String(line['severity']).toUpperCase())
    }
    expect(lines).toHaveLength(3)
  })
})
