/** The smallest examples, each to its end. */
import { describe, expect, it } from 'vitest'
import { receiverFor, runToEnd } from './example.ts'

describe.each([
  ['pino-basic', 'index.mjs'],
  ['pino-basic', 'index.cjs'],
  ['winston-basic', 'index.mjs'],
  ['winston-basic', 'index.cjs'],
])('%s/%s', (example, file) => {
  it('delivers its three records before it ends', async () => {
    const receiver = await receiverFor()
    expect(await runToEnd(example, [file], receiver.url)).toBe('')
    expect(receiver.events).toMatchObject([
      { content: 'service started', loglevel: 'INFO', 'service.name': example },
      { content: 'payment is slow', loglevel: 'WARN', orderId: 'A-17', waitedMs: 1250 },
      { content: 'payment failed', loglevel: 'ERROR', 'exception.stack_trace': expect.stringContaining('index.') },
    ])
  })
})

describe('pino-targets', () => {
  it('shows every record and delivers those from info on', async () => {
    const receiver = await receiverFor()
    const printed = await runToEnd('pino-targets', ['index.mjs'], receiver.url)
    expect(receiver.events.map(({ content }) => content)).toEqual([
      'on the terminal and in OpenPipeline',
      'payment failed',
    ])
    expect(printed).toMatch(/DEBUG.*only on the terminal/)
    expect(printed).toMatch(/INFO.*on the terminal and in OpenPipeline/)
    expect(printed).toContain('2 delivered')
  })
})

describe('demo', () => {
  it('drives pino-fastify and winston-express, and every record arrives once', async () => {
    const printed = await runToEnd('demo', ['main.mjs'], '')
    expect(printed).toMatch(/All [\d,]+ records arrived, each exactly once\./)
  })
})

describe('vitest', () => {
  it('passes its own tests', async () => {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--no-color']
    const printed = await runToEnd('vitest', vitest, 'http://127.0.0.1:9')
    expect(printed).toMatch(/Tests +4 passed \(4\)/)
  })
})
