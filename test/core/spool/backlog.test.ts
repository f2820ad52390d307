/** What is on disk only is read back, past segments that hold nothing. */
import { expect, it } from 'vitest'
import { MemoryDisk } from './memory-disk.ts'
import type { Writer } from './writers.ts'
import { textOf, writerOn } from './writers.ts'

/** As a shipper does it whose memory is full. */
function append({ journal }: Writer, number: number): void {
  const bytes = journal.append(number, textOf(number))
  if (bytes > 0) journal.leave(number, bytes)
}

it('a segment whose first record the disk had no room for is passed over', async () => {
  const disk = new MemoryDisk()
  const writer = writerOn(disk, 1)
  append(writer, 1)
  // Room for nothing, then twice for the header of a segment and not for a record behind it.
  for (const [number, free] of [
    [2, 0],
    [3, 110],
    [4, 110],
  ] as const) {
    disk.faults.free = free
    append(writer, number)
    await writer.clock.advance(5000)
  }
  disk.faults.free = Infinity
  append(writer, 5)
  const { backlog } = writer.journal
  expect(backlog.waiting).toBe(2)
  const bounds = { maxEvents: 10, maxBytes: 1_000_000 }
  expect(backlog.take(bounds)).toMatchObject({ first: 1, count: 1 })
  expect(backlog.take(bounds)).toMatchObject({ first: 5, count: 1 })
  expect(backlog.waiting).toBe(0)
  expect(writer.lost).toEqual([])
})
