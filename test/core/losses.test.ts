import { describe, expect, it } from 'vitest'
import { Batch } from '../../packages/core/src/batch.ts'
import type { DiagnosticEvent } from '../../packages/core/src/diagnostics.ts'
import { Diagnostics } from '../../packages/core/src/diagnostics.ts'
import { Ledger } from '../../packages/core/src/ledger.ts'
import type { LossParts } from '../../packages/core/src/losses.ts'
import { Losses } from '../../packages/core/src/losses.ts'
import { FakeClock } from '../support/fake-clock.ts'

function lossesOf(deadLetter?: LossParts['deadLetter']) {
  const clock = new FakeClock(Date.UTC(2026, 0, 2))
  const ledger = new Ledger()
  const told: DiagnosticEvent[] = []
  const noted: [string, number][] = []
  const diagnostics = new Diagnostics({ onEvent: (event) => told.push(event) }, 'test', clock)
  const lossReport = { note: (reason: string, count: number) => void noted.push([reason, count]) }
  return { clock, ledger, told, noted, losses: new Losses({ clock, ledger, diagnostics, lossReport, deadLetter }) }
}

function batchOf(first: number, count: number): Batch {
  const batch = new Batch(first, 0)
  for (let index = 0; index < count; index++) batch.add(`{"n":${first + index}}`, Infinity)
  return batch
}

describe('a loss', () => {
  it('is counted at once, and told once a turn for each reason, with all that were lost in it', async () => {
    const { clock, ledger, losses, noted, told } = lossesOf()
    ledger.accepted = 2000
    for (let first = 1; first <= 1000; first++) losses.record('queue-full', { first, count: 1 })
    losses.record('rejected', { first: 1001, count: 3 }, '400 (bad)')
    expect(ledger.lost).toMatchObject({ 'queue-full': 1000, rejected: 3 })
    expect(told).toEqual([])
    await clock.advance(0)
    expect(told).toMatchObject([
      {
        kind: 'loss',
        reason: 'queue-full',
        count: 1000,
        total: 1000,
        message: expect.stringContaining('queue.maxBytes'),
      },
      { kind: 'loss', reason: 'rejected', count: 3, total: 3, message: 'refused by the service: 400 (bad)' },
    ])
    losses.record('queue-full', { first: 1004, count: 1 })
    await clock.advance(0)
    expect(told.slice(2)).toMatchObject([{ count: 1, total: 1001 }])
    expect(noted).toHaveLength(1002)
  })

  it('can be told before the turn ends, and is not told twice', async () => {
    const { clock, ledger, losses, told } = lossesOf()
    ledger.accepted = 1
    losses.record('closed', { first: 1, count: 1 })
    losses.tell()
    await clock.advance(0)
    expect(told).toHaveLength(1)
  })
})

describe('a batch that is given up', () => {
  it('is lost where there is no dead letter', () => {
    const { ledger, losses } = lossesOf()
    ledger.accepted = 3
    losses.giveUp('rejected', batchOf(1, 3), { cause: '400' })
    expect(ledger).toMatchObject({ deadLettered: 0, lost: { rejected: 3 }, unsettled: 0 })
  })

  it.each([
    [3, 3, 0],
    [2, 2, 1],
    [0, 0, 3],
  ])('goes to the dead letter as far as that takes it: %i of three', async (room, kept, lost) => {
    const given: unknown[] = []
    const write = (batch: Batch, ...others: unknown[]): number => {
      given.push([...batch.texts()], ...others)
      return room
    }
    const { clock, ledger, losses, told } = lossesOf({ write })
    ledger.accepted = 5
    const watch = ledger.watch()
    losses.giveUp('rejected', batchOf(2, 3), { cause: '400', status: 400 })
    expect(given).toEqual([
      ['{"n":2}', '{"n":3}', '{"n":4}'],
      'rejected',
      { cause: '400', status: 400 },
      '2026-01-02T00:00:00.000Z',
    ])
    expect(ledger).toMatchObject({ deadLettered: kept, lost: { rejected: lost }, unsettled: 2 })
    expect(watch.end()).toMatchObject({ deadLettered: kept, lost, pending: 2 })
    await clock.advance(0)
    expect(told.map((event) => [event.kind, 'count' in event && event.count])).toEqual([
      ...(lost > 0 ? [['loss', lost]] : []),
      ...(kept > 0 ? [['dead-letter', kept]] : []),
    ])
  })
})
