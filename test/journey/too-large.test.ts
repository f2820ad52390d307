/** A server, or a proxy before it, that takes smaller bodies than we send: 413 until they fit. */
import { expect } from 'vitest'

import { expectAccount, it, type Way, ways } from './journey.ts'

/** 300 records of 10 KB are 3 MB. */
const cases = [
  { maxBodyBytes: 1_000_000, options: {} },
  { maxBodyBytes: 1_000_000, options: { batch: { maxBytes: 9_000_000 } } },
  { maxBodyBytes: 100_000, options: {} },
].flatMap((one) => ways.map((way): typeof one & { way: Way } => ({ ...one, way })))

it.concurrent.for(cases)(
  '300 records of 10 KB arrive where $maxBodyBytes bytes are the limit, with $options: $way',
  async ({ maxBodyBytes, options, way }, { journey }) => {
    const receiver = await journey.receive({ maxBodyBytes })
    const given = { way, options, count: 300, recordBytes: 10_000, end: 'flush, then end' }
    const ended = await journey.run('log-and-end', receiver.url, given)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 300 })
    const { statuses } = await receiver.stats()
    const isSmaller = 'batch' in options || maxBodyBytes < 1_000_000
    if (isSmaller) expect(statuses['413']).toBeGreaterThan(0)
    // The size is learned: it is not tried again and again with each batch.
    expect(statuses['413'] ?? 0).toBeLessThan(isSmaller ? 20 : 1)
  },
)
