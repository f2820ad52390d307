/** The option `minLevel`: whether a record is severe enough. */
import { severityOf, SEVERITIES } from '../level-names.ts'
import type { CustomLevels } from '../options/levels.ts'

export interface ThresholdRules {
  readonly levels?: CustomLevels
  readonly minLevel?: string | number
}

/** Answers for a level; what is no level is wanted. */
export type Threshold = (level: unknown) => boolean

/** Levels that a program makes up at run time must not fill the memory. */
const MAX_KNOWN = 256

/**
 * Two numbers are compared as they are, everything else on the scale of pino's numbers, on which `levels` have the place of what they are mapped to.
 * @param labels the logger's own names for numbers, such as pino's custom levels
 * @returns undefined where there is no threshold
 */
export function createThreshold(
  { levels = {}, minLevel }: ThresholdRules,
  labels: Readonly<Record<string, string>> = {},
): Threshold | undefined {
  if (minLevel === undefined) return undefined
  const numbers = new Map(Object.entries(labels).map(([number, label]) => [label, Number(number)]))
  const severity = (level: string | number): number => {
    const custom = customOf(level, levels, labels)
    if (custom !== undefined) return SEVERITIES[custom]
    return typeof level === 'number' ? level : (severityOf(level) ?? numbers.get(level) ?? Infinity)
  }
  const least = severity(minLevel)
  const known = new Map<string | number, boolean>()
  return (level) => {
    if (typeof level !== 'string' && typeof level !== 'number') return true
    const found = known.get(level)
    if (found !== undefined) return found
    const areNumbers = typeof level === 'number' && typeof minLevel === 'number'
    const isWanted = !(areNumbers ? level < minLevel : severity(level) < least)
    if (known.size < MAX_KNOWN) known.set(level, isWanted)
    return isWanted
  }
}

/** What `levels` says of this level, by its number or its name. */
export function customOf(
  level: string | number,
  levels: CustomLevels,
  labels: Readonly<Record<string, string>>,
): CustomLevels[string] | undefined {
  if (Object.hasOwn(levels, level)) return levels[level]
  const label = typeof level === 'number' && Object.hasOwn(labels, level) ? labels[level] : undefined
  return label !== undefined && Object.hasOwn(levels, label) ? levels[label] : undefined
}
