/**
 * What is used of undici, file by file. Its index would make this version's dispatcher that of the application's own `fetch`, which on
 * Node 20 then refuses requests with a content-length; it also takes several times as long to load. The manifest allows patches only.
 */
import type { Dispatcher } from 'undici'
import requestOn from 'undici/lib/api/api-request.js'
import buildConnector from 'undici/lib/core/connect.js'
import errors from 'undici/lib/core/errors.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'

/** The index puts this on every dispatcher as a method. */
export function request(dispatcher: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
  return requestOn.call(dispatcher, options)
}

export { buildConnector, errors, Pool, ProxyAgent }
