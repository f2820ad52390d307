/** What is kept of each request, without the secret part of its token. */
import type { IncomingHttpHeaders } from 'node:http'

import { maskAuthorization } from './authorize.ts'

/** One request, as it is kept for reading. */
export interface ReceivedRequest {
  /** Epoch milliseconds at which its headers had arrived. */
  readonly at: number
  /** In capitals. */
  readonly method: string
  /** Path without the query. */
  readonly path: string
  /** Query parameters; the value of `api-token` is hidden. */
  readonly query: Readonly<Record<string, string>>
  /** Status of the answer, or null where none was sent. */
  readonly status: number | null
  /** How it ended; `aborted` means that the client left before the answer. */
  readonly outcome: RequestOutcome
  /** Why it was refused, or null. */
  readonly message: string | null
  /** Size of the body after decompression. */
  readonly bytes: number
  /** Size of the body as it was sent. */
  readonly wireBytes: number
  /** Events in the body, stored or not; 0 where it was not read as far as that. */
  readonly events: number
  /** Header names in lower case; secrets are hidden. */
  readonly headers: Readonly<Record<string, string>>
  /** From the headers' arrival to the answer. */
  readonly durationMs: number
  /** Number of its connection, from 1. */
  readonly connectionId: number
}

/** How a request ended. */
export type RequestOutcome = 'answered' | 'reset' | 'hung' | 'aborted'

export function withoutSecrets(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, visible(name, [value].flat().join(', '))]),
  )
}

export function queryWithoutSecrets(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...query].map(([name, value]) => [name, name === 'api-token' ? '***' : value]))
}

function visible(name: string, value: string): string {
  if (name === 'authorization' || name === 'proxy-authorization') return maskAuthorization(value)
  return name === 'cookie' ? '***' : value
}
