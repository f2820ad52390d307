/** What the options make of an event on its way through a shipper, seen where it arrives. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { GenericEvent, ShipperOptions } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import { describe, expect, it, vi } from 'vitest'
import type { Surroundings } from '../../packages/core/src/pipeline.ts'
import { receiverHere } from '../support/receiver-here.ts'
import { temporaryFolder } from '../support/temporary.ts'

interface Arrived {
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly accepted: number
  readonly warnings: readonly string[]
}

async function arrive(
  options: ShipperOptions,
  events: readonly GenericEvent[] = [{ content: 'c' }],
  surroundings: Surroundings = {},
): Promise<Arrived> {
  const receiver = await receiverHere()
  const warnings: string[] = []
  const shipper = createShipper({ ...receiver.target, ...options }, undefined, {
    ...surroundings,
    onEvent: ({ message }) => warnings.push(message),
  })
  for (const event of events) shipper.push(event)
  await shipper.close()
  const { accepted, pending } = shipper.stats()
  expect(pending).toBe(0)
  return { events: receiver.events, accepted, warnings }
}

/** Metadata files as OneAgent has them, the virtual one included. */
function metadata(content: object): Surroundings {
  const folder = temporaryFolder()
  const directory = join(folder, 'enrichment')
  mkdirSync(directory)
  writeFileSync(join(directory, 'of-this-process.json'), JSON.stringify(content))
  writeFileSync(join(folder, 'virtual'), join(directory, 'of-this-process.json'))
  return { metadata: { virtualFile: join(folder, 'virtual'), directory } }
}

