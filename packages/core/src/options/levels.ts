/** The options `minLevel` and `levels`. */
import type { LogLevel } from '../event.ts'
import { LEVEL_NAMES, logLevelOf, SEVERITIES } from '../level-names.ts'
import { closest } from './closest.ts'
import type { OptionReader } from './reader.ts'
import { isRecord } from './reader.ts'

/** `loglevel` by the logger's name or number of a level. */
export type CustomLevels = Readonly<Record<string, LogLevel>>

const LOG_LEVELS = Object.keys(SEVERITIES).filter(isLogLevel)

export function readLevels(options: OptionReader): CustomLevels {
  const given = options.raw('levels')
  if (given === undefined) return {}
  if (!isRecord(given)) {
    options.refuse('levels', "an object such as { audit: 'NOTICE' }", given)
    return {}
  }
  const levels: Record<string, LogLevel> = {}
  for (const [name, value] of Object.entries(given)) {
    if (isLogLevel(value)) levels[name] = value
    else if (value !== undefined) refuse(options, `levels['${name}']`, value, LOG_LEVELS)
  }
  return levels
}

/** @returns the severity below which nothing is sent */
export function readMinLevel(options: OptionReader, levels: CustomLevels): string | number | undefined {
  const given = options.raw('minLevel')
  if (given === undefined || (typeof given === 'number' && Number.isFinite(given))) return given
  if (typeof given === 'string' && (Object.hasOwn(levels, given) || logLevelOf(given) !== undefined)) return given
  refuse(options, 'minLevel', given, [...Object.keys(LEVEL_NAMES), ...Object.keys(levels)])
  return undefined
}

function isLogLevel(value: unknown): value is LogLevel {
  return typeof value === 'string' && Object.hasOwn(SEVERITIES, value)
}

function refuse(options: OptionReader, key: string, value: unknown, known: readonly string[]): void {
  const near = typeof value === 'string' ? closest(value, known) : undefined
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`
  const expectation =
    known === LOG_LEVELS ? `one of ${known.join(', ')}` : "the name of a level such as 'warn', or a number"
  options.refuse(key, `${expectation}${hint}`, value)
}
