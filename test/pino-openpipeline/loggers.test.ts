/** What pino tells a stream in its own thread about the logger: keys and levels need no option there. */
import type { OpenPipelineStream } from 'pino-openpipeline'
import pinoOpenPipeline, { openPipelineStream } from 'pino-openpipeline'
import pino from 'pino'
import type { DestinationStream, LoggerOptions } from 'pino'
import { describe, expect, it } from 'vitest'
import { Loggers } from '../../packages/pino-openpipeline/src/loggers.ts'
import type { PinoConfig } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { receiverHere } from '../support/receiver-here.ts'

type Events = readonly Readonly<Record<string, unknown>>[]

async function arrive(log: (stream: OpenPipelineStream) => void): Promise<Events> {
  const receiver = await receiverHere()
  const stream = openPipelineStream(receiver.target)
  log(stream)
  await stream.close()
  return receiver.events
}

const others: LoggerOptions = { messageKey: 'text', errorKey: 'failure', nestedKey: 'payload' }

const destinations: [string, (stream: OpenPipelineStream) => DestinationStream][] = [
  ['a stream', (stream) => stream],
  ['a stream of pino.multistream', (stream) => pino.multistream([{ stream }])],
]

describe.each(destinations)('in %s', (_name, destinationOf) => {
  it('messageKey, errorKey and nestedKey are those of the logger', async () => {
    const [event] = await arrive((stream) =>
      pino(others, destinationOf(stream)).error({ failure: new TypeError('bad'), a: 1 }, 'failed'),
    )
    expect(event).toMatchObject({
      content: 'failed',
      'exception.type': 'TypeError',
      'exception.message': 'bad',
      'payload.a': 1,
    })
    for (const key of ['text', 'payload.failure.message', 'payload.failure.stack'])
      expect(event).not.toHaveProperty([key])
  })

  it('custom levels have their names', async () => {
    const events = await arrive((stream) => {
      const logger = pino({ customLevels: { notice: 35 } }, destinationOf(stream))
      logger.notice('own')
      logger.child({ a: 1 }).notice('of a child')
      logger.info('standard')
    })
    expect(events.map((event) => [event['content'], event['loglevel'], event['log.raw_level']])).toEqual([
      ['own', 'NOTICE', 'notice'],
      ['of a child', 'NOTICE', 'notice'],
      ['standard', 'INFO', '30'],
    ])
  })

  it('each line is read by the keys of its own logger', async () => {
    const events = await arrive((stream) => {
      const destination = destinationOf(stream)
      const usual = pino({}, destination)
      const other = pino(others, destination)
      for (let round = 0; round < 3; round++) {
        usual.info({ text: 'a field' }, 'usual')
        other.info({ msg: 'a field' }, 'other')
        usual.child({ a: 1 }).info('usual')
      }
    })
    expect(events.map(({ content }) => content)).toEqual(
      Array.from({ length: 3 }, () => ['usual', 'other', 'usual']).flat(),
    )
    expect(events[0]).toMatchObject({ text: 'a field' })
    expect(events[1]).toMatchObject({ 'payload.msg': 'a field' })
  })
})

describe('a logger', () => {
  it('need not be told any more once it is known, unless there are others that are read in another way', async () => {
    const asked: unknown[] = []
    await arrive((stream) => {
      const ask = (): unknown => asked.push(Reflect.get(stream, Symbol.for('pino.metadata')))
      const logger = pino({}, stream)
      ask()
      logger.child({ a: 1 }).info('its child is enough')
      ask()
      const alike = pino({ level: 'debug' }, stream)
      ask()
      alike.info('alike')
      ask()
      pino(others, stream).info('other')
      ask()
      logger.info('again')
      ask()
    })
    expect(asked).toEqual([true, false, true, false, true, true])
  })

  it('shares what was made for it with all its children', () => {
    const made: PinoConfig[] = []
    const loggers = new Loggers((config) => made.push(config))
    const logger = pino(others)
    for (let count = 0; count < 100; count++) loggers.readerOf(logger.child({ count }))
    loggers.readerOf(pino({}))
    loggers.readerOf(pino({ level: 'debug' }))
    loggers.readerOf(logger)
    expect(made).toEqual([
      { ...others, levels: { labels: pino.levels.labels } },
      { messageKey: 'msg', errorKey: 'err', levels: { labels: pino.levels.labels } },
    ])
  })

  it('that makes up levels as it goes does not fill the memory, and is always read by its own', () => {
    const loggers = new Loggers((config) => config)
    for (let value = 100; value < 300; value++) {
      const child = pino({}).child({}, { customLevels: { [`level${value}`]: value } })
      expect(loggers.readerOf(child).levels?.labels[value]).toBe(`level${value}`)
    }
  })

  it('of a pino that has no such symbols is read by the defaults', () => {
    expect(new Loggers((config) => config).readerOf({ levels: undefined })).toEqual({})
  })

  it('is not kept from being collected by what it logged', async () => {
    await arrive((stream) => {
      pino({}, stream).info({ a: 1 }, 'x')
      expect(Object.keys(stream).filter((key) => key.startsWith('last'))).toEqual([])
    })
  })
})

describe('nestedKey', () => {
  it('is an option of the worker, which pino does not tell it', async () => {
    const receiver = await receiverHere()
    const stream = await pinoOpenPipeline({ ...receiver.target, nestedKey: 'payload' })
    const lines: string[] = []
    const logger = pino({ nestedKey: 'payload' }, { write: (line: string) => lines.push(line) })
    logger.error({ err: new TypeError('bad'), a: 1 }, 'failed')
    for (const line of lines) stream.write(line)
    await new Promise((resolve) => stream.end(resolve))
    expect(receiver.events[0]).toMatchObject({ 'exception.type': 'TypeError', 'payload.a': 1 })
  })

  it.each([7, ''])('must be text: %j', async (nestedKey) => {
    const promise = pinoOpenPipeline({
      url: 'https://x.live.dynatrace.com',
      token: 't',
      nestedKey: nestedKey as string,
    })
    await expect(promise).rejects.toThrow(/pino-openpipeline: nestedKey must be a non-empty string, got /)
  })

  it('is no option in process, where it is known', () => {
    const options = { url: 'https://x.live.dynatrace.com', token: 't', nestedKey: 'payload' }
    expect(() => openPipelineStream(options)).toThrow(/nestedKey is not an option/)
  })
})
