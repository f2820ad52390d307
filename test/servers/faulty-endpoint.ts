/** An endpoint below HTTP's good manners: it answers as a fault says, or breaks off, and accounts for what it has taken. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Certified } from '../support/authority.ts'

/** One request, and what can be done with it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
  /** 0 for the first request. */
  readonly index: number
  /** Milliseconds since the load began. */
  readonly elapsedMs: number
  /** The whole body. */
  readonly read: () => Promise<string>
  /** Takes the events of the body as the service would. */
  readonly store: (body: string) => void
  /** Reads the body, takes its events and answers 202. */
  readonly accept: () => Promise<void>
  /** Reads the body, takes nothing and answers. */
  readonly answer: (status: number, headers?: Readonly<Record<string, string>>, body?: string) => Promise<void>
}

export type Behave = (exchange: Exchange) => Promise<void>

export class FaultyEndpoint {
  readonly #behave: Behave
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #beganAt = Infinity
  /** How often each record was taken, by its number. */
  readonly taken = new Map<unknown, number>()
  requests = 0
  connections = 0
  /** Everything that came as an Authorization header. */
  readonly authorizations = new Set<string>()
  /** Connections that are reset as soon as they stand. */
  refuses = 0

  constructor(behave: Behave, certified?: Certified) {
    this.#behave = behave
    this.#server = certified === undefined ? createServer() : createTlsServer(certified)
    this.#server.keepAliveTimeout = 60_000
    this.#server.on('request', (request, response) => void this.#exchange(request, response))
    this.#server.on('connection', (socket: Socket) => this.#accept(socket))
    this.#server.on('clientError', () => undefined)
  }

  /** Times of the fault count from here. */
  begin(): void {
    this.#beganAt = performance.now()
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    this.connections += 1
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    if (this.connections <= this.refuses) socket.resetAndDestroy()
  }

  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const index = this.requests++
    this.authorizations.add(request.headers.authorization ?? '')
    const read = async (): Promise<string> => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString()
    }
    const store = (body: string): void => {
      const events = JSON.parse(body) as readonly { readonly n?: number }[]
      for (const { n } of events) this.taken.set(n, (this.taken.get(n) ?? 0) + 1)
    }
    const answer: Exchange['answer'] = async (status, headers = {}, body = '') => {
      await read()
      response.writeHead(status, headers).end(body)
    }
    const accept = async (): Promise<void> => {
      store(await read())
      response.writeHead(202).end()
    }
    const elapsedMs = performance.now() - this.#beganAt
    try {
      await this.#behave({ request, response, socket: request.socket, index, elapsedMs, read, store, accept, answer })
    } catch {
      // The client has left, or the fault itself broke the connection.
    }
  }
}
