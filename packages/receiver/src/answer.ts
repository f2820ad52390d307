/** Decides the answer from the script and the admission, and sends it, or resets the connection instead. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'

import type { Admission } from './admit.ts'
import { errorEnvelope } from './refusal.ts'
import type { Step } from './step.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Why the request was refused, or null. */
  readonly message: string | null
}

/** A scripted failure is answered whatever was sent; otherwise a refusal by the usual checks wins over a scripted 2xx. */
export function decideAnswer(step: Step, { refusal }: Admission): Answer {
  const isFailure = step.status !== undefined && (step.status < 200 || step.status > 299)
  if (refusal !== undefined && !isFailure) {
    const body = errorEnvelope(refusal.status, refusal.message)
    return { status: refusal.status, headers: { ...JSON_TYPE, ...refusal.headers }, body, message: refusal.message }
  }
  const status = step.status ?? 202
  const message = status >= 400 ? `scripted ${status}` : null
  return { status, message, ...scriptedBody(step, status) }
}

export function sendAnswer(response: ServerResponse, answer: Answer): void {
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.end(answer.body)
}

/** Waits unless the client leaves before; tells whether it is still there. */
export async function stillThereAfter(delayMs: number, response: ServerResponse): Promise<boolean> {
  if (delayMs <= 0) return !response.destroyed
  const left = new AbortController()
  const leave = (): void => left.abort()
  response.once('close', leave)
  try {
    await wait(delayMs, undefined, { signal: left.signal })
    return !response.destroyed
  } catch {
    return false
  } finally {
    response.off('close', leave)
  }
}

export function resetConnection(socket: Socket): void {
  // A TLS socket has no handle of its own to reset: it can only be closed without a goodbye.
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

const JSON_TYPE = { 'content-type': 'application/json' } as const

function scriptedBody({ body, headers }: Step, status: number): Pick<Answer, 'headers' | 'body'> {
  if (typeof body === 'string') return { body, headers }
  if (body !== undefined) return { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } }
  if (status < 400) return { body: '', headers }
  return { body: errorEnvelope(status, `scripted ${status}`), headers: { ...JSON_TYPE, ...headers } }
}
