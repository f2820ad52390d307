/** Names of levels: those of the loggers and those of Dynatrace, what the first mean in the second, and which is more severe. */
import type { LogLevel } from './event.ts'

/** Names of pino, winston (npm, syslog, cli) and others. */
export const LEVEL_NAMES: Readonly<Record<string, LogLevel>> = {
  silly: 'TRACE',
  trace: 'TRACE',
  verbose: 'DEBUG',
  debug: 'DEBUG',
  http: 'INFO',
  info: 'INFO',
  information: 'INFO',
  informational: 'INFO',
  log: 'INFO',
  data: 'INFO',
  help: 'INFO',
  input: 'INFO',
  prompt: 'INFO',
  notice: 'NOTICE',
  warn: 'WARN',
  warning: 'WARN',
  err: 'ERROR',
  error: 'ERROR',
  severe: 'SEVERE',
  crit: 'CRITICAL',
  critical: 'CRITICAL',
  fatal: 'FATAL',
  alert: 'ALERT',
  emerg: 'EMERGENCY',
  emergency: 'EMERGENCY',
  panic: 'EMERGENCY',
  none: 'NONE',
}

/** On the scale of pino's numbers; syslog's own stand between them. */
export const SEVERITIES: Readonly<Record<LogLevel, number>> = {
  NONE: Infinity, // whatever has no level is never below one
  TRACE: 10,
  DEBUG: 20,
  INFO: 30,
  NOTICE: 35,
  WARN: 40,
  ERROR: 50,
  SEVERE: 52,
  CRITICAL: 54,
  ALERT: 56,
  FATAL: 60,
  EMERGENCY: 62,
}

/** Where one `loglevel` has several levels of a logger: winston's order of them. */
const FINER: Readonly<Record<string, number>> = { silly: 5, verbose: 24, http: 26 }

export function logLevelOf(name: string): LogLevel | undefined {
  const key = name.trim().toLowerCase()
  return Object.hasOwn(LEVEL_NAMES, key) ? LEVEL_NAMES[key] : undefined
}

/** Undefined for a name that is not known. */
export function severityOf(name: string): number | undefined {
  const key = name.trim().toLowerCase()
  const loglevel = logLevelOf(key)
  if (loglevel === undefined) return undefined
  return Object.hasOwn(FINER, key) ? FINER[key] : SEVERITIES[loglevel]
}
