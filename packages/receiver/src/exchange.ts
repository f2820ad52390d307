/** One request from its headers to its answer: route, script, body, admission, store, answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'

import { admit, type Admission, notAdmitted } from './admit.ts'
import { decideAnswer, resetConnection, sendAnswer, stillThereAfter } from './answer.ts'
import { beginCall, type Call } from './call.ts'
import type { Settings } from './options.ts'
import { type Body, readBody, readHalf } from './read-body.ts'
import { errorEnvelope } from './refusal.ts'
import type { ReceivedRequest } from './request.ts'
import { route } from './route.ts'
import type { Script } from './script.ts'
import { type Step, USUAL_STEP } from './step.ts'
import type { Store } from './store.ts'

/** What all exchanges of a receiver share. */
export interface Service {
  /** As they are when a request comes: the size limit can change. */
  readonly settings: () => Settings
  readonly script: Script
  readonly store: Store
  readonly latencyMs: () => number
  readonly connectionId: (request: IncomingMessage) => number
  /** Called when events may have been stored or a request has ended. */
  readonly onProgress: () => void
}

export type Exchange = (request: IncomingMessage, response: ServerResponse) => void

export function createExchange(service: Service): Exchange {
  const onEnd = (request: ReceivedRequest): void => {
    service.store.addRequest(request)
    service.onProgress()
  }
  return (request, response) => {
    const call = beginCall({ request, response, connectionId: service.connectionId(request), onEnd })
    exchange(service, call).catch((error: unknown) => fail(call, error))
  }
}

async function exchange(service: Service, call: Call): Promise<void> {
  const settings = service.settings()
  const misrouted = route(call.method, call.path, settings.endpoints)
  const step = misrouted === undefined ? service.script.next() : USUAL_STEP
  const delayMs = step.delayMs ?? service.latencyMs()
  if (step.act === 'before-body') return await reset(call, delayMs, {})
  if (step.act === 'mid-body') return await reset(call, delayMs, { wireBytes: await readHalf(call.request) })
  const body = await readBody(call.request, call.response, settings.maxBodyBytes)
  if (body.kind === 'aborted') return call.end({ outcome: 'aborted', wireBytes: body.wireBytes })
  const admission =
    misrouted === undefined ? admit(submissionOf(call, body), settings) : notAdmitted(misrouted, body.wireBytes)
  if (step.stores && admission.refusal === undefined) service.store.addEvents(admission, call)
  service.onProgress()
  await conclude(call, { step, delayMs, admission, wireBytes: body.wireBytes })
}

interface Conclusion {
  readonly step: Step
  readonly delayMs: number
  readonly admission: Admission
  readonly wireBytes: number
}

async function conclude(call: Call, { step, delayMs, admission, wireBytes }: Conclusion): Promise<void> {
  const read = { wireBytes, bytes: admission.bytes, events: admission.carried }
  if (step.act === 'hang') return call.end({ outcome: 'hung', ...read })
  if (step.act === 'after-body') return await reset(call, delayMs, read)
  if (!(await stillThereAfter(delayMs, call.response))) return call.end({ outcome: 'aborted', ...read })
  const answer = decideAnswer(step, admission)
  // Noted before it is sent: who has the answer finds the request in the list.
  call.end({ outcome: 'answered', status: answer.status, message: answer.message, ...read })
  sendAnswer(call.response, answer)
}

type Read = Partial<Pick<ReceivedRequest, 'bytes' | 'wireBytes' | 'events'>>

async function reset(call: Call, delayMs: number, read: Read): Promise<void> {
  const isThere = await stillThereAfter(delayMs, call.response)
  call.end({ outcome: isThere ? 'reset' : 'aborted', ...read })
  resetConnection(call.request.socket)
}

/** Only the owner's own `rejectEvent` can bring an exchange here. */
function fail(call: Call, error: unknown): void {
  const message = `the receiver failed: ${error instanceof Error ? error.message : String(error)}`
  call.end({ outcome: 'answered', status: 500, message })
  sendAnswer(call.response, { status: 500, headers: {}, body: errorEnvelope(500, message), message })
}

function submissionOf({ request, at, path, query }: Call, body: Body): Parameters<typeof admit>[0] {
  const { authorization, 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
  return { arrival: { at, path }, query, authorization, contentType, contentEncoding, body }
}
