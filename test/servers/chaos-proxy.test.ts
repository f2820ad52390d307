/** A bad line between the sender and the endpoint: one toxic at a time, then all of them by turns. */
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import type { Behaviour, ChaosProxy } from '../support/chaos-proxy.ts'
import { integerFrom, oneOf, seeded } from '../support/random.ts'
import type { ReceiverProcess } from '../support/receiver-process.ts'
import { expectAllDelivered, it, type Sender, type Servers, throttled } from './servers.ts'

/** A head of a request has about 350 bytes, an answer 202 about 120. */
const toxics: Record<string, Behaviour> = {
  'latency and jitter': { requests: { latencyMs: 40, jitterMs: 60 }, answers: { latencyMs: 40, jitterMs: 60 } },
  'a narrow line': { requests: { bytesPerSecond: 200_000 } },
  'pieces of a few bytes': { requests: { sliceBytes: 700 }, answers: { sliceBytes: 7 } },
}

/** While these hold nothing, or not everything, can get through. */
const breakages: Record<string, Behaviour> = {
  'a reset within the head': { requests: { resetAfterBytes: 100 } },
  'a reset within the body': { requests: { resetAfterBytes: 5000 } },
  'a reset within the answer': { answers: { resetAfterBytes: 40 } },
  'a reset after one answer and a half': { answers: { resetAfterBytes: 180 } },
  'a half-closed connection before the answer': { answers: { finAfterBytes: 0 } },
  'a half-closed connection within the answer': { answers: { finAfterBytes: 40 } },
  'a black hole for requests': { requests: { stallAfterBytes: 0 } },
  'a black hole within the body': { requests: { stallAfterBytes: 5000 } },
  'a black hole for answers': { answers: { stallAfterBytes: 0 } },
}

interface Line {
  readonly receiver: ReceiverProcess
  readonly line: ChaosProxy
  readonly sender: Sender
}

async function lineWith(servers: Servers, behaviour: Behaviour = {}, timeoutMs = 700): Promise<Line> {
  const receiver = await servers.receive()
  const line = await servers.chaos(Number(new URL(receiver.url).port), behaviour)
  const sender = servers.send(line.url, { batch: { maxEvents: 100, lingerMs: 50 }, delivery: { timeoutMs } })
  return { receiver, line, sender }
}

describe.concurrent('a line that is bad but works', () => {
  it.for(Object.entries(toxics))('%s', async ([, behaviour], { servers }) => {
    const { receiver, sender } = await lineWith(servers, behaviour, 30_000)
    sender.log(2000)
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 2000)
    expect(sender.stats()).toMatchObject({ state: 'open', retries: 0 })
  })
})

describe.concurrent('a line that breaks and is mended', () => {
  it.for(Object.entries(breakages))('%s', async ([, behaviour], { servers }) => {
    const { receiver, line, sender } = await lineWith(servers, behaviour)
    sender.log(1000)
    await line.until(({ connections }) => connections >= 8)
    line.behave({})
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 1000)
    expect(sender.stats().requests).toBeGreaterThan(10) // more than there are batches
  })

  it('no listener, then one again', async ({ servers }) => {
    const { receiver, line, sender } = await lineWith(servers)
    await line.down()
    sender.log(1000)
    expect(await throttled(sender)).toContain('ECONNREFUSED')
    await line.up()
    await sender.flush()
    await expectAllDelivered(sender, receiver, 1000)
    expect(sender.stats()).toMatchObject({ possibleDuplicates: 0 }) // refused is not ambiguous
  })

  it('a reset wherever a body is too large: halved until it passes', async ({ servers }) => {
    const receiver = await servers.receive()
    const line = await servers.chaos(Number(new URL(receiver.url).port), { requests: { resetAfterBytes: 100_000 } })
    const sender = servers.send(line.url, { batch: { lingerMs: 50 } })
    sender.log(300, { bytes: 1000 })
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 300)
    expect((await receiver.stats()).statuses).not.toHaveProperty('202', 1) // not as the one batch that it was
  })

  it('connections that are cut while requests are under way', async ({ servers }) => {
    const { receiver, line, sender } = await lineWith(servers, { answers: { latencyMs: 200 } })
    for (let round = 0; round < 5; round++) {
      sender.log(200)
      const flushed = sender.flush()
      await receiver.answered(round + 1) // the server has it, the client does not know yet
      line.cut()
      await flushed
    }
    await expectAllDelivered(sender, receiver, 1000)
    expect((await receiver.stats()).duplicates).toBeGreaterThan(0)
  })
})

const SEED = Number(process.env['SEED'] ?? 20_251_124)

it(`every breakage by turns, drawn with seed ${SEED}`, async ({ servers }) => {
  const random = seeded(SEED)
  const { receiver, line, sender } = await lineWith(servers)
  const all = [{}, ...Object.values(toxics), ...Object.values(breakages)] as const
  let logged = 0
  for (let turn = 0; turn < 25; turn++) {
    line.behave(oneOf<Behaviour>(random, [{}, ...all]))
    if (random() < 0.3) line.cut()
    const count = integerFrom(random, 10, 200)
    sender.log(count, { bytes: integerFrom(random, 50, 2000) })
    logged += count
    await after(integerFrom(random, 50, 400)) // how long a turn lasts is part of what is drawn
  }
  line.behave({})
  line.cut()
  await sender.flush({ timeoutMs: 30_000 })
  await expectAllDelivered(sender, receiver, logged)
})
