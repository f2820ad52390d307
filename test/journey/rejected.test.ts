/** One record that the service will not have must not take the others with it. */
import { expect } from 'vitest'

import { expectAccount, it, ways } from './journey.ts'

it.concurrent.for(ways)(
  '100 good records arrive, the one with them that gets 400 is counted: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ rejectWhere: { key: 'content', value: 'poison' } })
    const given = { way, count: 101, poisonAt: 40, end: 'flush, then end' }
    const ended = await journey.run('log-and-end', receiver.url, given)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 101, lost: { rejected: 1 } })
    expect(ended.said.flushed).toEqual({ delivered: 100, spooled: 0, deadLettered: 0, lost: 1, pending: 0 })
    expect(ended.said.stats?.lost).toMatchObject({ rejected: 1 }) // of the worker: by its transport's events
    expect(await receiver.ids('content')).not.toContain('poison')
    // 2·k·⌈log₂ n⌉ + 1 requests for k bad ones
    expect((await receiver.stats()).requests).toBeLessThanOrEqual(2 * 1 * 7 + 1)
    expect(ended.diagnostics).toMatchObject([{ kind: 'loss', reason: 'rejected', count: 1, total: 1 }])
  },
)
