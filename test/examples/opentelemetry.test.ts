/** Traces and metrics with the real SDKs of OpenTelemetry, as programs use them. */
import { describe, expect, it } from 'vitest'
import { receiverFor, runToEnd } from './example.ts'

const instrumented = ['--import', './instrumentation.mjs']

interface PrintedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
}

describe.each(['pino', 'winston'])('opentelemetry-traces with %s', (logger) => {
  it('gives each record the ids of the span in which it was logged', async () => {
    const receiver = await receiverFor()
    const printed = await runToEnd('opentelemetry-traces', [...instrumented, `${logger}.mjs`], receiver.url)
    const spans = printed.trim().split('\n').map((line) => JSON.parse(line) as PrintedSpan) // prettier-ignore
    const idsOf = (name: string): object => {
      const span = spans.find((candidate) => candidate.name === name)
      return { trace_id: span?.traceId, span_id: span?.spanId, trace_flags: '01' }
    }
    const [outside, received, failed, ...others] = receiver.events
    expect(outside).toMatchObject({ content: 'outside of any span' })
    expect(outside).not.toHaveProperty('trace_id')
    expect(received).toMatchObject({ content: 'order received', ...idsOf('accept order') })
    expect(failed).toMatchObject({ content: 'payment failed', ...idsOf('charge') })
    expect(others).toEqual([])
  })
})

describe('opentelemetry-metrics', () => {
  it('prints the counters of the worker and of the transport in process', async () => {
    const receiver = await receiverFor()
    const printed = await runToEnd('opentelemetry-metrics', [...instrumented, 'index.mjs'], receiver.url)
    expect(receiver.events).toHaveLength(3)
    const exported = printed.slice(printed.indexOf("name: 'otel.sdk.exporter.log.exported'"))
    const points = [...exported.matchAll(/'otel.component.name': '([^']+)'[\s\S]*?value: (\d+)/g)].slice(0, 2)
    expect(Object.fromEntries(points.map(([, name, value]) => [name, value]))).toEqual({
      'pino-openpipeline/0': '2',
      'winston-openpipeline/0': '1',
    })
  })
})
