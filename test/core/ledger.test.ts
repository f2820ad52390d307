import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ledger } from '../../packages/core/src/ledger.ts'

const nothing = { delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: 0 }

function accept(ledger: Ledger, count: number): void {
  ledger.accepted += count
}

describe('a watch', () => {
  it('follows what was unsettled when it began, and nothing that came after', () => {
    const ledger = new Ledger()
    accept(ledger, 3)
    ledger.settleDelivered({ first: 1, count: 1 })
    const watch = ledger.watch()
    accept(ledger, 2)
    expect(watch.result).toEqual({ ...nothing, pending: 2 })
    ledger.settleDelivered({ first: 2, count: 1 })
    ledger.settleLost('rejected', { first: 3, count: 1 })
    ledger.settleDelivered({ first: 4, count: 2 })
    expect(watch.end()).toEqual({ ...nothing, delivered: 1, lost: 1 })
  })

  it('counts of a run of events only those that came before it', () => {
    const ledger = new Ledger()
    accept(ledger, 2)
    const watch = ledger.watch()
    accept(ledger, 2)
    ledger.settleDelivered({ first: 1, count: 4 })
    expect(watch.end()).toEqual({ ...nothing, delivered: 2 })
  })

  it('is told once, when the last of its events has ended', () => {
    const ledger = new Ledger()
    let ended = 0
    accept(ledger, 2)
    ledger.watch(() => ended++)
    ledger.settleDelivered({ first: 2, count: 1 })
    expect(ended).toBe(0)
    ledger.settleLost('queue-full', { first: 1, count: 1 })
    expect(ended).toBe(1)
    accept(ledger, 1)
    ledger.settleDelivered({ first: 3, count: 1 })
    expect(ended).toBe(1)
  })

  it('has a result that no longer changes once it has ended', () => {
    const ledger = new Ledger()
    accept(ledger, 2)
    const result = ledger.watch().end()
    ledger.settleDelivered({ first: 1, count: 2 })
    expect(result).toEqual({ ...nothing, pending: 2 })
  })

  it('agrees with every other about every event, whatever ends in whichever order', () => {
    const step = fc.constantFrom('accept', 'deliver', 'lose', 'watch')
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat({ max: 5 })), { maxLength: 60 }), (steps) => {
        const ledger = new Ledger()
        const open: number[] = []
        const watches: { last: number; watch: ReturnType<Ledger['watch']>; settled: number }[] = []
        for (const [act, which] of steps) {
          if (act === 'accept') open.push(++ledger.accepted)
          else if (act === 'watch')
            watches.push({ last: ledger.accepted, watch: ledger.watch(), settled: ledger.accepted - open.length }) // prettier-ignore
          else {
            const [first] = open.splice(which % Math.max(1, open.length), 1)
            if (first === undefined) continue
            if (act === 'deliver') ledger.settleDelivered({ first, count: 1 })
            else ledger.settleLost('rejected', { first, count: 1 })
          }
          expect(ledger.unsettled).toBe(open.length)
          for (const { last, settled, watch } of watches) {
            const { delivered, lost, pending } = watch.result
            expect(pending).toBe(open.filter((number) => number <= last).length)
            expect(delivered + lost + pending).toBe(last - settled)
          }
        }
      }),
    )
  })
})
