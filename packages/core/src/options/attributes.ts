/** The options `attributes` and `event`: what every event has. */
import type { AttributeValue } from '../event.ts'
import type { OptionReader } from './reader.ts'
import { isRecord } from './reader.ts'

/** The option `event`. */
export interface EventOptions {
  /**
   * `event.type`.
   * @defaultValue 'log'
   */
  readonly type?: string
  /**
   * `event.provider`.
   * @defaultValue `service.name` of `attributes` or of the surroundings (`enrichment`), else the name of the package
   */
  readonly provider?: string
  /**
   * `event.kind`.
   * @defaultValue none
   */
  readonly kind?: string
}

/** `event.*` of every event; a provider that is not given is found out. */
export interface EventSettings {
  readonly type: string
  readonly provider: string | undefined
  readonly kind: string | undefined
}

export function readEvent(reader: OptionReader): EventSettings {
  const event = {
    type: reader.string('type') ?? 'log',
    provider: reader.string('provider'),
    kind: reader.string('kind'),
  }
  reader.refuseOthers()
  return event
}

export function readAttributes(reader: OptionReader): Record<string, AttributeValue> {
  const given = reader.raw('attributes')
  if (given === undefined) return {}
  if (!isRecord(given)) {
    reader.refuse('attributes', 'an object', given)
    return {}
  }
  const attributes: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(given)) {
    if (isAttributeValue(value)) Object.defineProperty(attributes, name, { value, enumerable: true })
    else if (value !== undefined) {
      reader.refuse(`attributes['${name}']`, 'a string, a finite number, a boolean or an array of these', value)
    }
  }
  return attributes
}

export function isAttributeValue(value: unknown): value is AttributeValue {
  return isPlainValue(value) || (Array.isArray(value) && value.every(isPlainValue))
}

function isPlainValue(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  )
}
