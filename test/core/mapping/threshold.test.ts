import { describe, expect, it } from 'vitest'
import { createLevels } from '../../../packages/core/src/mapping/levels.ts'
import { createThreshold } from '../../../packages/core/src/mapping/threshold.ts'

const PINO = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
const NUMBERS = [10, 20, 30, 40, 50, 60]
const NPM = ['silly', 'debug', 'verbose', 'http', 'info', 'warn', 'error']
const SYSLOG = ['debug', 'info', 'notice', 'warning', 'error', 'crit', 'alert', 'emerg']

const labels = { 35: 'audit', 45: 'alarm' }

function wanted(minLevel: string | number, levels: readonly unknown[], custom = {}): readonly unknown[] {
  const isWanted = createThreshold({ minLevel, levels: custom }, labels)
  return levels.filter((level) => isWanted?.(level))
}

describe('the threshold', () => {
  it('is none where none is given', () => {
    expect(createThreshold({})).toBeUndefined()
  })

  it.each([
    ['pino’s names', PINO],
    ['syslog’s names', SYSLOG],
  ])('keeps the order of %s', (_, names) => {
    for (const [index, name] of names.entries()) expect(wanted(name, names)).toEqual(names.slice(index))
  })

  it('keeps the order of npm’s names, in which verbose and debug have changed places', () => {
    for (const [index, name] of NPM.entries()) expect(wanted(name, NPM)).toEqual(NPM.slice(index))
  })

  it('compares numbers with names and numbers with numbers', () => {
    for (const [index, name] of PINO.entries()) {
      expect(wanted(name, NUMBERS)).toEqual(NUMBERS.slice(index))
      expect(wanted((index + 1) * 10, PINO)).toEqual(PINO.slice(index))
    }
    expect(wanted(35, [30, 34, 35, 36])).toEqual([35, 36])
    expect(wanted('warn', [30, 35, 40, 45])).toEqual([40, 45])
  })

  it('takes Dynatrace’s own names, in whatever case', () => {
    expect(wanted('WARN', [...PINO, 'NOTICE', 'SEVERE'])).toEqual(['warn', 'error', 'fatal', 'SEVERE'])
  })

  it('never keeps back what it does not know, or what is no level', () => {
    const unknown = ['chatter', 'none', undefined, null, {}, Number.NaN]
    expect(wanted('fatal', unknown)).toEqual(unknown)
  })

  it('knows the logger’s own names and what `levels` makes of them', () => {
    expect(wanted('warn', ['audit', 'alarm', 35, 45])).toEqual(['alarm', 45])
    expect(wanted('warn', ['audit', 35, 'alarm'], { audit: 'ERROR', alarm: 'DEBUG' })).toEqual(['audit', 35])
    expect(wanted('audit', PINO, { audit: 'NOTICE' })).toEqual(['warn', 'error', 'fatal'])
    // both are numbers, and numbers speak for themselves
    expect(wanted(40, [35], { 35: 'ERROR' })).toEqual([])
  })

  it('answers the same however many levels a program makes up', () => {
    const isWanted = createThreshold({ minLevel: 500 })
    for (let level = 0; level < 1000; level++) expect(isWanted?.(level)).toBe(level >= 500)
    expect([isWanted?.(499), isWanted?.(999)]).toEqual([false, true])
  })
})

describe('levels of the option', () => {
  it('go before every other meaning of a name or a number', () => {
    const levels = createLevels(labels, { audit: 'NOTICE', info: 'DEBUG', 45: 'ALERT' })
    expect(levels('audit')).toEqual({ loglevel: 'NOTICE', status: 'INFO', 'log.raw_level': 'audit' })
    expect(levels(35)).toEqual({ loglevel: 'NOTICE', status: 'INFO', 'log.raw_level': 'audit' })
    expect(levels(45)).toEqual({ loglevel: 'ALERT', status: 'ERROR', 'log.raw_level': 'alarm' })
    expect(levels('info')).toMatchObject({ loglevel: 'DEBUG' })
    expect(levels('warn')).toMatchObject({ loglevel: 'WARN' })
  })
})
