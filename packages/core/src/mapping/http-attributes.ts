/** What HTTP middleware logs of a request and its response → the attributes Dynatrace knows. The encoder hides the secrets in their headers. */
import type { GenericEvent } from '../event.ts'
import type { KeySet } from './key-set.ts'
import { NO_KEYS } from './key-set.ts'
import { livingRequest, livingResponse } from './living-http.ts'
import type { Mapping } from './mapping.ts'
import { get, isObject, replacePart, take, without } from './mapping.ts'

const NS_PER_MS = 1e6

/** A server that listens on both protocols sees IPv4 clients under this prefix. */
const MAPPED_IPV4 = '::ffff:'

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
])

/** Names under which morgan's tokens are logged as fields. */
const FLAT_STATUS = ['status', 'statusCode', 'status_code']
const FLAT_DURATION = ['responseTime', 'response-time', 'response_time']
const FLAT_ADDRESS = ['remoteAddress', 'remote-addr', 'remoteAddr', 'remote_addr', 'ip']
const FLAT_AGENT = ['userAgent', 'user-agent', 'user_agent']

/**
 * Maps `req`, `res` and `responseTime` as pino-http, Fastify, hapi-pino and express-winston write them, else `method`, `url`
 * and their kin as morgan is made to. What has no attribute of its own stays below `req` and `res`, headers included.
 */
export function mapHttp(mapping: Mapping): void {
  const req = get(mapping.fields, 'req')
  const res = get(mapping.fields, 'res')
  if (!isObject(req) && !isObject(res)) return mapFlatHttp(mapping)
  if (isObject(req)) mapPart(mapping, 'req', req)
  if (isObject(res)) mapPart(mapping, 'res', res)
  if (setDuration(mapping.event, get(mapping.fields, 'responseTime'))) take(mapping, 'responseTime')
}

function mapPart(mapping: Mapping, key: 'req' | 'res', logged: Record<string, unknown>): void {
  const living = key === 'req' ? livingRequest(logged) : livingResponse(logged)
  const part = living ?? logged
  const said = key === 'req' ? setRequest(mapping.event, part) : setResponse(mapping.event, part)
  replacePart(mapping, key, said.size === 0 ? part : without(part, said, mapping.isOwn || living !== undefined))
}

/** Sets the attributes of the request and returns the keys that they say. */
function setRequest(event: GenericEvent, request: object): KeySet {
  let said = NO_KEYS
  if (setMethod(event, get(request, 'method'))) said = said.with('method')
  const url = get(request, 'url')
  const originalUrl = get(request, 'originalUrl') ?? url
  if (setUrl(event, originalUrl)) {
    said = said.with('originalUrl')
    // In a router that express has mounted below a path, `url` is only the rest of it.
    if (url === originalUrl) said = said.with('url')
  }
  const addressKey = typeof get(request, 'ip') === 'string' ? 'ip' : 'remoteAddress'
  if (setAddress(event, get(request, addressKey))) said = said.with(addressKey)
  const headers = get(request, 'headers')
  if (isObject(headers)) setAgent(event, get(headers, 'user-agent'))
  return said
}

function setResponse(event: GenericEvent, response: object): KeySet {
  return setStatusCode(event, get(response, 'statusCode')) ? NO_KEYS.with('statusCode') : NO_KEYS
}

function mapFlatHttp(mapping: Mapping): void {
  const method = get(mapping.fields, 'method')
  if (typeof method !== 'string' || !METHODS.has(method)) return
  const { event, fields } = mapping
  const url = get(fields, 'url')
  if (typeof url !== 'string') return
  setMethod(event, method)
  take(mapping, 'method')
  if (setUrl(event, url)) take(mapping, 'url')
  takeFirst(mapping, FLAT_STATUS, setStatusCode)
  takeFirst(mapping, FLAT_DURATION, setDuration)
  takeFirst(mapping, FLAT_ADDRESS, setAddress)
  takeFirst(mapping, FLAT_AGENT, setAgent)
}

function takeFirst(
  mapping: Mapping,
  keys: readonly string[],
  set: (event: GenericEvent, value: unknown) => boolean,
): void {
  const key = keys.find((candidate) => set(mapping.event, get(mapping.fields, candidate)))
  if (key !== undefined) take(mapping, key)
}

export function setMethod(event: GenericEvent, method: unknown): boolean {
  if (typeof method !== 'string' || method === '') return false
  event['http.request.method'] = METHODS.has(method) ? method : method.toUpperCase()
  return true
}

/** @returns whether path and query say all of it; an absolute URL has more */
export function setUrl(event: GenericEvent, url: unknown): boolean {
  if (typeof url !== 'string') return false
  const pathAt = pathIn(url)
  if (pathAt === -1) return false
  const queryAt = url.indexOf('?', pathAt)
  event['url.path'] = queryAt === -1 ? url.slice(pathAt) : url.slice(pathAt, queryAt)
  if (queryAt !== -1 && queryAt < url.length - 1) event['url.query'] = url.slice(queryAt + 1)
  return pathAt === 0
}

function pathIn(url: string): number {
  if (url.startsWith('/') || url === '*') return 0
  return /^https?:\/\//i.test(url) ? url.indexOf('/', 'https://'.length) : -1
}

export function setStatusCode(event: GenericEvent, status: unknown): boolean {
  const code = numberOf(status)
  if (code === undefined || !Number.isInteger(code) || code < 100 || code > 999) return false
  event['http.response.status_code'] = code
  return true
}

export function setDuration(event: GenericEvent, responseTimeMs: unknown): boolean {
  const ms = numberOf(responseTimeMs)
  if (ms === undefined || ms < 0) return false
  event['duration'] = Math.round(ms * NS_PER_MS)
  return true
}

export function setAddress(event: GenericEvent, address: unknown): boolean {
  if (typeof address !== 'string' || address === '') return false
  const isMapped = address.startsWith(MAPPED_IPV4) && address.includes('.')
  event['client.address'] = isMapped ? address.slice(MAPPED_IPV4.length) : address
  return true
}

export function setAgent(event: GenericEvent, agent: unknown): boolean {
  if (typeof agent !== 'string' || agent === '') return false
  event['user_agent.original'] = agent
  return true
}

/** morgan's tokens are text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
