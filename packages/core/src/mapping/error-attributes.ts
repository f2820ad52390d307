/** An error, alive or as a serializer left it → `exception.*`, with its chain of causes. */

/** Causes that are followed; a longer chain is most likely a loop. */
const MAX_CAUSES = 8

/** Errors of an AggregateError that are named. */
const MAX_ERRORS = 32

/** What the exception attributes say already, under the names of Error and of pino's serializer. */
const SAID: ReadonlySet<string> = new Set([
  'type',
  'name',
  'message',
  'stack',
  'cause',
  'aggregateErrors',
  'errors',
  'raw',
])

/** An Error, or an object that was one: with a message and a type or a stack. */
export function isErrorLike(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Error) return true
  return (
    typeof get(value, 'message') === 'string' &&
    (typeof get(value, 'stack') === 'string' || typeof get(value, 'type') === 'string')
  )
}

/**
 * Attributes of the error, and under `key`, where one is given, whatever else it carries (`code`, `errno`, …). Reads
 * defensively: a getter that throws costs that one field.
 */
export function errorAttributes(error: object, key?: string): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  describe(error, 'exception', attributes)
  let cause = get(error, 'cause')
  for (
    let depth = 1, name = 'exception.cause';
    depth <= MAX_CAUSES && isDescribable(cause);
    depth++, name += '.cause'
  ) {
    if (cause === error) break
    if (typeof cause === 'string') attributes[`${name}.message`] = cause
    else describe(cause, name, attributes)
    cause = typeof cause === 'string' ? undefined : get(cause, 'cause')
  }
  const others = key === undefined ? undefined : othersOf(error)
  if (key !== undefined && others !== undefined) attributes[key] = others
  return attributes
}

function describe(error: object, name: string, attributes: Record<string, unknown>): void {
  set(attributes, `${name}.type`, typeOf(error))
  set(attributes, `${name}.message`, get(error, 'message'))
  set(attributes, `${name}.stack_trace`, get(error, 'stack'))
  const errors = get(error, 'errors') ?? get(error, 'aggregateErrors')
  if (Array.isArray(errors)) attributes[`${name}.errors`] = errors.slice(0, MAX_ERRORS).map(inOneLine)
}

/** The class's own name where the error never set one. */
function typeOf(error: object): string | undefined {
  const name = get(error, 'type') ?? get(error, 'name')
  if (typeof name === 'string' && name !== 'Error') return name
  const constructor = error instanceof Error ? get(error, 'constructor') : undefined
  const className = typeof constructor === 'function' ? constructor.name : undefined
  return className !== undefined && className !== '' ? className : typeof name === 'string' ? name : undefined
}

function inOneLine(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  return `${typeOf(error) ?? 'Error'}: ${String(get(error, 'message'))}`
}

function isDescribable(cause: unknown): cause is object | string {
  return (typeof cause === 'object' && cause !== null) || typeof cause === 'string'
}

function othersOf(error: object): Record<string, unknown> | undefined {
  const others: Record<string, unknown> = {}
  let isEmpty = true
  for (const key of Object.keys(error)) {
    if (SAID.has(key)) continue
    Object.defineProperty(others, key, { value: get(error, key), enumerable: true })
    isEmpty = false
  }
  return isEmpty ? undefined : others
}

function set(attributes: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) attributes[name] = value
}

function get(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key)
  } catch {
    return undefined
  }
}
