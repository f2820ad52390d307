/** A logger's level → `loglevel`, `status` and `log.raw_level`. On generic events nothing in the service does this. */
import type { GenericEvent, LogLevel, Status } from '../event.ts'
import { logLevelOf } from '../level-names.ts'
import type { CustomLevels } from '../options/levels.ts'
import { customOf } from './threshold.ts'

export interface LevelAttributes {
  readonly loglevel: LogLevel
  readonly status: Status
  readonly 'log.raw_level': string
}

/** Answers for the level of a record; answers are kept, since there are few levels and many records. */
export type Levels = (level: unknown) => LevelAttributes | undefined

/** pino's numbers; one between two of them belongs to the lower. https://getpino.io/#/docs/api?id=loggerlevels-object */
const BY_NUMBER: readonly (readonly [number, LogLevel])[] = [
  [60, 'FATAL'],
  [50, 'ERROR'],
  [40, 'WARN'],
  [30, 'INFO'],
  [20, 'DEBUG'],
]

/** https://docs.dynatrace.com/docs/shortlink/lma-log-data-transformation */
const STATUS: Readonly<Record<LogLevel, Status>> = {
  SEVERE: 'ERROR',
  ERROR: 'ERROR',
  CRITICAL: 'ERROR',
  ALERT: 'ERROR',
  FATAL: 'ERROR',
  EMERGENCY: 'ERROR',
  WARN: 'WARN',
  INFO: 'INFO',
  TRACE: 'INFO',
  DEBUG: 'INFO',
  NOTICE: 'INFO',
  NONE: 'NONE',
}

/** Levels that a program makes up at run time must not fill the memory. */
const MAX_KNOWN = 256

/**
 * @param labels the logger's own names for numbers, such as pino's custom levels
 * @param custom what the option `levels` says of a name or a number
 */
export function createLevels(labels: Readonly<Record<string, string>> = {}, custom: CustomLevels = {}): Levels {
  const known = new Map<string | number, LevelAttributes>()
  return (level) => {
    if (typeof level !== 'string' && typeof level !== 'number') return undefined
    const found = known.get(level)
    if (found !== undefined) return found
    const attributes = levelAttributes(level, labels, customOf(level, custom, labels))
    if (known.size < MAX_KNOWN) known.set(level, attributes)
    return attributes
  }
}

/** @returns whether there is a level */
export function setLevel(event: GenericEvent, attributes: LevelAttributes | undefined): boolean {
  if (attributes === undefined) return false
  event.loglevel = attributes.loglevel
  event.status = attributes.status
  event['log.raw_level'] = attributes['log.raw_level']
  return true
}

/** The same as members of an event, `,"name":value` each in bytes, for the fast lanes. */
export function createLevelMembers(levels: Levels): (level: string | number) => Uint8Array | undefined {
  const known = new Map<string | number, Uint8Array>()
  return (level) => {
    const found = known.get(level)
    if (found !== undefined) return found
    const attributes = levels(level)
    if (attributes === undefined) return undefined
    const members = Buffer.from(JSON.stringify(attributes).replace('{', ',').slice(0, -1))
    if (known.size < MAX_KNOWN) known.set(level, members)
    return members
  }
}

function levelAttributes(
  level: string | number,
  labels: Readonly<Record<string, string>>,
  custom: LogLevel | undefined,
): LevelAttributes {
  const label = typeof level === 'number' && Object.hasOwn(labels, level) ? labels[level] : undefined
  const loglevel = custom ?? byName(label) ?? (typeof level === 'number' ? byNumber(level) : byName(level)) ?? 'NONE'
  const isStandard = typeof level === 'number' && BY_NUMBER.some(([number]) => number === level)
  return {
    loglevel,
    status: STATUS[loglevel],
    'log.raw_level': isStandard || label === undefined ? String(level) : label,
  }
}

function byName(name: string | undefined): LogLevel | undefined {
  return name === undefined ? undefined : logLevelOf(name)
}

function byNumber(level: number): LogLevel | undefined {
  if (Number.isNaN(level)) return undefined
  return BY_NUMBER.find(([number]) => level >= number)?.[1] ?? 'TRACE'
}
