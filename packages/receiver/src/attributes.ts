/** Query parameters become attributes of every event and win over its own; what they replace is kept beside them. */
import type { ReceivedEvent } from './event.ts'

/** Parameters of a request target that are not attributes, such as the token, are left out. */
export function queryAttributes(query: URLSearchParams): readonly (readonly [string, string])[] {
  return [...query].filter(([name]) => name !== 'api-token')
}

/** The old value of an attribute that a parameter replaces is kept as `overwritten<N>.<attribute>`. */
export function withQueryAttributes(
  event: ReceivedEvent,
  parameters: readonly (readonly [string, string])[],
): ReceivedEvent {
  if (parameters.length === 0) return event
  const attributes = new Map(Object.entries(event))
  for (const [name, value] of parameters) {
    if (attributes.has(name)) attributes.set(freeName(attributes, name), attributes.get(name))
    attributes.set(name, value)
  }
  return Object.fromEntries(attributes)
}

function freeName(attributes: ReadonlyMap<string, unknown>, name: string): string {
  let number = 1
  while (attributes.has(`overwritten${number}.${name}`)) number += 1
  return `overwritten${number}.${name}`
}
