/** The attributes of every event: what the options say, and what the surroundings add to it. */
import type { Attributes } from './event.ts'
import { synonymsOf } from './enrichment/release.ts'
import type { Settings } from './settings.ts'

export interface ConstantAttributes {
  /** A record's field of one of these names is kept as `log.<name>`. */
  readonly fixed: Attributes
  /** Only for events that do not bring them themselves. */
  readonly enriched: Attributes
}

/** @param surroundings undefined where enrichment is off */
export function constantAttributes(settings: Settings, name: string, surroundings?: Attributes): ConstantAttributes {
  const { attributes, event } = settings
  const all = { ...surroundings, ...attributes }
  const service = all['service.name']
  const fixed = {
    'event.type': event.type,
    'event.provider': event.provider ?? (typeof service === 'string' && service !== '' ? service : name),
    ...(event.kind !== undefined && { 'event.kind': event.kind }),
    ...attributes,
  }
  return { fixed, enriched: surroundings === undefined ? {} : { ...synonymsOf(all), ...surroundings } }
}
