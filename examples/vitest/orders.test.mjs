/** Tests of what a service logs, as it arrives: the whole way, over real HTTP, to a receiver in the same process. */
import { startReceiver } from 'openpipeline-receiver'
import pino from 'pino'
import { openPipelineStream } from 'pino-openpipeline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createOrders } from './orders.mjs'

let receiver
let stream
let orders

beforeEach(async () => {
  receiver = await startReceiver()
  // In process: the logs of a test are then those of its own logger, and a worker thread need not be started for each.
  stream = openPipelineStream({ url: receiver.url, token: 'dt0c01.TEST', batch: { lingerMs: 0 }, redact: ['total'] })
  orders = createOrders(pino(stream))
})

afterEach(async () => {
  await stream.close()
  await receiver.close()
})

describe('an order', () => {
  it('is logged with its id when it is accepted', async () => {
    orders.accept({ id: 'A-17', total: 90 })
    const [event] = await receiver.received(1)
    expect(event).toMatchObject({ content: 'order accepted', loglevel: 'INFO', orderId: 'A-17' })
  })

  it('is logged as an error when it cannot be paid', async () => {
    expect(() => orders.accept({ id: 'A-18', total: 5000 })).toThrow('payment failed')
    await receiver.received((events) => events.some(({ status }) => status === 'ERROR'))
  })

  it('never shows its total', async () => {
    orders.accept({ id: 'A-19', total: 77 })
    const [event] = await receiver.received(1)
    expect(event.total).toBe('[Redacted]')
  })

  it('is logged even while the endpoint is down', async () => {
    receiver.answer([{ status: 503 }, { reset: 'after-body' }])
    orders.accept({ id: 'A-20', total: 1 })
    await stream.flush()
    expect(receiver.events).toHaveLength(1)
    expect(stream.stats()).toMatchObject({ delivered: 1, pending: 0 })
  })
})
