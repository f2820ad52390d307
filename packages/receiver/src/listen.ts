/** The listening socket: address, HTTP or HTTPS, numbered connections, and an end that leaves none open. */
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'

import { ReceiverError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Settings } from './options.ts'

export interface Listener {
  readonly url: string
  /** Ends every connection, idle or busy. */
  readonly close: () => Promise<void>
}

/** Numbers connections in the order in which they were made, from 1. */
export class ConnectionNumbers {
  readonly #numbers = new WeakMap<Socket, number>()
  readonly #leftOut = new WeakSet<Socket>()
  #last = 0
  #leftOutCount = 0

  /** All but those left out. */
  get count(): number {
    return this.#last - this.#leftOutCount
  }

  add(socket: Socket): void {
    this.#last += 1
    this.#numbers.set(socket, this.#last)
  }

  /** A connection of the page is none of those that are counted. */
  leaveOut(socket: Socket): void {
    if (this.#leftOut.has(socket)) return
    this.#leftOut.add(socket)
    this.#leftOutCount += 1
  }

  of(socket: Socket): number {
    return this.#numbers.get(socket) ?? 0
  }
}

export async function listen(settings: Settings, numbers: ConnectionNumbers, exchange: Exchange): Promise<Listener> {
  const server = createHttpServer(settings)
  server.on('request', exchange)
  // Without this Node answers 100 before the size is looked at.
  server.on('checkContinue', exchange)
  // Longer than clients keep idle connections, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 65_000
  server.on(settings.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => numbers.add(socket))
  const sockets = trackSockets(server)
  const port = await bind(server, settings)
  const scheme = settings.tls === undefined ? 'http' : 'https'
  return {
    url: `${scheme}://${reachable(settings.host)}:${port}`,
    close: () => end(server, sockets),
  }
}

function createHttpServer({ tls }: Settings): Server {
  if (tls === undefined) return createServer()
  try {
    return createTlsServer({ key: tls.key, cert: tls.cert })
  } catch (cause) {
    throw new ReceiverError('INVALID_OPTIONS', 'tls.key or tls.cert is not valid PEM, or they do not belong together', {
      cause,
    })
  }
}

/** `closeAllConnections` does not know sockets before their first request or TLS handshake; this set does. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that leaves is no fault of the receiver.
    socket.on('error', () => undefined)
  })
  return sockets
}

function bind(server: Server, { host, port }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(host, port, cause)))
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function cannotListen(host: string, port: number, cause: Error): ReceiverError {
  const code = 'code' in cause ? String(cause.code) : cause.message
  const hint = code === 'EADDRINUSE' ? 'the port is taken; choose another, or 0 for a free one' : cause.message
  return new ReceiverError('CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${hint} (${code})`, { cause })
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function end(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
