import { Writable } from 'node:stream'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { createRecordToEvent } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { receiverHere } from '../support/receiver-here.ts'
import { KeptLines } from './lines.ts'
import { streamTo } from './rig.ts'

describe('a logger in process', () => {
  it('delivers what it logs', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    const logger = pino({}, stream)
    for (let number = 0; number < 500; number++) logger.info({ number }, 'x')
    const result = await stream.flush()
    expect(result).toMatchObject({ delivered: 500, lost: 0, pending: 0 })
    expect(receiver.events.map((event) => event['number'])).toEqual(Array.from({ length: 500 }, (_, index) => index))
  })

  it('hears from flush(callback) when all is delivered', async () => {
    const receiver = await receiverHere({ latencyMs: 50 })
    const stream = streamTo(receiver.target)
    const logger = pino({}, stream)
    logger.info('x')
    const error = await new Promise((resolve) => logger.flush(resolve))
    expect(error ?? undefined).toBeUndefined()
    expect(receiver.events).toHaveLength(1)
  })

  it('may be one of several streams', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    const others: string[] = []
    const other = new Writable({ write: (chunk: Buffer, _encoding, done) => done(void others.push(chunk.toString())) })
    const logger = pino(
      { level: 'debug' },
      pino.multistream([
        { level: 'warn', stream },
        { level: 'debug', stream: other },
      ]),
    )
    logger.debug('quiet')
    logger.warn('loud')
    await stream.flush()
    expect(receiver.events.map((event) => event['content'])).toEqual(['loud'])
    expect(others).toHaveLength(2)
  })

  it('is not told of an error when the server refuses its token', async () => {
    const receiver = await receiverHere()
    receiver.answer(Array.from({ length: 50 }, () => ({ status: 401 })))
    const stream = streamTo(receiver.target)
    stream.on('error', (error) => expect.fail(String(error)))
    pino({}, stream).info('x')
    const result = await stream.flush({ timeoutMs: 300 })
    expect(result).toMatchObject({ delivered: 0, pending: 1 })
    expect(stream.stats()).toMatchObject({ state: 'held', pending: 1 })
  })
})

describe('a line on its way through the stream', () => {
  const kept = new KeptLines()
  const logger = pino({ level: 'trace', name: 'app' }, kept)
  // each twice: the second of a kind may go another way than the first
  for (let round = 0; round < 2; round++) {
    logger.info('plain')
    logger.info({ msg: 'of the record' }, 'of the call')
    logger.info({ level: 50, time: 7, pid: 1, name: 'Alice', hostname: 'other' }, 'twice')
    logger.warn({ big: 12_345_678_901_234_567_890n, content: 'c', status: 's', 'log.content': 'd' }, 'clashes')
    logger.error(Object.assign(new TypeError('bad'), { code: 7 }))
    logger.error(
      { err: new Error('outer', { cause: new Error('inner') }), error: { message: 'm', name: 'n' } },
      'errors',
    )
    logger.child({ a: { b: [1, { c: 2 }] }, 'a.b': 3 }).debug({ é: '\u2028"\\', '': null }, 'names')
    logger.info({
      req: { method: 'post', url: '/a?b', headers: { cookie: 'c', Authorization: 'd' } },
      res: { statusCode: 200 },
    })
    logger.info({ req: { ip: '::ffff:10.0.0.1', originalUrl: '/x', cookies: {} }, responseTime: 1.5 }, 'http')
    logger.info({ method: 'GET', url: '/flat', status: 200 }, 'flat')
  }
  kept.lines.push('no record', '{,"time":1,"msg":"x"}', '{"level":30,"time":"12:00","msg":5}', '[1]')

  it.each(['flatten', 'keep'] as const)('is mapped as the record is, nested: %s', async (nested) => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target, { nested })
    for (const line of kept.lines) stream.write(`${line}\n`)
    await stream.flush()
    const expected = kept.lines.map((line) => asSent(createRecordToEvent()(line), nested))
    expect(receiver.events).toHaveLength(expected.length)
    for (const [index, event] of receiver.events.entries()) {
      const { timestamp, ...attributes } = expected[index] ?? {}
      expect(event, kept.lines[index]).toMatchObject(attributes)
      expect(Math.abs(Number(event['timestamp']) - Number(timestamp))).toBeLessThan(60_000)
    }
  })
})

describe('chunks', () => {
  const text = '{"level":30,"msg":"Bestellung für Müller – 3 Stück 🛒"}\n{"level":40,"msg":"\u2028 zweite"}\n'

  it.each([
    ['a Buffer', (bytes: Buffer) => [bytes]],
    ['a Uint8Array', (bytes: Buffer) => [new Uint8Array(bytes)]],
    ['strings', (bytes: Buffer) => [bytes.toString()]],
    ['single bytes, which cut characters', (bytes: Buffer) => [...bytes].map((byte) => Buffer.from([byte]))],
    ['single UTF-16 units', (bytes: Buffer) => bytes.toString().split('')],
    [
      'sevens',
      (bytes: Buffer) =>
        Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) => bytes.subarray(index * 7, index * 7 + 7)),
    ],
  ])('may be %s', async (_what, cut) => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    for (const chunk of cut(Buffer.from(text))) stream.write(chunk)
    await stream.flush()
    expect(receiver.events.map((event) => event['content'])).toEqual([
      'Bestellung für Müller – 3 Stück 🛒',
      '\u2028 zweite',
    ])
  })

  it('without an end are a line when the stream closes', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    stream.write('{"level":30,"msg":"whole"}\n\r\n\n{"level":30,"msg":"cut')
    expect(stream.stats().accepted).toBe(1)
    const result = await stream.close()
    expect(result.delivered).toBe(2)
    expect(receiver.events.map((event) => event['content'])).toEqual(['whole', '{"level":30,"msg":"cut'])
  })

  it('may come with the end of the stream', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    await new Promise<void>((resolve) => stream.end('{"level":30,"msg":"last"}\n', resolve))
    expect(receiver.events.map((event) => event['content'])).toEqual(['last'])
  })

  it('call back once each, and never ask to wait', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    let calls = 0
    for (let number = 0; number < 100; number++) {
      expect(stream.write(`{"level":30,"number":${number}}\n`, () => calls++)).toBe(true)
    }
    await stream.flush()
    expect(calls).toBe(100)
    expect(stream.writableNeedDrain).toBe(false)
  })
})
