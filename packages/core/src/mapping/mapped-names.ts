/** Names that the mapping gives a meaning to, whichever logger's record it is: the fast lanes leave such members to it. */

/** What a record's own field may not be called in the event. */
const EVENT_NAMES: ReadonlySet<string> = new Set([
  'timestamp',
  '@timestamp',
  'observed_timestamp',
  'content',
  'loglevel',
  'status',
  'log.raw_level',
  'log.logger',
  'process.pid',
  'host.name',
  'client.address',
  'user_agent.original',
  'duration',
])

const EVENT_NAMESPACES = /^(openpipeline|exception|http|url)\./

/** Parts of requests and responses that the mapping chooses from, or hides. */
const CHOSEN = /^(req|res)\.(originalUrl|ip|cookies|signedCookies|rawHeaders)(\.|$)/

/** Parts of an error that it may have besides type, message and stack. */
const ERROR_PARTS = /^(name|cause|errors|aggregateErrors|request|response)(\.|$)/

/** @param name dotted */
export function isMappedName(name: string): boolean {
  return EVENT_NAMES.has(name) || EVENT_NAMESPACES.test(name) || CHOSEN.test(name)
}

/** @param name dotted, without the key of the error */
export function isErrorPart(name: string): boolean {
  return ERROR_PARTS.test(name)
}
