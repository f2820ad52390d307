/** JSON of an event or request as attributes; nothing of it is trusted to be anything else. */

export type Attributes = Readonly<Record<string, unknown>>

export function parseAttributes(json: string): Attributes {
  const value = parseJson(json)
  return isAttributes(value) ? value : {}
}

export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

export function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
