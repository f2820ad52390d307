/** Connections to the endpoint: kept alive, as many as may be under way, through a proxy where there is one. */
import type { buildConnector, Dispatcher } from 'undici'

import { CONNECT_TIMEOUT_MS } from '../limits.ts'
import type { ProxySettings } from '../options/proxy.ts'
import type { TlsSettings } from '../options/tls.ts'
import { watched, watchedConnector } from './reuse.ts'
import { Pool, ProxyAgent } from './undici.ts'

export interface ConnectionSettings {
  readonly delivery: { readonly concurrency: number; readonly timeoutMs: number }
  readonly proxy: ProxySettings | undefined
  readonly tls: TlsSettings
}

export function openConnections(origin: string, settings: ConnectionSettings): Dispatcher {
  const { delivery, proxy, tls } = settings
  const secure = {
    timeout: Math.min(CONNECT_TIMEOUT_MS, delivery.timeoutMs),
    ...(tls.ca && { ca: tls.ca }),
    rejectUnauthorized: true, // not even NODE_TLS_REJECT_UNAUTHORIZED=0 turns it off
  }
  const connect = {
    ...secure,
    ...(tls.client && { cert: tls.client.cert, key: tls.client.key() }),
    ...(tls.servername !== undefined && { servername: tls.servername }),
  }
  const options = {
    connections: delivery.concurrency,
    pipelining: 1,
    headersTimeout: 0, // the attempt's deadline bounds the whole, these would bound only its parts
    bodyTimeout: 0,
  }
  if (proxy === undefined) return new Pool(origin, { ...options, connect: watchedConnector(connect) })
  return new ProxyAgent({
    ...options,
    uri: proxy.origin,
    ...(proxy.authorization !== undefined && { token: proxy.authorization() }),
    requestTls: connect,
    // The client certificate and the name are for the endpoint behind it.
    proxyTls: secure,
    proxyTunnel: origin.startsWith('https:'),
    factory: (url, client) => new Pool(url, Object.assign({}, client, connectOf(client))),
    // A proxy that takes a CONNECT and never answers: attempts end by their deadline, but the connection would stay for minutes.
    clientFactory: (url, client) => new Pool(url, { ...client, headersTimeout: secure.timeout }),
  })
}

/** Through a tunnel, too, an alert or a stale connection must be known as such. */
function connectOf(client: object): { connect?: buildConnector.connector } {
  const connect: unknown = Reflect.get(client, 'connect')
  return isConnector(connect) ? { connect: watched(connect) } : {}
}

function isConnector(value: unknown): value is buildConnector.connector {
  return typeof value === 'function'
}
