import { describe, expect, it } from 'vitest'
import winston from 'winston'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { asIs, logged } from './infos.ts'

const { format } = winston
const anyTime = expect.any(Number) as unknown

describe('the level', () => {
  it.each([
    ['npm', winston.config.npm.levels, ['ERROR', 'WARN', 'INFO', 'INFO', 'DEBUG', 'DEBUG', 'TRACE']],
    [
      'syslog',
      winston.config.syslog.levels,
      ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARN', 'NOTICE', 'INFO', 'DEBUG'],
    ],
    [
      'cli',
      winston.config.cli.levels,
      ['ERROR', 'WARN', 'INFO', 'INFO', 'INFO', 'DEBUG', 'INFO', 'DEBUG', 'INFO', 'TRACE'],
    ],
  ])('of %s is mapped one to one', (_set, levels, expected) => {
    const names = Object.keys(levels)
    const least = names.at(-1) ?? ''
    const events = logged({ levels, level: least }, (logger) => {
      for (const name of names) logger.log(name, 'x')
    })
    expect(events.map((event) => event['log.raw_level'])).toEqual(names)
    expect(events.map((event) => event['loglevel'])).toEqual(expected)
  })

  it('of a set of the user is mapped where its name is known', () => {
    const events = logged({ levels: { fatal: 0, audit: 1 }, level: 'audit' }, (logger) => {
      logger.log('fatal', 'x')
      logger.log('audit', 'x')
    })
    expect(events).toMatchObject([
      { loglevel: 'FATAL', 'log.raw_level': 'fatal' },
      { loglevel: 'NONE', status: 'NONE', 'log.raw_level': 'audit' },
    ])
  })

  it('is the one that was logged, whatever a format made of its text', () => {
    const upperCase = format((info) => ({ ...info, level: info.level.toUpperCase() }))
    const formats = [format.colorize({ all: true }), upperCase(), format.padLevels(), format.cli()]
    for (const each of formats) {
      const [event] = logged({ format: each }, (logger) => logger.warn('coloured'))
      expect(event).toMatchObject({ loglevel: 'WARN', 'log.raw_level': 'warn' })
      expect(event).not.toHaveProperty('level')
      expect(event).not.toHaveProperty('log.level')
    }
  })

  it('is read from its text where winston left no symbol', () => {
    const sent = asSent(createRecordToEvent()({ level: '\u001b[32minfo\u001b[39m', message: '\u001b[32mx\u001b[39m' }))
    expect(sent).toMatchObject({ loglevel: 'INFO', 'log.raw_level': 'info', content: 'x' })
  })
})

describe('the format', () => {
  it.each([
    ['none', asIs],
    ['json', format.json()],
    ['simple', format.simple()],
    ['combine', format.combine(format.timestamp(), format.json())],
    ['splat', format.splat()],
    ['prettyPrint', format.prettyPrint()],
    ['printf', format.printf(({ message }) => `<${String(message)}>`)],
    ['align and uncolorize', format.combine(format.colorize(), format.uncolorize())],
    ['errors', format.errors({ stack: true, cause: true })],
  ])('%s leaves message, level and fields', (_name, each) => {
    const [event] = logged({ format: each }, (logger) => logger.info('message', { a: 1 }))
    expect(event).toEqual({ ...event, content: 'message', loglevel: 'INFO', a: 1 })
    expect(Object.keys(event ?? {}).toSorted()).toEqual([
      'a',
      'content',
      'log.raw_level',
      'loglevel',
      'status',
      'timestamp',
    ])
  })

  it('timestamp is the time of the event', () => {
    const [event] = logged({ format: format.timestamp() }, (logger) => logger.info('x'))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'x',
      loglevel: 'INFO',
      status: 'INFO',
      'log.raw_level': 'info',
    })
  })

  it('timestamp with a text that has no zone leaves the text as it is', () => {
    const local = format.timestamp({ format: 'YYYY-MM-DD HH:mm:ss' })
    const [event] = logged({ format: local }, (logger) => logger.info('x'))
    expect(event).toMatchObject({ timestamp: anyTime, 'log.timestamp': expect.stringMatching(/^\d{4}-/) as unknown })
  })

  it('splat puts the arguments into the message', () => {
    const [event] = logged({ format: format.splat() }, (logger) => logger.info('%s has %d', 'cart', 3, { a: 1 }))
    expect(event).toMatchObject({ content: 'cart has 3', a: 1 })
  })

  it('ms and label are fields', () => {
    const both = format.combine(format.ms(), format.label({ label: 'db' }))
    expect(logged({ format: both }, (logger) => logger.info('x'))[0]).toMatchObject({ label: 'db', ms: '+0ms' })
  })

  it('logstash leaves the message in a text only', () => {
    const logstash = format.combine(format.timestamp(), format.logstash())
    const [event] = logged({ format: logstash }, (logger) => logger.warn('message', { a: 1 }))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'message',
      loglevel: 'WARN',
      status: 'WARN',
      'log.raw_level': 'warn',
      a: 1,
    })
    const [none] = logged({ format: format.logstash() }, (logger) => logger.warn(''))
    expect(none).toMatchObject({ loglevel: 'WARN' })
  })

  it.each([
    ['cli', format.cli(), '   message'],
    ['padLevels', format.padLevels(), '   message'],
    ['colorize all', format.colorize({ all: true }), 'message'],
    ['colorize and uncolorize', format.combine(format.colorize({ all: true }), format.uncolorize()), 'message'],
    ['prettyPrint with colours', format.prettyPrint({ colorize: true }), 'message'],
    ['align', format.align(), '\tmessage'],
  ])('%s gives no colour away, and its padding is part of the message', (_name, each, content) => {
    const [event] = logged({ format: each }, (logger) => logger.error('message', { a: 1 }))
    expect(event).toEqual({
      timestamp: anyTime,
      content,
      loglevel: 'ERROR',
      status: 'ERROR',
      'log.raw_level': 'error',
      a: 1,
    })
  })

  it.each<[string, winston.Logform.Format, object]>([
    ['fillWith', format.metadata({ fillWith: ['a'] }), { 'metadata.a': 1, b: 2 }],
    ['fillExcept', format.metadata({ fillExcept: ['message', 'level', 'a'] }), { a: 1, 'metadata.b': 2 }],
    ['a key', format.metadata({ key: 'context' }), { 'context.a': 1, 'context.b': 2 }],
  ])('metadata with %s keeps every field, and its error is an exception', (_name, each, expected) => {
    const log = (logger: winston.Logger): void =>
      void logger.error('failed', { a: 1, b: 2, error: Object.assign(new TypeError('bad'), { code: 'E' }) })
    const [event] = logged({ format: each }, log)
    expect(event).toMatchObject({
      content: 'failed',
      'exception.type': 'TypeError',
      'exception.message': 'bad',
      'exception.stack_trace': expect.stringContaining('    at ') as unknown,
      ...expected,
    })
  })

  it('metadata is looked into', () => {
    const [event] = logged({ format: format.metadata() }, (logger) =>
      logger.error('failed', { a: 1, error: new TypeError('bad') }),
    )
    expect(event).toMatchObject({ content: 'failed', 'metadata.a': 1, 'exception.type': 'TypeError' })
    expect(event).not.toHaveProperty('metadata.error.message')
  })
})
