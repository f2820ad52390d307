/** From the bytes of a body to a list of events, or to the refusal that the service would send. */
import { gunzipSync } from 'node:zlib'

import { isAttributes, type ReceivedEvent } from './event.ts'
import type { Refusal } from './refusal.ts'

export interface DecodeRules {
  readonly gzip: boolean
  readonly maxBodyBytes: number
}

/** Only `application/json`, with or without parameters. */
export function checkContentType(contentType: string | undefined): Refusal | undefined {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/json') return undefined
  return { status: 415, message: `Content-Type must be application/json, got ${contentType ?? 'none'}` }
}

/** Undoes `Content-Encoding`; the size limit holds for what comes out, too. */
export function decompress(wire: Buffer, encoding: string | undefined, rules: DecodeRules): Buffer | Refusal {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return wire
  if (encoding.toLowerCase() !== 'gzip' || !rules.gzip) {
    return { status: 415, message: `Content-Encoding ${encoding} is not supported` }
  }
  try {
    return gunzipSync(wire, { maxOutputLength: rules.maxBodyBytes })
  } catch (error) {
    if (isTooLarge(error))
      return { status: 413, message: `Decompressed body is larger than ${rules.maxBodyBytes} bytes` }
    return { status: 400, message: 'Body is not valid gzip' }
  }
}

/** One event or a list of events; anything else refuses the whole request. */
export function parseEvents(body: Buffer): readonly ReceivedEvent[] | Refusal {
  const parsed = parseJson(body)
  if (isFailure(parsed)) return { status: 400, message: `Invalid JSON: ${parsed.failure}` }
  const list: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value]
  if (list.every(isAttributes)) return list
  const position = list.findIndex((item) => !isAttributes(item))
  const place = Array.isArray(parsed.value) ? `item ${position}` : 'the body'
  return { status: 400, message: `Expected a JSON object or a list of objects, ${place} is neither` }
}

export function isRefusal(value: object): value is Refusal {
  return 'status' in value && 'message' in value && !Array.isArray(value)
}

type Parsed = { readonly value: unknown } | { readonly failure: string }

function parseJson(body: Buffer): Parsed {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

function isFailure(parsed: Parsed): parsed is { readonly failure: string } {
  return 'failure' in parsed
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}
