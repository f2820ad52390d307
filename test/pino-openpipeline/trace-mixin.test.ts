import { openPipelineStream, traceMixin } from 'pino-openpipeline'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { receiverHere } from '../support/receiver-here.ts'
import { inSpan, SPAN, SPAN_ATTRIBUTES, withOpenTelemetry } from '../support/spans.ts'

describe('traceMixin without OpenTelemetry', () => {
  it('adds nothing', () => {
    expect(traceMixin()()).toEqual({})
  })
})

describe('traceMixin', () => {
  withOpenTelemetry()

  it('gives the ids of the span in which it is called', () => {
    const mixin = traceMixin()
    expect(inSpan(mixin)).toEqual(SPAN_ATTRIBUTES)
    expect(inSpan(() => inSpan(mixin, { ...SPAN, spanId: '00f067aa0ba902b7', traceFlags: 0 }))).toEqual({
      ...SPAN_ATTRIBUTES,
      span_id: '00f067aa0ba902b7',
      trace_flags: '00',
    })
  })

  it.each([
    [0, '00'],
    [1, '01'],
    [2, '02'],
    [3, '03'],
    [0x7f, '7f'],
    [0xff, 'ff'],
  ])('writes the trace flags %i as W3C does, %s', (traceFlags, written) => {
    expect(inSpan(traceMixin(), { ...SPAN, traceFlags })).toEqual({ ...SPAN_ATTRIBUTES, trace_flags: written })
  })

  it('follows a span through what is awaited', async () => {
    const mixin = traceMixin()
    await inSpan(async () => {
      await new Promise(setImmediate)
      expect(mixin()).toEqual(SPAN_ATTRIBUTES)
    })
  })

  it('adds nothing outside of a span, nor for one without ids', () => {
    expect(traceMixin()()).toEqual({})
    expect(inSpan(traceMixin(), { ...SPAN, traceId: '0'.repeat(32) })).toEqual({})
  })

  it('gives an object of its own each time, since pino writes into it', () => {
    const mixin = traceMixin()
    expect(mixin()).not.toBe(mixin())
    expect(inSpan(mixin)).not.toBe(inSpan(mixin))
  })

  it('puts the ids at the top of an event', async () => {
    const receiver = await receiverHere()
    const stream = openPipelineStream(receiver.target)
    const logger = pino({ mixin: traceMixin() }, stream)
    inSpan(() => logger.info({ orderId: 1, 'dt.trace_id': 't', dd: { trace_id: '7' } }, 'within'))
    logger.info('outside')
    await stream.close()
    expect(receiver.events[0]).toMatchObject({ ...SPAN_ATTRIBUTES, orderId: 1, 'dt.trace_id': 't', 'dd.trace_id': '7' })
    expect(receiver.events[1]).not.toHaveProperty('trace_id')
  })
})
