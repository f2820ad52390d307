/** A winston info → a generic event. Pure: the info is read and never changed, since all transports share it. */
import type { GenericEvent, Redact, RecordRules } from 'openpipeline-core'
import type { KeySet, Levels, Mapping } from 'openpipeline-core/mapping'
import {
  activeSpan,
  createLevels,
  createThreshold,
  get,
  isError,
  mapAccessLine,
  mapHttp,
  mapInside,
  mappingOf,
  setLevel,
  setTimestamp,
  take,
} from 'openpipeline-core/mapping'
import { LEVEL, MESSAGE } from 'triple-beam'

import { mapError, mapErrorBeside, mapHiddenError } from './info-error.ts'

/** An event, and the info whose other fields belong to it. */
interface Mapped {
  readonly event: GenericEvent
  readonly fields: object
  readonly except: KeySet
  /** Below `minLevel`: not to be pushed. */
  readonly isUnwanted?: true
}

export type RecordToEvent = (info: object) => Mapped

/** Where express-winston and format.metadata() put all fields. */
const CONTAINERS = ['meta', 'metadata']

/** Colours of a terminal, which format.colorize puts around level and message. */
const COLOURS = /\u001b\[[\d;]*m/g

export function createRecordToEvent(rules: RecordRules = {}): RecordToEvent {
  const { redact } = rules
  const levels = createLevels({}, rules.levels)
  const isWanted = createThreshold(rules)
  const stages = [
    mapTime,
    (mapping: Mapping) => mapLevel(mapping, levels),
    mapMessage,
    mapError,
    mapHttp,
    mapContainers,
    // what stands behind the message is as it was before anything was redacted
    ...(redact === undefined ? [mapHiddenError] : []),
    mapAccessLine,
    mapSpan,
  ]
  return (info) => {
    const mapping = mappingOf(redact?.(info) ?? info, Date.now())
    if (isWanted?.(levelOf(mapping)) === false) return { ...mapping, isUnwanted: true }
    for (const stage of stages) {
      try {
        stage(mapping)
      } catch {
        // A proxy's trap can throw anywhere; it costs this stage, and the core reads what there is to be read.
      }
    }
    if (redact !== undefined) redactParts(mapping.event, redact)
    return mapping
  }
}

function mapTime(mapping: Mapping): void {
  if (setTimestamp(mapping.event, get(mapping.fields, 'timestamp'))) take(mapping, 'timestamp')
}

/** What was made of a living request or response has fields that the logged object did not have. */
function redactParts(event: GenericEvent, redact: Redact): void {
  for (const [key, part] of Object.entries(event)) {
    if (typeof part === 'object' && part !== null) Object.assign(event, redact({ [key]: part }))
  }
}

function mapLevel(mapping: Mapping, levels: Levels): void {
  if (setLevel(mapping.event, levels(levelOf(mapping)))) take(mapping, 'level')
}

/** The symbol holds the level as it was logged; the text of `level` may have been coloured or renamed. */
function levelOf({ fields }: Mapping): unknown {
  const level = get(fields, LEVEL) ?? get(fields, 'level')
  return typeof level === 'string' ? withoutColours(level) : level
}

/** An instrumentation of OpenTelemetry's has written it into the info already, where there is one. */
function mapSpan({ event, fields }: Mapping): void {
  if (get(fields, 'trace_id') === undefined) Object.assign(event, activeSpan())
}

function mapMessage(mapping: Mapping): void {
  const given = get(mapping.fields, 'message')
  const message = isError(given) ? get(given, 'message') : given
  if (message === undefined) return mapLogstash(mapping)
  if (typeof message === 'function') return
  if (typeof message === 'object' && message !== null) return // its members become message.*
  mapping.event.content = withoutColours(String(message))
  take(mapping, 'message')
}

/** format.logstash takes message and timestamp out of the info, and leaves them in the text that it makes of it. */
function mapLogstash({ event, fields }: Mapping): void {
  const text = get(fields, MESSAGE)
  if (typeof text !== 'string' || !text.startsWith('{"@')) return
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null) return
  const message = get(parsed, '@message')
  if (typeof message === 'string') event.content = withoutColours(message)
  setTimestamp(event, get(parsed, '@timestamp'))
}

function mapContainers(mapping: Mapping): void {
  for (const key of CONTAINERS) mapInside(mapping, key, mapContained)
}

function mapContained(mapping: Mapping): void {
  mapErrorBeside(mapping)
  mapHttp(mapping)
}

function withoutColours(text: string): string {
  return text.includes('\u001b') ? text.replaceAll(COLOURS, '') : text
}
