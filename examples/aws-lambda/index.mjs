/** An AWS Lambda handler. Between two invocations Lambda freezes the process, so nothing may be left to send. */
import pino from 'pino'
import { openPipelineStream } from 'pino-openpipeline'

// Outside of the handler: one for all invocations of this instance. In process, since a worker thread costs a cold start more
// than it saves. Where to, and with which token, are variables of the function: OPENPIPELINE_URL and OPENPIPELINE_TOKEN.
const stream = openPipelineStream({
  attributes: { 'service.name': process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'orders' },
})
const logger = pino(stream)

export async function handler(event, context) {
  const log = logger.child({ 'faas.invocation_id': context.awsRequestId })
  log.info({ orderId: event.orderId }, 'order received')
  try {
    return await accept(event)
  } catch (error) {
    log.error(error)
    throw error
  } finally {
    // Leaves Lambda half a second to answer; what is not delivered by then is still there in the next invocation.
    const { pending } = await stream.flush({ timeoutMs: Math.max(0, context.getRemainingTimeInMillis() - 500) })
    if (pending > 0) console.warn(`${pending} records are not delivered yet`)
  }
}

async function accept({ orderId, total }) {
  if (total > 1000) throw new Error('payment failed')
  return { orderId, state: 'paid' }
}
