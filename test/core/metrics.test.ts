import { metrics } from '@opentelemetry/api'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startReceiver } from 'openpipeline-receiver'
import { createShipper } from '../../packages/core/src/shipper.ts'
import type { Shipper } from '../../packages/core/src/shipper.ts'
import type { Stats } from '../../packages/core/src/stats.ts'
import type { Metrics, Point } from '../support/metrics.ts'
import { withMetrics } from '../support/metrics.ts'
import { TOKEN_OK } from './options/resolve.ts'

/** Names are counted over the life of the process, so each test has its own. */
let component = 'none'
let tests = 0

async function shipping(options: object = {}): Promise<Shipper> {
  const receiver = await startReceiver({ rejectEvent: ({ bad }) => (bad === true ? 'bad' : undefined) })
  onTestFinished(() => receiver.close())
  component = `test-${++tests}`
  const all = { url: receiver.url, token: TOKEN_OK, diagnostics: 'silent', ...options } as const
  const shipper = createShipper(all, { name: component })
  onTestFinished(async () => void (await shipper.close({ timeoutMs: 0 })))
  return shipper
}

/** Values of the shipper of this test, by what tells them apart. */
async function valuesOf(collecting: Metrics, name: string): Promise<Record<string, unknown>> {
  const { [name]: metric } = await collecting.collect()
  const own = metric?.points.filter(({ attributes }) => attributes['otel.component.type'] === component) ?? []
  return Object.fromEntries(own.map(({ attributes, value }: Point) => [keyOf(attributes), value]))
}

function keyOf(attributes: Point['attributes']): string {
  return String(attributes['error.type'] ?? attributes['openpipeline.state'] ?? '')
}

describe('metrics of a shipper', () => {
  it('are its counters, by the names and units of the conventions', async () => {
    const collecting = withMetrics()
    const shipper = await shipping()
    shipper.push({ content: 'one' })
    shipper.push({ content: 'two', bad: true })
    await shipper.flush()
    shipper.push({ content: 'three' })
    expect(await valuesOf(collecting, 'otel.sdk.exporter.log.exported')).toEqual({ '': 1, rejected: 1 })
    expect(await valuesOf(collecting, 'otel.sdk.exporter.log.inflight')).toEqual({ '': 1 })
    expect(await valuesOf(collecting, 'openpipeline.state')).toEqual({ open: 1, throttled: 0, held: 0, closed: 0 })
    const { accepted, bytesSent, possibleDuplicates, requests, retries, spooled } = shipper.stats()
    for (const [name, value] of Object.entries({
      'openpipeline.accepted': accepted,
      'openpipeline.requests': requests,
      'openpipeline.retries': retries,
      'openpipeline.request.io': bytesSent,
      'openpipeline.possible_duplicates': possibleDuplicates,
      'openpipeline.spooled': spooled,
    }))
      expect(await valuesOf(collecting, name), name).toEqual({ '': value })
    expect(bytesSent).toBeGreaterThan(0)
    const all = await collecting.collect()
    expect(Object.entries(all).map(([name, { isMonotonic, unit }]) => [name, unit, isMonotonic])).toEqual([
      ['otel.sdk.exporter.log.exported', '{log_record}', true],
      ['otel.sdk.exporter.log.inflight', '{log_record}', false],
      ['openpipeline.accepted', '{log_record}', true],
      ['openpipeline.spooled', '{log_record}', false],
      ['openpipeline.requests', '{request}', true],
      ['openpipeline.retries', '{request}', true],
      ['openpipeline.request.io', 'By', true],
      ['openpipeline.possible_duplicates', '{log_record}', true],
      ['openpipeline.state', '1', false],
    ])
  })

  it('tell two shippers of a package apart', async () => {
    const collecting = withMetrics()
    const first = await shipping()
    const second = createShipper({ url: 'http://127.0.0.1:9', token: TOKEN_OK }, { name: component })
    onTestFinished(async () => void (await second.close({ timeoutMs: 0 })))
    first.push({ content: 'one' })
    const { 'openpipeline.accepted': accepted } = await collecting.collect()
    const values = accepted?.points.map(({ attributes, value }) => [attributes['otel.component.name'], value])
    expect(values).toEqual([
      [`${component}/0`, 1],
      [`${component}/1`, 0],
    ])
  })

  it('are complete after the close, once, and then no more', async () => {
    const collecting = withMetrics(AggregationTemporality.DELTA)
    const shipper = await shipping()
    shipper.push({ content: 'one' })
    expect(await valuesOf(collecting, 'openpipeline.accepted')).toEqual({ '': 1 })
    shipper.push({ content: 'two' })
    await shipper.close()
    expect(await valuesOf(collecting, 'otel.sdk.exporter.log.exported')).toEqual({ '': 2 })
    expect(await valuesOf(collecting, 'otel.sdk.exporter.log.exported')).toEqual({})
  })

  it('are asked for on collection only, and not at all without a provider', async () => {
    let reads = 0
    const counted = (shipper: Shipper): void => {
      const stats = shipper.stats.bind(shipper)
      shipper.stats = (): Stats => {
        reads += 1
        return stats()
      }
    }
    counted(await shipping())
    const collecting = withMetrics()
    await collecting.collect()
    expect(reads).toBe(0) // it was there before the provider
    const seen = await shipping()
    counted(seen)
    seen.push({ content: 'one' })
    await seen.flush()
    expect(reads).toBe(0)
    await collecting.collect()
    expect(reads).toBe(1)
  })

  it.each([
    ['throws', { getMeter: () => { throw new Error('no') } }], // prettier-ignore
    ['gives something else', { getMeter: () => ({}) }],
    ['fails later', { getMeter: () => brokenMeter }],
  ])('leave a shipper alone whose provider %s', async (_how, provider) => {
    metrics.setGlobalMeterProvider(provider as never)
    onTestFinished(() => metrics.disable())
    const shipper = await shipping()
    shipper.push({ content: 'one' })
    expect(await shipper.flush()).toMatchObject({ delivered: 1 })
  })
})

const fail = (): never => {
  throw new Error('no')
}
const brokenMeter = {
  createObservableCounter: fail,
  createObservableUpDownCounter: fail,
  addBatchObservableCallback: fail,
}
