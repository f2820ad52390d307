/** A service that is told to end, and one that ends by a fault of its own. */
import { expect } from 'vitest'

import { expectAccount, expectIdentity, it, type Way, ways, waysInProcess } from './journey.ts'

const latencyMs = 150
const signals = (['SIGTERM', 'SIGINT'] as const).flatMap((signal) => ways.map((way: Way) => ({ signal, way })))
const faults = ['uncaught exception', 'unhandled rejection'] as const
const itsTrace = expect.arrayContaining([expect.stringContaining('a fault of the application')])

it.concurrent.for(signals)(
  '$signal, a handler that closes: 200 of 200 arrive: $way',
  async ({ signal, way }, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const program = journey.start('service', receiver.url, { way, count: 200, onSignal: 'close' })
    await program.told('logged')
    program.signal(signal)
    const ended = await program.ended
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 200 })
  },
)

it.concurrent.for(signals)(
  '$signal, installShutdown: 200 of 200 arrive, and the signal has its effect: $way',
  async ({ signal, way }, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const program = journey.start('service', receiver.url, { way, count: 200, onSignal: 'installShutdown' })
    await program.told('logged')
    program.signal(signal)
    const ended = await program.ended
    expect(ended.exit).toBe(signal)
    await expectAccount(ended, receiver, { logged: 200 })
  },
)

it.concurrent.for(ways)(
  'SIGTERM without a handler: what has not been sent is lost, as documented: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const program = journey.start('service', receiver.url, { way, count: 200 })
    await program.told('logged')
    program.signal('SIGTERM')
    expect(await program.ended).toMatchObject({ exit: 'SIGTERM', stderr: '' })
    expect(await receiver.stats()).toMatchObject({ distinct: 0 })
  },
)

it.concurrent.for(faults)('%s: 200 of 200 arrive from the pino worker', async (fault, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const ended = await journey.run('service', receiver.url, { way: 'pino worker', count: 200, fault })
  expect(ended.exit).toBe(1)
  await expectAccount(ended, receiver, { logged: 200, otherLines: itsTrace })
})

const faultsInProcess = faults.flatMap((fault) => waysInProcess.map((way) => ({ fault, way })))

it.concurrent.for(faultsInProcess)(
  '$fault: what has not been sent is lost, as documented: $way',
  async ({ fault, way }, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const ended = await journey.run('service', receiver.url, { way, count: 200, fault })
    expect(ended.exit).toBe(1)
    expect(ended.otherLines).toEqual(itsTrace)
    expect(ended.said.stats).toMatchObject({ accepted: 200, delivered: 0, pending: 200 })
    expectIdentity(ended)
    expect(await receiver.stats()).toMatchObject({ distinct: 0 })
  },
)

it.concurrent.for(faults)(
  '%s: winston delivers the records and the fault itself, before it ends the process',
  async (fault, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const options = { handleExceptions: true, handleRejections: true }
    const ended = await journey.run('service', receiver.url, { way: 'winston', options, count: 200, fault })
    expect(ended.exit).toBe(1)
    await expectAccount(ended, receiver, { logged: 201, unnumbered: 1 })
    expect((await receiver.events()).at(-1)).toMatchObject({
      loglevel: 'ERROR',
      'exception.message': 'a fault of the application',
      'exception.stack_trace': expect.stringContaining('service.mjs'),
    })
    expect(ended.said['endedAfterMs']).toBeLessThan(2900) // and not only after the three seconds winston gives at most
  },
)
