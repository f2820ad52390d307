/** Invokes the handler as Lambda's runtime does: one event after the other, here a line of JSON from stdin; prints each result. */
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'

import { handler } from './index.mjs'

const limitMs = Number(process.env.LIMIT_MS ?? 10_000)

for await (const line of createInterface({ input: process.stdin })) {
  const endsAt = Date.now() + limitMs
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAt - Date.now() }
  try {
    console.log(JSON.stringify({ result: await handler(JSON.parse(line), context) }))
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }))
  }
}
