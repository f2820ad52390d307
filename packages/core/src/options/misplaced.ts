/** What to say of an option that somebody looks for at the top, under its name in another transport, or in vain. */

const PLACES: Readonly<Record<string, readonly string[]>> = {
  url: ['baseurl', 'endpointurl', 'environment', 'environmentid', 'environmenturl', 'host', 'hostname', 'tenant'],
  token: ['accesstoken', 'apikey', 'apitoken', 'auth', 'authorization', 'headers'],
  "attributes: { 'service.name': … }": ['name', 'service', 'servicename'],
  attributes: ['customattributes', 'defaultattributes', 'labels', 'meta', 'tags'],
  minLevel: ['level', 'minimumlevel'],
  'batch.maxEvents': ['batchcount', 'batchsize', 'maxevents'],
  'batch.maxBytes or queue.maxBytes': ['maxbytes'],
  'batch.lingerMs': ['batchinterval', 'flushinterval', 'flushintervalms', 'interval', 'lingerms'],
  'queue.maxBytes': ['buffersize', 'maxbuffersize', 'maxqueuesize', 'queuesize'],
  'queue.onFull': ['onfull'],
  'delivery.concurrency': ['concurrency', 'maxconcurrency'],
  'delivery.timeoutMs': ['requesttimeout', 'timeout', 'timeoutms'],
  'delivery.compression': ['compress', 'compression', 'gzip'],
  'retry.minDelayMs': ['mindelayms', 'retrydelay'],
  'retry.maxDelayMs': ['maxdelayms'],
  'retry.maxRetryAfterMs': ['maxretryafterms'],
  'event.type': ['eventtype', 'type'],
  'event.provider': ['eventprovider', 'provider'],
  'event.kind': ['kind'],
  'tls.ca': ['ca'],
  'tls.cert': ['cert'],
  'tls.key': ['key'],
  'spool.directory': ['directory', 'spooldirectory'],
  'spool.durability': ['durability'],
  'deadLetter.file': ['deadletterfile', 'file'],
  diagnostics: ['onerror', 'silenceerrors', 'silent'],
}

const PLACE_OF = new Map(
  Object.entries(PLACES).flatMap(([place, names]) => names.map((name) => [name, place] as const)),
)

const NO_LIMIT = 'there is no limit of attempts'
const VERIFIED = 'verification cannot be turned off; name your own authority in tls.ca'

/** What there is on purpose not. */
const ABSENT = new Map([
  ['maxattempts', NO_LIMIT],
  ['maxretries', NO_LIMIT],
  ['retries', NO_LIMIT],
  ['retry.attempts', NO_LIMIT],
  ['retry.limit', NO_LIMIT],
  ['retry.maxattempts', NO_LIMIT],
  ['retry.maxretries', NO_LIMIT],
  ['retry.retries', NO_LIMIT],
  ['rejectunauthorized', VERIFIED],
  ['tls.rejectunauthorized', VERIFIED],
])

/** @param name the whole one, such as `retry.maxRetries` */
export function hintFor(name: string): string | undefined {
  const place = PLACE_OF.get(name.toLowerCase())
  return place === undefined ? ABSENT.get(name.toLowerCase()) : `did you mean ${place}?`
}
