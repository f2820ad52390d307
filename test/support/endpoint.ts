/** An endpoint that shows what a receiver hides: tokens and bodies as they came. It answers 202, or what a test says. */
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { Certified } from './authority.ts'
import { until } from './until.ts'

export interface EndpointRequest {
  /** 1 for the first one. */
  readonly number: number
  readonly headers: IncomingHttpHeaders
  readonly authorization: string
  /** As it came. */
  readonly body: Buffer
  /** After decompression. */
  readonly plain: Buffer
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

/** A status, or something done to the answer by hand. */
type Behaviour = (request: EndpointRequest, response: ServerResponse) => number | void

export interface Endpoint {
  readonly url: string
  readonly requests: readonly EndpointRequest[]
  /** Events of all requests that were answered with 202. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
  /** Values of the Authorization headers, in order. */
  readonly authorizations: readonly string[]
  behave(behaviour: Behaviour): void
  /** Resolves when so many requests have come. */
  got(count: number): Promise<void>
  /** Shows another certificate from now on. */
  show(certified: Certified): void
}

export interface EndpointOptions {
  readonly behave?: Behaviour
  readonly tls?: ServerOptions
}

export async function startEndpoint({ behave = () => 202, tls }: EndpointOptions = {}): Promise<Endpoint> {
  const requests: EndpointRequest[] = []
  const events: Readonly<Record<string, unknown>>[] = []
  let behaviour = behave
  const secure = tls === undefined ? undefined : createHttpsServer(tls)
  const server: Server = secure ?? createHttpServer()
  server.on('request', (incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('error', () => undefined)
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = requestOf(requests.length + 1, incoming.headers, Buffer.concat(chunks))
      requests.push(request)
      const status = behaviour(request, response)
      if (status === 202) events.push(...request.events)
      if (typeof status === 'number') answer(status, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `${secure === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    events,
    get authorizations() {
      return requests.map(({ authorization }) => authorization)
    },
    behave(next) {
      behaviour = next
    },
    got: (count) => until(() => requests.length >= count, `${count} requests`),
    show: (certified) => secure?.setSecureContext(certified),
  }
}

/** As the service does: success has no body, an error has its envelope. */
function answer(status: number, response: ServerResponse): void {
  if (status < 400) return void response.writeHead(status).end()
  const envelope = { error: { code: status, message: '' } }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(envelope))
}

function requestOf(number: number, headers: IncomingHttpHeaders, body: Buffer): EndpointRequest {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const events = JSON.parse(plain.toString()) as EndpointRequest['events']
  return { number, headers, authorization: headers.authorization ?? '', body, plain, events }
}