describe('enrichment', () => {
  it('is on unless it is switched off', async () => {
    const { events } = await arrive({})
    expect(events[0]).toMatchObject({ 'host.name': hostname(), 'process.pid': process.pid })
    const { events: without } = await arrive({ enrichment: false })
    expect(Object.keys(without[0] ?? {}).toSorted()).toEqual([
      'content',
      'event.id',
      'event.provider',
      'event.type',
      'timestamp', // the receiver's, as the service does it
    ])
  })

  it('brings what OneAgent, OpenTelemetry and the release say, and what attributes say instead', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=orders,team=shop')
    vi.stubEnv('DT_RELEASE_VERSION', '1.4.2')
    vi.stubEnv('DT_RELEASE_STAGE', 'production')
    try {
      const files = metadata({ 'dt.entity.process_group_instance': 'PROCESS_GROUP_INSTANCE-1', team: 'file' })
      const { events } = await arrive({ attributes: { team: 'mine' } }, undefined, files)
      expect(events[0]).toMatchObject({
        'dt.entity.process_group_instance': 'PROCESS_GROUP_INSTANCE-1',
        'service.name': 'orders',
        'event.provider': 'orders',
        team: 'mine',
        'service.version': '1.4.2',
        'deployment.release_version': '1.4.2',
        'deployment.release_stage': 'production',
        'deployment.environment': 'production',
      })
      const { events: given } = await arrive({ attributes: { 'service.name': 'mine', 'service.version': '2' } })
      expect(given[0]).toMatchObject({ 'event.provider': 'mine', 'service.version': '2' })
      const { events: provider } = await arrive({ event: { provider: 'p' } })
      expect(provider[0]).toMatchObject({ 'event.provider': 'p', 'service.name': 'orders' })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('leaves what an event says of itself', async () => {
    const { events } = await arrive(
      {},
      [{ 'host.name': 'other', 'dt.trace_id': 't' }],
      metadata({ 'dt.trace_id': 'file' }),
    )
    expect(events[0]).toMatchObject({ 'host.name': 'other', 'dt.trace_id': 't' })
  })

  it('is refused as anything but true or false', () => {
    expect(() => createShipper({ url: 'http://127.0.0.1:1', token: 't', enrichment: 'yes' as never })).toThrow(
      'enrichment must be true or false, got "yes" (string)',
    )
  })
})

describe('an event that is pushed without an adapter', () => {
  it('is redacted, and stays as it was', async () => {
    const event = Object.freeze({ content: 'c', user: Object.freeze({ password: 'secret', name: 'n' }) })
    const { events } = await arrive({ redact: ['user.password', '*.token'] }, [event])
    expect(events[0]).toMatchObject({ 'user.password': '[Redacted]', 'user.name': 'n' })
    expect(event.user.password).toBe('secret')
  })

  it('is not accepted below minLevel', async () => {
    const events: GenericEvent[] = [
      { loglevel: 'INFO' },
      { loglevel: 'WARN' },
      { content: 'no level' },
      { loglevel: 'NONE' },
    ]
    const arrived = await arrive({ minLevel: 'warn' }, events)
    expect(arrived.accepted).toBe(3)
    expect(arrived.events.map(({ loglevel }) => loglevel)).toEqual(['WARN', undefined, 'NONE'])
  })

  it('is stamped anew when it is older than the service takes', async () => {
    const old = Date.now() - 48 * 3_600_000
    const { events } = await arrive({}, [
      { timestamp: old, n: 1 },
      { timestamp: new Date(old).toISOString(), n: 2 },
    ])
    expect(events).toHaveLength(2)
    for (const event of events) {
      expect(event).toMatchObject({ 'openpipeline.late': true })
      expect(Date.now() - Number(event['timestamp'])).toBeLessThan(60_000)
    }
    expect(events[0]?.['observed_timestamp']).toBe(old)
  })

  it('never makes push throw, whatever it is', async () => {
    const hostile = {
      get timestamp(): never {
        throw new Error('getter')
      },
    }
    const options = { redact: ['a.b'], minLevel: 'warn', map: (event: GenericEvent) => event }
    const { accepted, events } = await arrive(options, [hostile, null as never, undefined as never, 'text' as never])
    expect(events).toHaveLength(accepted)
  })
})

describe('map', () => {
  it('changes events before they are encoded, and keeps others back without a trace', async () => {
    const arrived = await arrive(
      {
        map: (event) =>
          event['drop'] === true ? undefined : { ...event, content: `${event.content}!`, nested: { a: 1 } },
      },
      [{ content: 'a' }, { content: 'b', drop: true }, { content: 'c' }],
    )
    expect(arrived.accepted).toBe(2)
    expect(arrived.events).toEqual([
      expect.objectContaining({ content: 'a!', 'nested.a': 1, 'event.type': 'log' }),
      expect.objectContaining({ content: 'c!' }),
    ])
  })

  it('sees redacted events, and loses none by throwing', async () => {
    const seen: unknown[] = []
    const map = (event: GenericEvent): never => {
      seen.push(event['password'])
      throw new Error('fault')
    }
    const arrived = await arrive({ map, redact: ['password'] }, [{ password: 'x' }, { password: 'y' }])
    expect(seen).toEqual(['[Redacted]', '[Redacted]'])
    expect(arrived.events.map(({ password }) => password)).toEqual(['[Redacted]', '[Redacted]'])
    expect(arrived.warnings).toEqual(['map threw: [Throws: fault]; its events are sent unmapped'])
  })

  it('may set what every event has', async () => {
    const map = (event: GenericEvent): GenericEvent => ({ ...event, 'service.name': 'other', 'event.id': 'own' })
    const { events } = await arrive({ map, attributes: { 'service.name': 'orders' } })
    expect(events[0]).toMatchObject({ 'service.name': 'other', 'event.id': 'own' })
  })

  it('sees headers as they are; what it leaves among headers is hidden, what it copies elsewhere is not', async () => {
    const headers = { cookie: 'sid=1', host: 'h' }
    const map = (event: GenericEvent): GenericEvent => ({
      ...event,
      'copy.headers.cookie': 'sid=2',
      copied: headers.cookie,
    })
    const { events } = await arrive({ map }, [{ content: 'c', req: { headers } }])
    expect(events[0]).toMatchObject({
      'req.headers.cookie': '[Redacted]',
      'req.headers.host': 'h',
      'copy.headers.cookie': '[Redacted]',
      copied: 'sid=1',
    })
  })

  it('is a function here, and refused as a module', () => {
    expect(() => createShipper({ url: 'http://127.0.0.1:1', token: 't', map: { module: 'x' } as never })).toThrow(
      "map must be a function ({ module, export } is for the worker of 'pino-openpipeline' only), got an object",
    )
  })
})
