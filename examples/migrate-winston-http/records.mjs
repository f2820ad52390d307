/** What the application logs, before and after. */
export function logAll(logger) {
  logger.info('service started', { version: '1.4.0' })
  logger.warn('payment is slow', { orderId: 'A-17', waitedMs: 1250, card: { issuer: 'acme', country: 'AT' } })
  logger.error('payment failed', { orderId: 'A-18', tags: ['payment', 'retry'] })
}
