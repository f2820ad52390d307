/** Where events are posted: from the environment's URL, as people have it at hand, to the complete ingest URL. */
import type { Environment } from './environment.ts'
import { firstSet } from './environment.ts'
import { isLoopback } from './loopback.ts'
import type { OptionReader } from './reader.ts'
import { isRecord } from './reader.ts'

/**
 * A built-in endpoint, or a custom one: `{ custom: 'name' }` is `/platform/ingest/custom/events/name`.
 * https://docs.dynatrace.com/docs/shortlink/openpipeline-api-ingestion-reference
 */
export type Endpoint = EndpointKind | CustomEndpoint

/** An endpoint that was made in the settings of OpenPipeline. */
export interface CustomEndpoint {
  /** Its name: a letter, then letters, digits and single dots. */
  readonly custom: string
  /**
   * What it takes.
   * @defaultValue 'events'
   */
  readonly kind?: EndpointKind
}

/** Generic events, events of a software delivery life cycle, or security events. */
export type EndpointKind = 'events' | 'events.sdlc' | 'security.events'

const KINDS: readonly EndpointKind[] = ['events', 'events.sdlc', 'security.events']

/** In this order; the first that is set and not empty counts. */
export const URL_VARIABLES = [
  'OPENPIPELINE_URL',
  'DT_ENVIRONMENT_URL',
  'DYNATRACE_ENV_URL',
  'DT_API_URL',
  'DT_ENDPOINT',
]

/** Starts with a letter; letters, digits and single dots; no trailing dot. https://docs.dynatrace.com/docs/shortlink/openpipeline-limits */
const CUSTOM_NAME = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/

/** Paths of the API and of the user interface, and incomplete ones of ingest, that people copy along with the host. */
const COPIED_PATH = /\/(api|ui|platform)(\/.*)?$/

const COMPLETE_PATH = /\/platform\/ingest\/(v1|custom\/[^/]+)\/[^/]+$/

export function readIngestUrl(options: OptionReader, environment: Environment): string {
  const allowInsecure = options.boolean('allowInsecure', false)
  const endpoint = options.raw('endpoint')
  const path = readPath(options, endpoint)
  const source = findUrl(options, environment)
  if (source === undefined) return ''
  const problem = (text: string): string => {
    options.problems.add(`${source.name} ${text}`)
    return ''
  }
  const url = parse(source.value)
  if (url === undefined)
    return problem(
      `must be a URL such as https://abc12345.live.dynatrace.com, got ${JSON.stringify(withoutSecrets(source.value))}`,
    )
  const fault = faultOf(url, allowInsecure)
  if (fault !== undefined) return problem(fault)
  url.hostname = ingestHost(url.hostname)
  const base = url.pathname.replace(/\/+$/, '')
  if (COMPLETE_PATH.test(base)) {
    if (endpoint !== undefined && !base.endsWith(path))
      return problem(`is complete (${base}) and endpoint names another path (${path}); give one of the two`)
    return `${url.origin}${base}${url.search}`
  }
  return `${url.origin}${base.replace(COPIED_PATH, '')}${path}${url.search}`
}

function findUrl(options: OptionReader, environment: Environment): { name: string; value: string } | undefined {
  const given = options.raw('url')
  if (given !== undefined && typeof given !== 'string') options.refuse('url', 'a string', given)
  if (typeof given === 'string' && given.trim() !== '') return { name: 'url', value: given.trim() }
  const fallback = firstSet(environment, URL_VARIABLES)
  if (fallback !== undefined) return { name: `url (from ${fallback.name})`, value: fallback.value }
  if (given === undefined || typeof given === 'string') {
    options.problems.add(
      `url is missing; set it to your environment's URL, such as https://abc12345.live.dynatrace.com, or set ${URL_VARIABLES[0]}`,
    )
  }
  return undefined
}

function readPath(options: OptionReader, endpoint: unknown): string {
  if (endpoint === undefined) return '/platform/ingest/v1/events'
  const kind = KINDS.find((candidate) => candidate === endpoint)
  if (kind !== undefined) return `/platform/ingest/v1/${kind}`
  if (!isRecord(endpoint)) {
    options.refuse('endpoint', `${KINDS.map((name) => `'${name}'`).join(', ')} or { custom: 'name' }`, endpoint)
    return ''
  }
  const group = options.group('endpoint')
  const custom = group.raw('custom')
  const customKind = group.choice('kind', KINDS, 'events')
  group.refuseOthers()
  if (typeof custom === 'string' && CUSTOM_NAME.test(custom)) return `/platform/ingest/custom/${customKind}/${custom}`
  if (custom === undefined) options.problems.add('endpoint.custom is missing; give the name of the custom endpoint')
  else group.refuse('custom', 'a name that starts with a letter and holds letters, digits and single dots', custom)
  return ''
}

function parse(value: string): URL | undefined {
  return URL.canParse(value) && /^[a-z]+:\/\//i.test(value) ? new URL(value) : undefined
}

function faultOf(url: URL, allowInsecure: boolean): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `must start with https://, got ${url.protocol}//`
  if (url.username !== '' || url.password !== '')
    return 'must not contain a user name or password; give the token as the option token'
  if (/[?&]api-token=/i.test(url.search)) return 'must not contain api-token; give the token as the option token'
  if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url.hostname)) {
    return 'must start with https://; plain http is accepted to this machine only, or with allowInsecure: true'
  }
  return undefined
}

/** The address of the user interface is what people paste; ingest listens on its neighbour. */
function ingestHost(hostname: string): string {
  return hostname
    .replace(/\.apps\.dynatrace\.com$/, '.live.dynatrace.com')
    .replace(/\.apps\.dynatracelabs\.com$/, '.dynatracelabs.com')
}

/** It is not a URL, so nobody knows where in it a password or a token stands. */
function withoutSecrets(value: string): string {
  return value
    .replace(/[?#].*$/s, '?…')
    .replace(/^.*@/s, '…@')
    .slice(0, 120)
}
