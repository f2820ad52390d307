/** Errors hide in many places of an info: each is found, and becomes `exception.*`. */
import type { Mapping } from 'openpipeline-core/mapping'
import { get, isError, mapErrorField, setException, take } from 'openpipeline-core/mapping'
import { SPLAT } from 'triple-beam'

/** Fields of an error, in the order in which they are looked for. */
const ERROR_KEYS = ['error', 'err']

/** A stack's first line: the type, and the message, which may have lines of its own. */
const STACK = /^(?:Uncaught )?([\w$.]+)(?:: ([^]*?))?(?:\n {4}at |$)/

/** A field `stack` may be anything: an error's has frames, or its first line names an error. */
const OF_ERROR = /\n\s+at |^[\w$. ]*(?:Error|Exception)\b/

/** The info itself, its message, an argument behind the message, a field, or what a format left of one. */
export function mapError(mapping: Mapping): void {
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

/** An error in a field of a container, such as `meta`, where none has been found yet. */
export function mapErrorBeside(mapping: Mapping): void {
  if (mapping.event['exception.type'] === undefined && mapErrorIn(mapping)) mapStackBeside(mapping)
}

/** format.metadata({ key }) has put all fields under a name of the user's; they are also what was logged behind the message. */
export function mapHiddenError({ event, fields }: Mapping): void {
  const splat = get(fields, SPLAT)
  if (event['exception.message'] !== undefined || !Array.isArray(splat)) return
  for (const item of splat) {
    if (typeof item !== 'object' || item === null) continue
    for (const key of ERROR_KEYS) {
      const error = get(item, key)
      if (isError(error)) return setException(event, error)
    }
  }
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
