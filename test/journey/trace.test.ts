/** The ids of a span on their way into an event, alone and beside OpenTelemetry's own instrumentations. */
import { expect } from 'vitest'

import { it } from './journey.ts'

const program = new URL('./programs/instrumented.mjs', import.meta.url)
const ids = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331', trace_flags: '01' }

const cases = (['pino worker', 'winston'] as const).flatMap((way) =>
  [false, true].map((isInstrumented) => ({ way, isInstrumented })),
)

it.concurrent.for(cases)('$way, instrumented: $isInstrumented', async (given, { journey }) => {
  const receiver = await journey.receive()
  const ended = await journey.run(program, receiver.url, given)
  expect(ended.otherLines).toEqual([])
  const events = await receiver.events()
  const within = events.find(({ content }) => content === 'within')
  const outside = events.find(({ content }) => content === 'outside')
  expect(within).toMatchObject(ids)
  const named = Object.keys(within ?? {}).filter((key) => /trace|span/.test(key))
  expect(named.toSorted()).toEqual(Object.keys(ids).toSorted())
  expect(outside).toBeDefined()
  for (const key of Object.keys(ids)) expect(outside).not.toHaveProperty(key)
})
