/** One request while it is being served: what its headers say, and its single end on the list of requests. */
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Arrival } from './event.ts'
import { queryWithoutSecrets, type ReceivedRequest, withoutSecrets } from './request.ts'

export interface Call extends Arrival {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly query: URLSearchParams
  /** Puts the request on the list with what is known of it. */
  readonly end: (ending: Ending) => void
}

/** What is not said counts as nothing read and nothing answered. */
type Ending = Pick<ReceivedRequest, 'outcome'> &
  Partial<Pick<ReceivedRequest, 'status' | 'message' | 'bytes' | 'wireBytes' | 'events'>>

interface Beginning {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly connectionId: number
  readonly onEnd: (request: ReceivedRequest) => void
}

export function beginCall({ request, response, connectionId, onEnd }: Beginning): Call {
  const { method = 'GET', url = '/', headers } = request
  const at = Date.now()
  const startedMs = performance.now()
  const { path, query } = splitTarget(url)
  const end = (ending: Ending): void => {
    const durationMs = Math.round((performance.now() - startedMs) * 10) / 10
    const shown = { query: queryWithoutSecrets(query), headers: withoutSecrets(headers) }
    onEnd({ at, method, path, ...shown, ...NOTHING_READ, ...ending, durationMs, connectionId })
  }
  return { request, response, at, method, path, query, end }
}

const NOTHING_READ = { status: null, message: null, bytes: 0, wireBytes: 0, events: 0 } as const

/** Not `new URL`, which throws on targets such as `//`. */
function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?')
  if (mark === -1) return { path: target, query: new URLSearchParams() }
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) }
}
