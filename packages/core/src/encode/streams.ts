/** What stands for a stream: its own members are sockets, parsers and buffers, which say nothing to a reader of logs. */
import { Stream } from 'node:stream'

import { read } from './read.ts'

export function isStream(object: object): object is Stream {
  return object instanceof Stream
}

/** Of a request or response of HTTP what middleware would have logged of it, of all others the class. */
export function streamForm(stream: object): unknown {
  const getHeaders = read(stream, 'getHeaders')
  if (typeof getHeaders === 'function') return messageForm(stream, headersOf(stream, getHeaders))
  const headers = read(stream, 'headers')
  if (typeof headers === 'object' && headers !== null) return messageForm(stream, headers)
  const { constructor } = stream
  return `[${typeof constructor === 'function' ? constructor.name : 'Stream'}]`
}

/** What it has of these; an outgoing request has a `path` and no `url`. */
export function messageForm(message: object, headers: unknown): object {
  return {
    method: read(message, 'method'),
    url: read(message, 'originalUrl') ?? read(message, 'url') ?? read(message, 'path'),
    host: read(message, 'host'),
    statusCode: read(message, 'statusCode') ?? undefined,
    headers,
  }
}

function headersOf(message: object, getHeaders: object): unknown {
  try {
    return typeof getHeaders === 'function' ? Reflect.apply(getHeaders, message, []) : undefined
  } catch {
    return undefined
  }
}
