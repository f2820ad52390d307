/** A line's level, as pino's number or as a name, in Dynatrace's terms. */
import type { GenericEvent, LogLevel, Status } from 'openpipeline-core'

type LevelAttributes = Pick<GenericEvent, 'loglevel' | 'status' | 'log.raw_level'>

/** pino's levels; a number between two belongs to the lower one, as in pino. */
const BY_NUMBER: readonly (readonly [from: number, level: LogLevel])[] = [
  [60, 'FATAL'],
  [50, 'ERROR'],
  [40, 'WARN'],
  [30, 'INFO'],
  [20, 'DEBUG'],
  [-Infinity, 'TRACE'],
]

const BY_NAME: Readonly<Record<string, LogLevel>> = {
  silly: 'TRACE',
  trace: 'TRACE',
  verbose: 'DEBUG',
  debug: 'DEBUG',
  http: 'INFO',
  info: 'INFO',
  notice: 'NOTICE',
  warn: 'WARN',
  warning: 'WARN',
  error: 'ERROR',
  crit: 'CRITICAL',
  critical: 'CRITICAL',
  alert: 'ALERT',
  fatal: 'FATAL',
  emerg: 'EMERGENCY',
  emergency: 'EMERGENCY',
}

/** Nothing where the level is neither a number nor a known name. */
export function levelAttributes(level: unknown): LevelAttributes | undefined {
  const loglevel = loglevelOf(level)
  return loglevel && { loglevel, status: statusOf(loglevel), 'log.raw_level': String(level) }
}

function loglevelOf(level: unknown): LogLevel | undefined {
  if (typeof level === 'number') return BY_NUMBER.find(([from]) => level >= from)?.[1]
  if (typeof level !== 'string') return undefined
  const name = level.toLowerCase()
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
}

/** https://docs.dynatrace.com/docs/shortlink/lma-log-data-transformation */
function statusOf(loglevel: LogLevel): Status {
  if (loglevel === 'WARN') return 'WARN'
  return ['TRACE', 'DEBUG', 'INFO', 'NOTICE'].includes(loglevel) ? 'INFO' : 'ERROR'
}
