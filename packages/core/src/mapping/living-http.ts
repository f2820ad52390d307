/** Requests and responses that were logged as they are: sockets, parsers and all. Kept is what middleware would have logged of them. */
import { get, isObject } from './mapping.ts'

/** What pino's serializer keeps of a request; undefined where this is none. */
export function livingRequest(req: object): Record<string, unknown> | undefined {
  if (!hasClass(req)) return undefined
  const socket = get(req, 'socket')
  const headers = get(req, 'headers')
  if (!isObject(socket) || !isObject(headers)) return undefined
  return {
    id: get(req, 'id'),
    method: get(req, 'method'),
    url: get(req, 'url'),
    originalUrl: get(req, 'originalUrl'),
    ip: get(req, 'ip'),
    headers,
    remoteAddress: get(socket, 'remoteAddress'),
    remotePort: get(socket, 'remotePort'),
  }
}

/** What pino's serializer keeps of a response; undefined where this is none. */
export function livingResponse(res: object): Record<string, unknown> | undefined {
  if (!hasClass(res)) return undefined
  const getHeaders = get(res, 'getHeaders')
  if (typeof getHeaders !== 'function') return undefined
  return { statusCode: get(res, 'statusCode'), headers: headersOf(res, getHeaders) }
}

function headersOf(res: object, getHeaders: unknown): unknown {
  if (typeof getHeaders !== 'function') return undefined
  try {
    return Reflect.apply(getHeaders, res, [])
  } catch {
    return undefined
  }
}

function hasClass(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype !== Object.prototype && prototype !== null
}
