/** Reads a request's body within the size limit, and keeps the connection usable where the limit is passed. */
import type { IncomingMessage, ServerResponse } from 'node:http'

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer; readonly wireBytes: number }
  | { readonly kind: 'too-large'; readonly wireBytes: number }
  | { readonly kind: 'aborted'; readonly wireBytes: number }

/** Settles as soon as it is known that the body is whole, too large, or will not come. */
export function readBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<Body> {
  const announcedBytes = Number(request.headers['content-length'] ?? 0)
  if (announcedBytes > maxBytes) {
    if (expectsContinue(request)) response.setHeader('connection', 'close')
    else drain(request)
    return Promise.resolve({ kind: 'too-large', wireBytes: 0 })
  }
  if (expectsContinue(request)) response.writeContinue()
  return collect(request, maxBytes)
}

/** Settles when at least half of the body is there, or all that will come: the moment for a reset within it. */
export function readHalf(request: IncomingMessage): Promise<number> {
  const halfBytes = Number(request.headers['content-length'] ?? 0) / 2
  return new Promise((resolve) => {
    let wireBytes = 0
    request.on('data', (chunk: Buffer) => {
      wireBytes += chunk.length
      if (wireBytes >= halfBytes) resolve(wireBytes)
    })
    request.once('close', () => resolve(wireBytes))
  })
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let wireBytes = 0
    const onData = (chunk: Buffer): void => {
      wireBytes += chunk.length
      if (wireBytes <= maxBytes) {
        chunks.push(chunk)
        return
      }
      request.off('data', onData)
      drain(request)
      resolve({ kind: 'too-large', wireBytes })
    }
    request.on('data', onData)
    request.once('end', () => resolve({ kind: 'whole', bytes: Buffer.concat(chunks), wireBytes }))
    // Also comes after `end`, when the promise is settled and this changes nothing.
    request.once('close', () => resolve({ kind: 'aborted', wireBytes }))
  })
}

const MAX_DRAINED_BYTES = 64 * 1024 * 1024
const MAX_DRAIN_MS = 10_000

/**
 * Closing with unread bytes makes the kernel send a reset, which can overtake the answer. So the rest is read and thrown away,
 * up to a bound: a client that never stops is cut off.
 */
function drain(request: IncomingMessage): void {
  const cut = setTimeout(() => request.socket.destroy(), MAX_DRAIN_MS).unref()
  let drainedBytes = 0
  request.on('data', (chunk: Buffer) => {
    drainedBytes += chunk.length
    if (drainedBytes > MAX_DRAINED_BYTES) request.socket.destroy()
  })
  request.once('close', () => clearTimeout(cut))
}

function expectsContinue(request: IncomingMessage): boolean {
  return request.headers.expect?.toLowerCase() === '100-continue'
}
