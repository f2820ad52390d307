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
  mapErrorField,
  mapHttp,
  mapInside,
  mappingOf,
  setException,
  setLevel,
  setTimestamp,
  take,
} from 'openpipeline-core/mapping'
import { LEVEL, SPLAT } from 'triple-beam'

/** An event, and the info whose other fields belong to it. */
interface Mapped {
  readonly event: GenericEvent
  readonly fields: object
  readonly except: KeySet
  /** Below `minLevel`: not to be pushed. */
  readonly isUnwanted?: true
}

export type RecordToEvent = (info: object) => Mapped

/** Fields of an error, in the order in which they are looked for. */
const ERROR_KEYS = ['error', 'err']

/** Where express-winston and format.metadata() put all fields. */
const CONTAINERS = ['meta', 'metadata']

/** Colours of a terminal, which format.colorize puts around level and message. */
const COLOURS = /\u001b\[[\d;]*m/g

/** A stack's first line: the type, and the message, which may have lines of its own. */
const STACK = /^(?:Uncaught )?([\w$.]+)(?:: ([^]*?))?(?:\n {4}at |$)/

/** A field `stack` may be anything: an error's has frames, or its first line names an error. */
const OF_ERROR = /\n\s+at |^[\w$. ]*(?:Error|Exception)\b/

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
  if (message === undefined || typeof message === 'function') return
  if (typeof message === 'object' && message !== null) return // its members become message.*
  mapping.event.content = withoutColours(String(message))
  take(mapping, 'message')
}

/** Errors hide in many places: the info itself, its message, an argument behind the message, a field, or what a format left of one. */
function mapError(mapping: Mapping): void {
  const { event, fields } = mapping
  const error = errorIn(fields)
  if (error !== undefined) {
    // winston has merged the error's own fields into the info already
    setException(event, error)
    for (const key of ['stack', 'cause']) take(mapping, key)
    if (get(fields, 'message') === error) take(mapping, 'message')
    if (get(fields, 'name') === event['exception.type']) take(mapping, 'name')
    // the same error once more as a field says nothing new
    for (const key of ERROR_KEYS) if (get(fields, key) === error) take(mapping, key)
    return
  }
  if (mapErrorIn(mapping)) return mapStackBeside(mapping)
  mapStack(mapping)
}

function errorIn(info: object): object | undefined {
  if (isError(info)) return info
  const message = get(info, 'message')
  if (isError(message)) return message
  const splat = get(info, SPLAT)
  return Array.isArray(splat) ? splat.find(isError) : undefined
}

function mapErrorIn(mapping: Mapping): boolean {
  return ERROR_KEYS.some((key) => mapErrorField(mapping, key))
}

function mapContainers(mapping: Mapping): void {
  for (const key of CONTAINERS) mapInside(mapping, key, mapContained)
}

function mapContained(mapping: Mapping): void {
  if (mapping.event['exception.type'] === undefined && mapErrorIn(mapping)) mapStackBeside(mapping)
  mapHttp(mapping)
}

/** The stack of an error that stands beside it, as in an exception's info, or in its place, where a format took it out. */
function mapStackBeside(mapping: Mapping): void {
  const { event } = mapping
  const stack = stackOf(mapping)
  if (stack === undefined) return
  event['exception.stack_trace'] ??= stack
  if (event['exception.stack_trace'] === stack) take(mapping, 'stack')
}

/** What format.errors({ stack: true }), a child logger and nest-winston leave of an error. */
function mapStack(mapping: Mapping): void {
  const { event, fields } = mapping
  const stack = stackOf(mapping)
  if (stack === undefined || !OF_ERROR.test(stack)) return
  const [, name, message] = STACK.exec(stack) ?? []
  setException(event, { name, message: message ?? event.content, stack, cause: get(fields, 'cause') })
  for (const key of ['stack', 'cause']) take(mapping, key)
}

/** nest-winston has it in a list of one, also where there is none. */
function stackOf(mapping: Mapping): string | undefined {
  const given = get(mapping.fields, 'stack')
  if (typeof given === 'string') return given
  if (!Array.isArray(given) || given.length !== 1) return undefined
  const stack: unknown = given[0]
  if (stack === undefined) take(mapping, 'stack')
  return typeof stack === 'string' ? stack : undefined
}

function withoutColours(text: string): string {
  return text.includes('\u001b') ? text.replaceAll(COLOURS, '') : text
}
