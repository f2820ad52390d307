/** What an event passes before it is encoded, where the options ask for it: rules for events that no adapter has made, and the `map` function. */
import type { Clock } from './clock.ts'
import { copyOf, read } from './encode/read.ts'
import { epochMs, isLate } from './encode/restamp.ts'
import { createMapping } from './map-hook.ts'
import type { MapParts } from './map-hook.ts'
import { createThreshold } from './mapping/threshold.ts'
import type { Pushed } from './pushed.ts'
import type { RecordRules } from './record-rules.ts'

/** Undefined for an event that is not wanted: it is neither accepted nor lost. Never throws. */
export type Prepare = (pushed: Pushed) => Pushed | undefined

export interface PrepareParts {
  readonly rules: RecordRules
  /** An adapter has applied the rules already, and has seen to the timestamp. */
  readonly isAdapter: boolean
  readonly map: MapParts | undefined
  readonly clock: Pick<Clock, 'wall'>
}

/** Undefined where there is nothing to do. */
export function createPrepare({ clock, isAdapter, map, rules }: PrepareParts): Prepare | undefined {
  const mapped = map && createMapping(map)
  if (isAdapter) return mapped
  const isWanted = createThreshold(rules)
  const { redact } = rules
  return ({ event, except, fields }) => {
    if (isWanted?.(read(event, 'loglevel')) === false) return undefined
    const redacted =
      redact === undefined ? { event, fields } : { event: redact(event), fields: fields && redact(fields) }
    const ruled = { ...redacted, event: inTime(redacted.event, clock), except }
    return mapped === undefined ? ruled : mapped(ruled)
  }
}

/** The service would not store an older one, and would not say so. */
function inTime(event: object, clock: Pick<Clock, 'wall'>): object {
  const timestamp = read(event, 'timestamp')
  if (timestamp === undefined) return event
  const now = clock.wall()
  if (!isLate(epochMs(timestamp), now)) return event
  return { observed_timestamp: timestamp, ...copyOf(event), timestamp: now, 'openpipeline.late': true }
}
