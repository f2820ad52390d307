/** What comes in one chunk is one write, and on disk when the chunk ends. */
import { expect, it } from 'vitest'
import { MemoryDisk } from './memory-disk.ts'
import { recover, textOf, writerOn } from './writers.ts'

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)

function rig() {
  const disk = new MemoryDisk()
  const writer = writerOn(disk, 1)
  let writes = 0
  const write = disk.write.bind(disk)
  disk.write = (...given) => {
    writes++
    return write(...given)
  }
  return { disk, ...writer, writes: () => writes }
}

it('writes a chunk at once', () => {
  const { disk, journal, writes } = rig()
  for (const number of range(1, 50)) journal.gather(number, textOf(number))
  expect(writes()).toBe(0)
  expect(journal.flush()).toBe(true)
  expect(writes()).toBe(2) // a header, and all of them
  journal.gather(51, textOf(51))
  journal.append(52, textOf(52))
  disk.killAll()
  expect(recover(disk)).toEqual({ texts: range(1, 52).map(textOf), gaps: 0, expired: 0 })
})

it('begins another segment where a number is left out, and writes a large chunk in parts', () => {
  const { disk, journal, writes } = rig()
  for (const number of [1, 2, 4, 5]) journal.gather(number, textOf(number))
  journal.flush()
  const before = writes()
  for (const number of range(6, 2000)) journal.gather(number, textOf(number))
  expect(writes()).toBeGreaterThan(before)
  journal.flush()
  disk.killAll()
  expect(recover(disk)).toMatchObject({ texts: [1, 2, ...range(4, 2000)].map(textOf), gaps: 0 })
})

it('has all of a chunk in memory only where the disk fails', () => {
  const { disk, journal } = rig()
  journal.append(1, textOf(1))
  disk.faults.free = 100
  for (const number of range(2, 9)) journal.gather(number, textOf(number))
  expect(journal.flush()).toBe(false)
  expect(journal.inventory.inMemoryOnly).toBe(8)
  disk.killAll()
  expect(recover(disk)).toEqual({ texts: [textOf(1)], gaps: 0, expired: 0 })
})
