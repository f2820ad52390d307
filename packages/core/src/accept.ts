/** An encoded event → the queue, by way of the spool where there is one; what cannot be taken is counted. */
import { Batch } from './batch.ts'
import { within } from './encode/shrink.ts'
import type { EncodedEvent } from './event.ts'
import type { Pipeline } from './pipeline.ts'
import type { Spool } from './spool/spool.ts'

export function accept(pipeline: Pipeline, encoded: string | EncodedEvent, isClosed: boolean): void {
  const { clock, ledger, losses, maxEventBytes, pump, queue, spool } = pipeline
  const number = ++ledger.accepted
  if (isClosed) return losses.record('closed', { first: number, count: 1 })
  const event = within(maxEventBytes, encoded)
  if (event === undefined) return losses.giveUp('too-large', batchOfOne(number, encoded, clock.now()))
  if (spool === undefined) queue.add(event, number, clock)
  else if (!takesIn(spool, event, number, pipeline)) return
  pump.added()
}

function takesIn(
  spool: Spool,
  event: string | EncodedEvent,
  number: number,
  { clock, losses, queue }: Pipeline,
): boolean {
  if (spool.refuses(event)) {
    losses.record('spool-full', { first: number, count: 1 })
    return false
  }
  if (!spool.keep(event, number)) queue.add(event, number, clock)
  return true
}

function batchOfOne(number: number, event: string | EncodedEvent, now: number): Batch {
  const batch = new Batch(number, now)
  batch.add(event, Infinity)
  return batch
}
