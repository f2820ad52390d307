/** The level of an event as one letter, so that the page can count and filter without reading the event. */

/** Error, warning, info, debug, trace, other. */
export type Level = 'e' | 'w' | 'i' | 'd' | 't' | 'o'

/** Where senders write it; the first that holds a known name counts. */
export const LEVEL_ATTRIBUTES = ['loglevel', 'log.level', 'level', 'severity', 'status'] as const

const LEVELS: Readonly<Record<string, Level>> = {
  EMERGENCY: 'e',
  ALERT: 'e',
  CRITICAL: 'e',
  SEVERE: 'e',
  FATAL: 'e',
  ERROR: 'e',
  WARN: 'w',
  WARNING: 'w',
  NOTICE: 'i',
  INFO: 'i',
  DEBUG: 'd',
  VERBOSE: 'd',
  TRACE: 't',
  SILLY: 't',
}

export function levelOf(event: Readonly<Record<string, unknown>>): Level {
  for (const attribute of LEVEL_ATTRIBUTES) {
    const value = event[attribute]
    const name = typeof value === 'string' && value.length < 12 ? value.toUpperCase() : ''
    const level = Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined
    if (level !== undefined) return level
  }
  return 'o'
}
