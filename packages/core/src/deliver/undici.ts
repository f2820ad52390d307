/**
 * What is used of undici, file by file. Its index would make this version's dispatcher that of the application's own `fetch`, which on
 * Node 20 then refuses requests with a content-length; it also takes several times as long to load. The manifest allows patches only.
 */
import type { Dispatcher } from 'undici'
import connectOn from 'undici/lib/api/api-connect.js'
import requestOn from 'undici/lib/api/api-request.js'
import buildConnector from 'undici/lib/core/connect.js'
import errors from 'undici/lib/core/errors.js'
import DispatcherClass from 'undici/lib/dispatcher/dispatcher.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'

// The index puts such methods on every dispatcher; the agent for proxies calls this one.
Object.assign(DispatcherClass.prototype, { connect: connectOn })

/** Another of these methods. */
export function request(dispatcher: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
  return requestOn.call(dispatcher, options)
}

export { buildConnector, errors, Pool, ProxyAgent }
