import { logger } from '../../../logger.js'

// Logs when it is asked, not when it is built.
export const dynamic = 'force-dynamic'

export async function GET(_request, { params }) {
  const { id } = await params
  const log = logger.child({ orderId: id })
  if (id === '13') {
    log.error(new Error('order cannot be read', { cause: new Error('disk is gone') }))
    return Response.json({ error: 'order cannot be read' }, { status: 500 })
  }
  log.info('order read')
  return Response.json({ id, state: 'paid' })
}
