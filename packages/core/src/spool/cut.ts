/** Cuts a batch where its events begin or cease to be on disk. */
import type { Batch } from '../batch.ts'

interface Part {
  readonly part: Batch
  readonly isOnDisk: boolean
}

export function cut(batch: Batch, isOnDisk: (number: number) => boolean): Part[] {
  const parts: Part[] = []
  let rest = batch
  for (let count = 1; count < rest.count;) {
    const is = isOnDisk(rest.first)
    while (count < rest.count && isOnDisk(rest.first + count) === is) count++
    if (count === rest.count) break
    const [part, others] = rest.split(count)
    parts.push({ part, isOnDisk: is })
    rest = others
    count = 1
  }
  return [...parts, { part: rest, isOnDisk: isOnDisk(rest.first) }]
}
