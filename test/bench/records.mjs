/**
 * What every contender logs, the same in each run: of ten records seven are short, two are requests as pino-http writes them,
 * one is an error with its stack. A pino line of them has about 460 bytes; one in thirteen holds a character beyond Latin-1.
 */

/** A power of two: a record is found by a mask. */
const POOL_SIZE = 4096
const MASK = POOL_SIZE - 1

/** Ids are text of ten digits: so they stand in every wire format as they are, and all have one length. */
const FIRST_ID = 1_000_000_000

/** By this key and the digits behind it the sink finds each record. */
export const ID_KEY = 'benchId'
export const ID_DIGITS = 10

const COMPONENTS = ['basket', 'billing', 'catalogue', 'shipping', 'accounts', 'notifier']
const CODES = ['ECONNRESET', 'ETIMEDOUT', '23505', 'ERR_STATE']
const FAILURES = [
  'the server closed the connection before it answered',
  'duplicate key value violates unique constraint "orders_pkey"',
  'no answer within 3000 ms',
  "Cannot read properties of null (reading 'total')",
]
const MESSAGES = [
  'price list loaded from the cache of this instance',
  'session of the customer extended by half an hour',
  'invoice handed over to the accounting system',
  'parcel announced to the carrier for the next day',
  'experiment assigned to the group of this visitor',
  'Rechnung für Kundin erstellt – 12 Positionen, Zahlungsziel 14 Tage',
  'event written to the outbox for later publishing',
  'second attempt after the service was busy',
  'nightly clean-up has removed expired baskets',
]

/** @param {'pino' | 'winston'} logger pino serialises errors itself, winston's `json()` would make them empty */
export function createRecords(logger, count) {
  const chance = randomFrom(20_261_124)
  const pool = Array.from({ length: POOL_SIZE }, () => {
    const share = chance.number()
    if (share < 0.7) return shortRecord(chance)
    return share < 0.9 ? requestRecord(chance) : errorRecord(chance, logger)
  })
  const ids = Array.from({ length: count }, (_, index) => String(FIRST_ID + index))
  return {
    at(index) {
      const record = pool[index & MASK]
      record.fields[ID_KEY] = ids[index]
      return record
    },
  }
}

export function numberOfId(digits) {
  return digits - FIRST_ID
}

function shortRecord(chance) {
  const share = chance.number()
  const fields = {
    [ID_KEY]: '',
    component: chance.of(COMPONENTS),
    ...traceIds(chance),
    requestId: chance.uuid(),
    ...(share < 0.67 && { tenant: `tenant-${chance.integer(1, 400)}` }),
    ...(share < 0.33 && { elapsedMs: chance.integer(1, 90_000) / 100 }),
  }
  return { level: chance.of(['warn', 'debug', ...Array(10).fill('info')]), message: chance.of(MESSAGES), fields }
}

function requestRecord(chance) {
  const id = chance.uuid()
  const limit = chance.integer(1, 50)
  const path = `/api/v3/${chance.of(['baskets', 'orders', 'customers', 'articles'])}/${chance.integer(1, 99_999)}`
  const req = {
    id,
    method: chance.of(['GET', 'GET', 'GET', 'POST', 'PATCH']),
    url: `${path}?include=lines&limit=${limit}`,
    query: { include: 'lines', limit: String(limit) },
    params: {},
    headers: {
      host: 'api.shop.example',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
      'x-request-id': id,
      'x-forwarded-for': `10.${chance.integer(0, 255)}.${chance.integer(0, 255)}.${chance.integer(1, 254)}`,
    },
    remoteAddress: '::ffff:10.20.0.9',
    remotePort: chance.integer(1024, 65_535),
  }
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(chance.integer(20, 40_000)),
    etag: `W/"${chance.hex(6)}"`,
  }
  const res = { statusCode: chance.of([200, 200, 200, 201, 304, 404]), headers }
  return {
    level: 'info',
    message: 'request completed',
    fields: { [ID_KEY]: '', req, res, responseTime: chance.integer(1, 900) },
  }
}

function errorRecord(chance, logger) {
  const message = chance.of(FAILURES)
  const code = chance.of(CODES)
  const stack = stackOf(message)
  const error =
    logger === 'pino'
      ? { err: Object.assign(new Error(message), { stack, code }) }
      : { error: { name: 'Error', message, code }, stack }
  const fields = { [ID_KEY]: '', ...error, orderId: chance.integer(1, 1e7), ...traceIds(chance) }
  return { level: 'error', message: 'the order could not be stored', fields }
}

function traceIds(chance) {
  return { trace_id: chance.hex(32), span_id: chance.hex(16) }
}

function stackOf(message) {
  return [
    `Error: ${message}`,
    'at OrderStore.insert (/srv/shop/dist/orders/order-store.js:214:13)',
    'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    'at async Checkout.place (/srv/shop/dist/checkout/checkout.js:88:20)',
    'at async Payments.reserve (/srv/shop/dist/payments/payments.js:151:9)',
    'at async CheckoutRoute.post (/srv/shop/dist/http/checkout-route.js:37:22)',
    'at async Object.<anonymous> (/srv/shop/node_modules/fastify/lib/handle-request.js:136:9)',
  ].join('\n    ')
}

/** Numbers that look drawn and are the same in each run (xorshift, 32 bits). */
function randomFrom(seed) {
  let state = seed
  const number = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const integer = (from, to) => from + Math.floor(number() * (to - from + 1))
  const hex = (length) => Array.from({ length }, () => integer(0, 15).toString(16)).join('')
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  return { number, integer, hex, uuid, of: (list) => list[integer(0, list.length - 1)] }
}
