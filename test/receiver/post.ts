/** Sends a request to a receiver the way a client would, over real HTTP. */
import { type Dispatcher, request } from 'undici'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface PostOptions {
  /** With a query, if any. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: Dispatcher.HttpMethod
  readonly dispatcher?: Dispatcher
}

/** A string or Buffer is sent as it is, anything else as JSON. */
export async function post(url: string, body: unknown, options: PostOptions = {}): Promise<Answered> {
  const { path = '/platform/ingest/v1/events', headers, method = 'POST', dispatcher } = options
  const answer = await request(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  })
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
}

/** The documented envelope, as the receiver should send it. */
export function envelope(code: number, message: string): string {
  return JSON.stringify({ error: { code, message } })
}
