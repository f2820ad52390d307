/** What the application logs, before and after. */
export function logAll(logger) {
  logger.info({ version: '1.4.0' }, 'service started')
  logger.warn({ orderId: 'A-17', waitedMs: 1250, card: { issuer: 'acme', country: 'AT' } }, 'payment is slow')
  logger.error({ orderId: 'A-18', tags: ['payment', 'retry'] }, 'payment failed')
}
