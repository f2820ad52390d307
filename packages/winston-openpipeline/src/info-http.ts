/** Values of a logged request and response → their members of the event. Each function is false where the mapping must decide. */
import type { Bytes } from 'openpipeline-core/mapping'

const NS_PER_MS = 1e6

/** A server that listens on both protocols sees IPv4 clients under this prefix. */
const MAPPED_IPV4 = '::ffff:'

const METHOD = /^[A-Z]{3,8}$/

const NAMES = {
  method: Buffer.from(',"http.request.method":"'),
  statusCode: Buffer.from(',"http.response.status_code":'),
  path: Buffer.from(',"url.path":"'),
  query: Buffer.from(',"url.query":"'),
  address: Buffer.from(',"client.address":"'),
  duration: Buffer.from(',"duration":'),
  agent: Buffer.from(',"user_agent.original":"'),
}

export function writeMethod(method: unknown, out: Bytes): boolean {
  if (typeof method !== 'string' || !METHOD.test(method)) return false
  out.add(NAMES.method)
  out.closeText(method)
  return true
}

export function writeUrl(url: unknown, out: Bytes): boolean {
  if (typeof url !== 'string' || !url.startsWith('/')) return false
  const queryAt = url.indexOf('?')
  out.add(NAMES.path)
  out.closeText(queryAt === -1 ? url : url.slice(0, queryAt))
  if (queryAt !== -1 && queryAt < url.length - 1) {
    out.add(NAMES.query)
    out.closeText(url.slice(queryAt + 1))
  }
  return true
}

export function writeAddress(address: unknown, out: Bytes): boolean {
  if (typeof address !== 'string' || address === '') return false
  const isMapped = address.startsWith(MAPPED_IPV4) && address.includes('.')
  out.add(NAMES.address)
  out.closeText(isMapped ? address.slice(MAPPED_IPV4.length) : address)
  return true
}

export function writeStatusCode(status: unknown, out: Bytes): boolean {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 999) return false
  out.add(NAMES.statusCode)
  out.addNumber(status)
  return true
}

export function writeDuration(responseTimeMs: unknown, out: Bytes): boolean {
  if (typeof responseTimeMs !== 'number' || !(responseTimeMs >= 0 && responseTimeMs < Infinity)) return false
  out.add(NAMES.duration)
  out.addNumber(Math.round(responseTimeMs * NS_PER_MS))
  return true
}

/** The header stays, and is an attribute of its own besides. */
export function writeAgent(member: Uint8Array, agent: unknown, out: Bytes): boolean {
  if (typeof agent !== 'string' || agent === '') return false
  out.add(member)
  out.closeText(agent)
  out.add(NAMES.agent)
  out.closeText(agent)
  return true
}
