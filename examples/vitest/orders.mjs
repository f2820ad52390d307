/** What is tested: a piece of a service that logs. */
export function createOrders(logger) {
  return {
    accept({ id, total }) {
      const log = logger.child({ orderId: id })
      if (total > 1000) {
        log.error({ total }, 'payment failed')
        throw new Error('payment failed')
      }
      log.info({ total }, 'order accepted')
      return { id, state: 'paid' }
    },
  }
}
