/** The option `map`. */
import type { GenericEvent } from '../event.ts'
import type { OptionReader } from './reader.ts'

/**
 * Sees each event before it is encoded; what it returns is sent, and `undefined` drops the event. It may change the event it is
 * given, not the record. Attributes of every event (`attributes`, `event`, enrichment) and `event.id` are added afterwards,
 * unless it sets them itself.
 * @param event what would be sent; objects in it are flattened later
 * @param record what was logged, after `redact`: pino's parsed line, winston's info
 */
export type MapFunction = (event: GenericEvent, record: Readonly<Record<string, unknown>>) => GenericEvent | undefined

/** The function as it is called: what comes back is looked at. */
export type MapHook = (event: object, record: object) => unknown

export function readMap(options: OptionReader): MapHook | undefined {
  const given = options.raw('map')
  if (given === undefined) return undefined
  if (typeof given === 'function') return (event, record) => Reflect.apply(given, undefined, [event, record])
  options.refuse('map', "a function ({ module, export } is for the worker of 'pino-openpipeline' only)", given)
  return undefined
}
