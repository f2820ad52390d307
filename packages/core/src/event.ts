/** The types of what is sent: a generic event of Dynatrace OpenPipeline, its values, and its encoded form. */

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A static attribute's value, as Grail stores it at top level. */
export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[]

export type Attributes = Readonly<Record<string, AttributeValue>>

/**
 * One generic event. Every key is an attribute; the named ones are those Dynatrace knows.
 * Any value is taken: what JSON cannot hold is converted, never thrown on.
 * https://docs.dynatrace.com/docs/semantic-dictionary/fields
 */
export interface GenericEvent {
  /** Epoch milliseconds, or an RFC 3339 string; the service takes the time of arrival where it is absent. */
  timestamp?: number | string
  /** The message. */
  content?: string
  /** One of the twelve values of the semantic dictionary. */
  loglevel?: LogLevel
  /** The level's group. */
  status?: Status
  /** What the logger called the level. */
  'log.raw_level'?: string
  /** Unique, and the same for every attempt. Set by `push` where it is absent. */
  'event.id'?: string
  /** Kind of the event, `log` for records; the option `event.type` where it is absent. */
  'event.type'?: string
  /** Where it comes from: the service's name, else the package's; the option `event.provider` where it is absent. */
  'event.provider'?: string
  /** Class of the event in the semantic dictionary; the option `event.kind` where it is absent, else none. */
  'event.kind'?: string
  [attribute: string]: unknown
}

/** `loglevel` in the semantic dictionary. https://docs.dynatrace.com/docs/semantic-dictionary/fields */
export type LogLevel =
  | 'ALERT'
  | 'CRITICAL'
  | 'DEBUG'
  | 'EMERGENCY'
  | 'ERROR'
  | 'FATAL'
  | 'INFO'
  | 'NONE'
  | 'NOTICE'
  | 'SEVERE'
  | 'TRACE'
  | 'WARN'

/** `status`: the group of a `loglevel`. */
export type Status = 'ERROR' | 'WARN' | 'INFO' | 'NONE'

/** Where an encoded event stands in bytes. */
export interface EncodedEvent {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}
