import { describe, expect, it } from 'vitest'
import pino from 'pino'
import winston from 'winston'
import { createLevels } from '../../../packages/core/src/mapping/levels.ts'

const levels = createLevels()

describe('levels of pino', () => {
  it.each([
    [10, 'TRACE', 'INFO'],
    [20, 'DEBUG', 'INFO'],
    [30, 'INFO', 'INFO'],
    [40, 'WARN', 'WARN'],
    [50, 'ERROR', 'ERROR'],
    [60, 'FATAL', 'ERROR'],
  ])('%i is %s', (level, loglevel, status) => {
    expect(levels(level)).toEqual({ loglevel, status, 'log.raw_level': String(level) })
  })

  it.each(Object.keys(pino.levels.values))('the label %s is what its number is', (label) => {
    expect(levels(label)?.loglevel).toBe(levels(pino.levels.values[label])?.loglevel)
  })

  it.each([
    [5, 'TRACE'],
    [35, 'INFO'],
    [49.5, 'WARN'],
    [99, 'FATAL'],
    [-1, 'TRACE'],
    [Number.POSITIVE_INFINITY, 'FATAL'],
  ])('an unknown number, %d, is rounded down', (level, loglevel) => {
    expect(levels(level)).toMatchObject({ loglevel, 'log.raw_level': String(level) })
  })

  it('are called by their custom names', () => {
    const custom = createLevels({ 35: 'audit', 45: 'alert', 30: 'info' })
    expect(custom(35)).toEqual({ loglevel: 'INFO', status: 'INFO', 'log.raw_level': 'audit' })
    expect(custom(45)).toEqual({ loglevel: 'ALERT', status: 'ERROR', 'log.raw_level': 'alert' })
    expect(custom(30)).toMatchObject({ 'log.raw_level': '30' })
  })
})

describe('levels of winston', () => {
  it.each([
    'error ERROR ERROR',
    'warn WARN WARN',
    'info INFO INFO',
    'http INFO INFO',
    'verbose DEBUG INFO',
    'debug DEBUG INFO',
    'silly TRACE INFO',
    'emerg EMERGENCY ERROR',
    'alert ALERT ERROR',
    'crit CRITICAL ERROR',
    'warning WARN WARN',
    'notice NOTICE INFO',
    'data INFO INFO',
    'help INFO INFO',
    'input INFO INFO',
    'prompt INFO INFO',
  ])('%s', (line) => {
    const [level, loglevel, status] = line.split(' ')
    expect(levels(level)).toEqual({ loglevel, status, 'log.raw_level': level })
  })

  it.each(['npm', 'syslog', 'cli'] as const)('of the set %s are all known', (set) => {
    const unknown = Object.keys(winston.config[set].levels).filter((level) => levels(level)?.loglevel === 'NONE')
    expect(unknown).toEqual([])
  })

  it('are recognised in upper case, and named as they were logged', () => {
    expect(levels(' ERROR ')).toEqual({ loglevel: 'ERROR', status: 'ERROR', 'log.raw_level': ' ERROR ' })
  })
})

describe('levels of others', () => {
  it.each(['audit', 'toString', '__proto__', 'constructor', ''])(
    'an unknown name, %j, is kept and means nothing',
    (level) => {
      expect(levels(level)).toEqual({ loglevel: 'NONE', status: 'NONE', 'log.raw_level': level })
    },
  )

  it.each([undefined, null, true, { level: 30 }, Symbol('info')])('%o is none', (level) => {
    expect(levels(level)).toBeUndefined()
  })

  it('answers the same for more levels than it remembers', () => {
    for (let level = 0; level < 1000; level++) levels(`level ${level}`)
    expect(levels('level 999')).toEqual({ loglevel: 'NONE', status: 'NONE', 'log.raw_level': 'level 999' })
  })
})
