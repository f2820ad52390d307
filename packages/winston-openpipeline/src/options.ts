/** Options of the winston adapter: winston's own for every transport, and the core's. */
import type { Host, ShipperOptions } from 'openpipeline-core'
import { OpenPipelineError } from 'openpipeline-core'
import { get } from 'openpipeline-core/mapping'
import type TransportStream from 'winston-transport'

/** Options of `new OpenPipelineTransport(options)`. */
export interface WinstonOpenPipelineOptions extends ShipperOptions {
  /** Least severe level that is sent; the logger's own where it is absent. */
  readonly level?: string
  /** Format of this transport alone. A `format.json()` is never needed: events are encoded from the info itself. */
  readonly format?: NonNullable<TransportStream.TransportStreamOptions['format']>
  /** Sends nothing. */
  readonly silent?: boolean
  /** Sends uncaught exceptions, which winston then reports to this transport. */
  readonly handleExceptions?: boolean
  /** Sends unhandled rejections, which winston then reports to this transport. */
  readonly handleRejections?: boolean
}

export const HOST: Host = {
  name: 'winston-openpipeline',
  appliesRecordRules: true,
  optionKeys: ['level', 'format', 'silent', 'handleExceptions', 'handleRejections'],
}

const SWITCHES = ['silent', 'handleExceptions', 'handleRejections'] as const

/**
 * winston takes whatever stands there, and logs nothing or fails with the first record.
 * @throws OpenPipelineError `INVALID_OPTIONS`
 */
export function checkHostOptions(options: WinstonOpenPipelineOptions): void {
  const problems = SWITCHES.filter((name) => !['boolean', 'undefined'].includes(typeof options[name])).map(
    (name) => `${name} must be true or false, got ${show(options[name])}`,
  )
  const { format, level } = options
  if (level !== undefined && (typeof level !== 'string' || level === ''))
    problems.push(`level must be the name of a level such as 'warn', got ${show(level)}`)
  if (format !== undefined && typeof get(Object(format), 'transform') !== 'function')
    problems.push(`format must be a format of winston such as winston.format.json(), got ${show(format)}`)
  if (problems.length === 0) return
  const text = problems.length === 1 ? problems.join() : problems.map((problem) => `\n  - ${problem}`).join('')
  throw new OpenPipelineError('INVALID_OPTIONS', `${HOST.name}: ${text}`)
}

function show(value: unknown): string {
  if (typeof value === 'string') return `${JSON.stringify(value)} (string)`
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' ? 'an object' : `${String(value)} (${typeof value})`
}
