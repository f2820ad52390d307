/** A server without manners: it sees the bytes of a request and answers with bytes of its own, on a real loopback socket. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'

interface RawRequest {
  /** 1 for the first request to this server. */
  readonly number: number
  /** Request line and headers. */
  readonly head: string
  /** As much of the body as was waited for. */
  readonly body: Buffer
  readonly socket: Socket
}

export interface RawServer {
  readonly url: string
  readonly requests: readonly RawRequest[]
  /** Every connection there was, in order. */
  readonly connections: readonly Socket[]
  /** Resolves when so many requests are there. */
  got(count: number): Promise<void>
}

export interface RawOptions {
  /** Called for each request, once its body is there. */
  readonly onRequest?: (request: RawRequest) => void
  /** Calls `onRequest` when the head is there, without waiting for the body. */
  readonly withoutBody?: boolean
  readonly onConnection?: (socket: Socket) => void
  /** Makes the server, where it is not plain TCP. */
  readonly create?: (onConnection: (socket: Socket) => void) => Server
}

/** Listens until the test ends. */
export async function rawServer(options: RawOptions = {}): Promise<RawServer> {
  const { create = (listener) => createServer(listener) } = options
  const requests: RawRequest[] = []
  const connections: Socket[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const onRequest = (request: RawRequest): void => {
    requests.push(request)
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve()
    options.onRequest?.(request)
  }
  const server = create((socket) => {
    connections.push(socket)
    socket.on('error', () => undefined)
    options.onConnection?.(socket)
    readRequests(socket, options.withoutBody === true, (head, body) => {
      onRequest({ number: requests.length + 1, head, body, socket })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of connections) socket.destroy()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections,
    got: (count) =>
      requests.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
  }
}

function readRequests(socket: Socket, withoutBody: boolean, found: (head: string, body: Buffer) => void): void {
  let data = Buffer.alloc(0)
  let isDone = false
  socket.on('data', (chunk) => {
    data = Buffer.concat([data, chunk])
    for (let end = data.indexOf('\r\n\r\n'); end >= 0 && !isDone; end = data.indexOf('\r\n\r\n')) {
      const head = data.toString('latin1', 0, end)
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      if (withoutBody) {
        isDone = true
        return found(head, Buffer.alloc(0))
      }
      if (data.length < end + 4 + length) return
      const body = Buffer.from(data.subarray(end + 4, end + 4 + length))
      data = Buffer.from(data.subarray(end + 4 + length))
      found(head, body)
    }
  })
}

/** A complete answer. */
export function answer(
  status: number,
  body: string | Buffer = '',
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers })
  const head = [`HTTP/1.1 ${status} Some Reason`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  )
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
}

/** Resolves when the socket is closed, whether in peace or not. */
export function closed(socket: Socket | undefined): Promise<void> {
  if (socket === undefined) throw new Error('no such connection')
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}

/** Our ends of the connections that are made from now on. */
export function ownSockets(): Socket[] {
  const sockets: Socket[] = []
  const onConnected = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket)
  subscribe('undici:client:connected', onConnected)
  onTestFinished(() => void unsubscribe('undici:client:connected', onConnected))
  return sockets
}

/** Writes for ever, as fast as the other side takes it, and counts. */
export function flood(socket: Socket, chunk: Buffer, total = Infinity): { written: () => number } {
  let written = 0
  const write = (): void => {
    while (!socket.destroyed && written < total) {
      written += chunk.length
      if (!socket.write(chunk)) return void socket.once('drain', write)
    }
  }
  write()
  return { written: () => written }
}
