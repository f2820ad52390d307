import { describe, expect, it, onTestFinished } from 'vitest'
import winston from 'winston'
import defaultExport, { OpenPipelineTransport } from 'winston-openpipeline'
import { receiverHere } from '../support/receiver-here.ts'
import { MappingTransport } from './infos.ts'
import { expectAccount, loggerTo, transportTo } from './rig.ts'

describe('log', () => {
  it('calls back once, within the call', async () => {
    const { target } = await receiverHere()
    const transport = transportTo(target)
    let calls = 0
    transport.log({ level: 'info', message: 'x' }, () => calls++)
    expect(calls).toBe(1)
    await transport.flush()
    expect(calls).toBe(1)
  })

  it('calls back once, also when the queue is full and after the end', async () => {
    const { target } = await receiverHere()
    const transport = transportTo(target, { queue: { maxBytes: 1000 }, closeTimeoutMs: 50 })
    let calls = 0
    for (let number = 0; number < 100; number++) transport.log({ level: 'info', number }, () => calls++)
    await transport.close()
    transport.log({ level: 'info', message: 'late' }, () => calls++)
    expect(calls).toBe(101)
    expect(transport.stats()).toMatchObject({ accepted: 101, lost: { closed: 1 } })
    expect(transport.stats().lost['queue-full']).toBeGreaterThan(0)
    expectAccount(transport)
  })

  it('needs no callback', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target)
    transport.log({ level: 'info', message: 'x' })
    await transport.flush()
    expect(receiver.events).toMatchObject([
      { content: 'x', 'event.provider': 'winston-openpipeline', 'event.type': 'log' },
    ])
  })

  it('never throws, whatever is logged, and other transports get all of it', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target)
    const other = new MappingTransport()
    const logger = loggerTo(transport, other)
    const hostile = [
      trap('a'),
      trap('error'),
      trap('req'),
      circular(),
      { big: 1n },
      { deep: deep(10_000) },
      { toJSON: 5 },
    ]
    for (const fields of hostile) expect(() => logger.info('x', { fields })).not.toThrow()
    logger.info('the last')
    expect(other.infos).toHaveLength(hostile.length + 1)
    expect(await transport.flush()).toMatchObject({ delivered: hostile.length + 1 })
    expect(receiver.events.at(-1)).toMatchObject({ content: 'the last' })
  })

  it('never throws where the info itself does', async () => {
    const { target } = await receiverHere()
    const transport = transportTo(target)
    for (const key of ['exception', 'rejection', 'level', 'message', 'timestamp', 'stack', 'req', 'meta']) {
      let calls = 0
      expect(() => transport.log(trap(key), () => calls++)).not.toThrow()
      expect(calls).toBe(1)
    }
    expect(() => transport.log(new Proxy({}, new Proxy({}, { get: () => trap('x') })))).not.toThrow()
    expect(transport.stats().accepted).toBe(9)
  })

  it('never changes the info', async () => {
    const { target } = await receiverHere()
    const transport = transportTo(target)
    const info = Object.freeze({ level: 'info', message: 'x', deep: Object.freeze({ a: Object.freeze([1]) }) })
    expect(() => transport.log(info)).not.toThrow()
    expect(info).toEqual({ level: 'info', message: 'x', deep: { a: [1] } })
  })

  it('passes on by level, by its own as well as by that of the logger', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target, { level: 'warn' })
    const logger = loggerTo(transport)
    for (const level of ['debug', 'info', 'warn', 'error']) logger.log(level, level)
    await transport.flush()
    expect(receiver.events.map((event) => event['content'])).toEqual(['warn', 'error'])
  })

  it('passes on nothing when it is silent', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target, { silent: true })
    loggerTo(transport).error('x')
    expect(transport.stats().accepted).toBe(0)
  })

  it('applies a format of its own to what it sends alone', async () => {
    const receiver = await receiverHere()
    const shout = winston.format((info) => ({ ...info, message: String(info.message).toUpperCase() }))
    const transport = transportTo(receiver.target, { format: shout() })
    const other = new MappingTransport()
    loggerTo(transport, other).info('quiet')
    await transport.flush()
    expect(receiver.events).toMatchObject([{ content: 'QUIET' }])
    expect(other.events).toMatchObject([{ content: 'quiet' }])
  })
})

describe('an uncaught exception', () => {
  it('is sent at once, long before the batch is full or old', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target, { batch: { lingerMs: 60_000 } })
    const logger = winston.createLogger({ exitOnError: false, transports: [transport] })
    transport.handleExceptions = true
    logger.log(logger.exceptions.getAllInfo(new RangeError('fatal')) as winston.LogEntry)
    transport.on('finish', () => expect.fail('the process goes on, and so does the transport'))
    await receiver.received(1)
    expect(receiver.events).toMatchObject([{ 'exception.type': 'RangeError', exception: true }])
    expect(await transport.flush()).toMatchObject({ pending: 0 })
    transport.removeAllListeners('finish')
  })
})

describe('the class', () => {
  it('is the default export too, and has a name', async () => {
    const { target } = await receiverHere()
    expect(defaultExport).toBe(OpenPipelineTransport)
    expect(transportTo(target).name).toBe('openpipeline')
  })

  it('refuses a wrong option, and says which', () => {
    expect(() => new OpenPipelineTransport({ url: 'http://127.0.0.1', token: 'x', maxbytes: 5 } as object)).toThrow(
      /maxbytes/,
    )
  })
})

function trap(key: string): object {
  return Object.defineProperty({}, key, {
    enumerable: true,
    get: () => {
      throw new Error('trap')
    },
  })
}

function circular(): object {
  const object: { self?: object } = {}
  object.self = object
  return object
}

function deep(levels: number): object {
  let object = {}
  for (let level = 0; level < levels; level++) object = { object }
  return object
}

describe("winston's own options", () => {
  const target = { url: 'http://127.0.0.1:9', token: 'dt0c01.TEST' }
  const create = (options: object): (() => unknown) => {
    return () => new OpenPipelineTransport({ ...target, ...options })
  }

  it.each([
    [{ level: 5 }, "level must be the name of a level such as 'warn', got 5 (number)"],
    [{ format: 'json' }, 'format must be a format of winston such as winston.format.json(), got "json" (string)'],
    [
      { format: winston.format.json },
      'format must be a format of winston such as winston.format.json(), got a function',
    ],
    [{ silent: 'no' }, 'silent must be true or false, got "no" (string)'],
    [{ handleExceptions: 1, handleRejections: 1 }, 'handleExceptions must be true or false, got 1 (number)'],
  ])('are checked: %j', (options, message) => {
    expect(create(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
    expect(create(options)).toThrow(message)
  })

  it('tell of a level that the logger does not have, which would let nothing pass', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))
    const { target: here } = await receiverHere()
    const unknown = transportTo(here, { level: 'notice' })
    const known = transportTo(here, { level: 'notice' })
    winston.createLogger({ transports: [unknown] })
    winston.createLogger({ levels: winston.config.syslog.levels, transports: [known] })
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings.map(({ message }) => message)).toEqual([
      'winston-openpipeline: the logger has no level "notice", so nothing is sent; known are error, warn, info, http, verbose, debug, silly',
    ])
  })
})
