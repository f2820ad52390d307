/** Composition of what an event passes within `push`: the user's rules, then the encoder with what the surroundings say. */
import type { Clock } from './clock.ts'
import { constantAttributes } from './constant-attributes.ts'
import { Encoder } from './encode/encoder.ts'
import { Secrets } from './encode/secrets.ts'
import { SplicedEvent } from './encode/spliced-event.ts'
import { Enrichment } from './enrichment/enrichment.ts'
import type { MetadataFiles } from './enrichment/metadata-files.ts'
import { createEventIds } from './event-id.ts'
import type { Attributes } from './event.ts'
import { createPrepare } from './prepare.ts'
import type { Prepare } from './prepare.ts'
import { recordRulesOf } from './record-rules.ts'
import type { RecordRules } from './record-rules.ts'
import type { Host, Settings } from './settings.ts'

export interface Intake {
  readonly encoder: Encoder
  /** For an adapter that has members as bytes. */
  readonly spliced: SplicedEvent
  /** What comes before the encoder; undefined where nothing does. */
  readonly prepare: Prepare | undefined
  /** For the adapter. */
  readonly records: RecordRules
  /** Ends the looking for changes. */
  readonly close: () => void
}

export interface IntakeParts {
  readonly clock: Clock
  readonly warn: (message: string) => void
  readonly maxEventBytes: number
  readonly metadata: MetadataFiles | undefined
}

export function composeIntake(settings: Settings, host: Host, parts: IntakeParts): Intake {
  const { clock, maxEventBytes, warn } = parts
  const records = recordRulesOf(settings)
  const enrichment = composeEnrichment(settings, parts, (surroundings) => {
    const { enriched, fixed } = constantAttributes(settings, host.name, surroundings)
    encoder.setAttributes(fixed, enriched)
  })
  const { enriched, fixed } = constantAttributes(settings, host.name, enrichment?.attributes)
  const { flatten, secretHeaders } = settings
  const secrets = new Secrets(secretHeaders)
  const encoderSettings = { attributes: fixed, enriched, flatten, secrets, maxStringLength: maxEventBytes }
  const nextId = createEventIds(clock.wall())
  const encoder = new Encoder(encoderSettings, nextId)
  const prepare = createPrepare({
    rules: records,
    isAdapter: host.appliesRecordRules === true,
    map: settings.map && { hook: settings.map, isFixed: (name) => encoder.isFixed(name), warn },
    clock,
  })
  return { encoder, spliced: new SplicedEvent(nextId), prepare, records, close: () => enrichment?.close() }
}

function composeEnrichment(
  settings: Settings,
  { clock, metadata, warn }: IntakeParts,
  onChange: (surroundings: Attributes) => void,
): Enrichment | undefined {
  if (settings.enrichment === undefined) return undefined
  const files = metadata ?? settings.enrichment.files
  return new Enrichment({ settings: { ...settings.enrichment, files }, clock, warn, onChange })
}
