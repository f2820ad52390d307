/** The live page at `/`: the document, the stream that feeds it, and what its fault buttons call. None of it is listed as a request. */
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Hooks } from '../hooks.ts'
import { readBody } from '../read-body.ts'
import { errorEnvelope } from '../refusal.ts'
import { CONTENT_SECURITY_POLICY, PAGE } from './asset.ts'
import { applyFault } from './faults.ts'
import { refuseChanging, refuseFetching, refuseReading } from './guard.ts'
import { createSource, positionAfter, type SourceParts } from './source.ts'
import { Stream } from './stream.ts'

/** Answers a request that is for the page, and says whether it was. */
export type Page = (request: IncomingMessage, response: ServerResponse) => boolean

interface Place {
  readonly refuse: (request: IncomingMessage) => string | undefined
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void
}

export function createPage(parts: SourceParts, hooks: Hooks): Page {
  const places = placesOf(parts, hooks)
  return (request, response) => {
    const key = `${request.method} ${request.url?.split('?')[0]}`
    const place = Object.hasOwn(places, key) ? places[key] : undefined
    if (place === undefined) return false
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const refusal = place.refuse(request)
    if (refusal === undefined) place.serve(request, response)
    else refuse(response, 403, refusal)
    return true
  }
}

function placesOf(parts: SourceParts, hooks: Hooks): Readonly<Record<string, Place>> {
  const source = createSource(parts)
  const open = new Set<Stream>()
  const wake = (): void => {
    for (const stream of open) stream.wake()
  }
  for (const name of ['event', 'dropped', 'request'] as const) hooks.on(name, wake)
  return {
    'GET /': { refuse: refuseReading, serve: (_, response) => sendPage(response) },
    'GET /page/stream': {
      refuse: refuseFetching,
      serve: ({ url }, response) => {
        const after = new URLSearchParams(url?.split('?')[1]).get('after')
        response.setHeader('content-type', 'text/event-stream')
        const stream = new Stream(response, source, positionAfter(after, source, parts))
        open.add(stream)
        response.once('close', () => open.delete(stream))
      },
    },
    'POST /page/fault': {
      refuse: refuseChanging,
      serve: (request, response) => void setFault(request, response, parts).then(wake),
    },
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

function sendPage(response: ServerResponse): void {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(PAGE.html)
}

const MAX_FAULT_BYTES = 1000

async function setFault(request: IncomingMessage, response: ServerResponse, { answering }: SourceParts): Promise<void> {
  const body = await readBody(request, response, MAX_FAULT_BYTES)
  if (body.kind === 'aborted') return
  const wrong = body.kind === 'whole' ? applyFault(parse(body.bytes), answering) : 'the body is too large'
  if (wrong !== undefined) return refuse(response, 400, wrong)
  response.statusCode = 204
  response.end()
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.statusCode = status
  response.setHeader('content-type', 'application/json')
  response.end(errorEnvelope(status, reason))
}
