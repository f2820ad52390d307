import { hostname } from 'node:os'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { logged } from './lines.ts'

const anyTime = expect.any(Number) as unknown

describe('the time', () => {
  const before = Date.now()

  it.each([
    ['epochTime', pino.stdTimeFunctions.epochTime],
    ['isoTime', pino.stdTimeFunctions.isoTime],
    ['nullTime', pino.stdTimeFunctions.nullTime],
    ['false', false],
  ])('of %s is in milliseconds', (_name, timestamp) => {
    const [event] = logged({ timestamp }, (logger) => logger.info({}, 'x'))
    expect(event?.['timestamp']).toBeGreaterThanOrEqual(before)
    expect(event?.['timestamp']).toBeLessThanOrEqual(Date.now())
    expect(event).not.toHaveProperty('time')
  })

  it('of unixTime is read as seconds', () => {
    const [event] = logged({ timestamp: pino.stdTimeFunctions.unixTime }, (logger) => logger.info('x'))
    expect(Number(event?.['timestamp'])).toBeGreaterThan(before - 2000)
    expect(Number(event?.['timestamp']) % 1000).toBe(0)
  })

  it('of isoTimeNano keeps its nanoseconds', () => {
    const [event] = logged({ timestamp: pino.stdTimeFunctions.isoTimeNano }, (logger) => logger.info('x'))
    expect(event?.['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
    expect(event).not.toHaveProperty('time')
  })

  it.each(['timestamp', '@timestamp'])('may be under the key %s', (key) => {
    const iso = new Date(before).toISOString()
    const [event] = logged({ timestamp: () => `,"${key}":"${iso}"` }, (logger) => logger.info('x'))
    expect(event?.['timestamp']).toBe(before)
    expect(event).not.toHaveProperty(key === 'timestamp' ? 'log.timestamp' : key)
  })

  it('that is long ago does not make the event vanish', () => {
    const [event] = logged({ timestamp: () => ',"time":978307200000' }, (logger) => logger.info('late'))
    expect(event).toMatchObject({ observed_timestamp: 978_307_200_000, 'openpipeline.late': true, content: 'late' })
    expect(event?.['timestamp']).toBeGreaterThanOrEqual(before)
  })

  it('that is none stays a field', () => {
    const [event] = logged({ timestamp: false }, (logger) => logger.info({ time: '12:30' }, 'x'))
    expect(event).toMatchObject({ time: '12:30', timestamp: anyTime })
  })
})

describe('the level', () => {
  it.each(['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)('%s has the name of Dynatrace', (level) => {
    const [event] = logged({}, (logger) => logger[level]('x'))
    expect(event).toMatchObject({ loglevel: level.toUpperCase(), 'log.raw_level': String(pino.levels.values[level]) })
    expect(event).not.toHaveProperty('level')
  })

  it('has its custom name where pino tells it', () => {
    const levels = { labels: { 35: 'audit' } }
    const lines = (config?: { levels: typeof levels }) =>
      logged(
        { customLevels: { audit: 35 } },
        (logger) => Reflect.apply(Reflect.get(logger, 'audit') as () => void, logger, ['x']),
        config,
      )[0]
    expect(lines({ levels })).toMatchObject({ loglevel: 'INFO', 'log.raw_level': 'audit' })
    expect(lines()).toMatchObject({ loglevel: 'INFO', 'log.raw_level': '35' })
  })

  it('may be a label', () => {
    const [event] = logged({ formatters: { level: (level) => ({ level }) } }, (logger) => logger.error('x'))
    expect(event).toMatchObject({ loglevel: 'ERROR', 'log.raw_level': 'error' })
  })

  it('may be renamed by a formatter, and keeps that name too', () => {
    const severity = (label: string) => ({ severity: label.toUpperCase() })
    const [event] = logged({ formatters: { level: severity } }, (logger) => logger.error('x'))
    expect(event).toMatchObject({ loglevel: 'ERROR', status: 'ERROR', 'log.raw_level': 'ERROR', severity: 'ERROR' })
  })

  it('may be removed, which leaves a line that is no JSON', () => {
    const [event] = logged({ base: null, formatters: { level: () => ({}) } }, (logger) => logger.error({ a: 1 }, 'x'))
    expect(event).toEqual({ timestamp: anyTime, content: 'x', a: 1 })
  })
})

describe('the level of a parent, logged by a child with levels of its own', () => {
  it('is none, in a line that is no JSON', () => {
    const [event] = logged({ base: null, customLevels: { notice: 35 } }, (logger) => {
      const child = logger.child({}, { customLevels: { critical: 55 } }) as unknown as pino.Logger<'notice'>
      child.notice({ a: 1 }, 'x')
    })
    expect(event).toEqual({ timestamp: anyTime, content: 'x', a: 1 })
  })
})

describe('a key that a record has twice', () => {
  it("is the logger's, and the user's is kept", () => {
    const fields = { level: 'dup', time: 1, pid: 3, hostname: 'other', name: 'Alice' }
    const [event] = logged({ name: 'app' }, (logger) => logger.info(fields, 'm'))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'm',
      loglevel: 'INFO',
      status: 'INFO',
      'log.raw_level': '30',
      'log.level': 'dup',
      'log.time': 1,
      'process.pid': process.pid,
      'log.pid': 3,
      'host.name': hostname(),
      'log.hostname': 'other',
      'log.logger': 'app',
      'log.name': 'Alice',
    })
  })

  it.each([
    ['a label', { formatters: { level: (level: string) => ({ level }) } }],
    ['ISO time', { timestamp: pino.stdTimeFunctions.isoTime }],
    ['nanoseconds', { timestamp: pino.stdTimeFunctions.isoTimeNano }],
    ['seconds', { timestamp: pino.stdTimeFunctions.unixTime }],
    ['a renamed level', { formatters: { level: (level: string) => ({ severity: level }) } }],
  ])('is told apart also with %s', (_what, options) => {
    const [, event] = logged(options, (logger) => {
      logger.warn('the first')
      logger.warn({ level: 50, time: 7 }, 'm')
    })
    expect(event).toMatchObject({ 'log.time': 7 })
    if (!('formatters' in options) || _what === 'a label')
      expect(event).toMatchObject({ loglevel: 'WARN', 'log.level': 50 })
  })

  it('is told apart in every line, not only in the first of its level', () => {
    const events = logged({}, (logger) => {
      logger.info('plain')
      logger.info({ level: 30, time: 5 }, 'one')
      logger.info({ level: 50 }, 'two')
      logger.error({ level: 30, time: '5' }, 'three')
      logger.info({ pid: 5 }, 'four')
      logger.info('plain')
    })
    expect(events.map((event) => [event['loglevel'], event['log.level'], event['log.time'], event['log.pid']])).toEqual(
      [
        ['INFO', undefined, undefined, undefined],
        ['INFO', undefined, 5, undefined],
        ['INFO', 50, undefined, undefined],
        ['ERROR', 30, '5', undefined],
        ['INFO', undefined, undefined, 5],
        ['INFO', undefined, undefined, undefined],
      ],
    )
  })

  it('stays what it is where the logger writes none', () => {
    const [event] = logged({ base: null }, (logger) => logger.info({ pid: 3, hostname: 'h' }, 'm'))
    expect(event).toMatchObject({ 'process.pid': 3, 'host.name': 'h' })
  })
})
