/** A proxy as companies have them: CONNECT for https, whole URLs for http, with or without a password, and in a bad mood where a test says so. */
import { once } from 'node:events'
import { createServer as createHttpServer, request, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certified } from './authority.ts'

export interface ConnectProxyOptions {
  /** `name:password` without which it answers 407. */
  readonly credentials?: string
  /** Speaks TLS itself. */
  readonly tls?: Certified
}

export interface ConnectProxy {
  readonly url: string
  /** The same with these credentials in it. */
  urlWith(credentials: string): string
  /** What it was asked for: a target to connect to, or a URL. */
  readonly targets: readonly string[]
  /** Every header that came in, one text a request. */
  readonly heads: readonly string[]
  /** Answers this to whatever comes; undefined for normal service, 0 for no answer at all. */
  answer(status: number | undefined): void
  /** Resolves when it was asked so often. */
  asked(count: number): Promise<void>
  /** Takes it away; `listen` brings it back. */
  close(): Promise<void>
  listen(): Promise<void>
}

export async function startConnectProxy({ credentials, tls }: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const proxy = new LoopbackProxy(credentials, tls)
  await proxy.listen()
  onTestFinished(() => proxy.close())
  return proxy
}

class LoopbackProxy implements ConnectProxy {
  readonly #credentials: string | undefined
  readonly #scheme: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #watchers = new Set<() => void>()
  readonly targets: string[] = []
  readonly heads: string[] = []
  #status: number | undefined
  #port = 0

  constructor(credentials: string | undefined, tls: Certified | undefined) {
    this.#credentials = credentials
    this.#scheme = tls === undefined ? 'http' : 'https'
    this.#server = tls === undefined ? createHttpServer() : createHttpsServer(tls)
    this.#server.on('connection', (socket: Socket) => this.#track(socket))
    this.#server.on('connect', (incoming, socket, head) => this.#tunnel(incoming, socket as Socket, head))
    this.#server.on('request', (incoming, response) => {
      const refusal = this.#refusalOf(incoming)
      if (refusal === 0) return
      if (refusal !== undefined) return void response.writeHead(refusal).end()
      const { 'proxy-authorization': _own, ...headers } = incoming.headers
      const outgoing = request(incoming.url ?? '', { method: incoming.method ?? 'GET', headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      outgoing.on('error', () => response.writeHead(502).end())
      incoming.pipe(outgoing)
    })
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`
  }

  urlWith(credentials: string): string {
    return `${this.#scheme}://${credentials}@127.0.0.1:${this.#port}`
  }

  answer(status: number | undefined): void {
    this.#status = status
  }

  asked(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.targets.length < count) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
  }

  /** Status to refuse with, if it is refused. */
  #refusalOf(incoming: IncomingMessage): number | undefined {
    this.targets.push(incoming.url ?? '')
    this.heads.push(incoming.rawHeaders.join('\n'))
    for (const look of this.#watchers) look()
    if (this.#status !== undefined) return this.#status
    const basic = Buffer.from(this.#credentials ?? '').toString('base64')
    const isKnown = incoming.headers['proxy-authorization'] === `Basic ${basic}`
    return this.#credentials === undefined || isKnown ? undefined : 407
  }

  #tunnel(incoming: IncomingMessage, inbound: Socket, head: Buffer): void {
    inbound.on('error', () => undefined)
    const refusal = this.#refusalOf(incoming)
    if (refusal === 0) return
    if (refusal !== undefined) return void inbound.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`)
    const { hostname, port } = new URL(`http://${incoming.url}`)
    const outbound = connect(Number(port), hostname, () => {
      inbound.write('HTTP/1.1 200 Connection established\r\n\r\n')
      outbound.write(head)
      inbound.pipe(outbound).pipe(inbound)
    })
    this.#track(outbound)
    outbound.on('error', () => inbound.end('HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n'))
    inbound.on('close', () => outbound.destroy())
  }
}
