/** Events per second of the last minute, counted by the second in which they arrived. */

const SECONDS = 60

export interface Bar {
  readonly stored: number
  readonly dropped: number
}

interface Bucket {
  second: number
  stored: number
  dropped: number
}

export class Rate {
  readonly #buckets: readonly Bucket[] = Array.from({ length: SECONDS }, () => ({ second: -1, stored: 0, dropped: 0 }))

  add(atMs: number, isDropped: boolean): void {
    const second = Math.floor(atMs / 1000)
    const bucket = this.#buckets[second % SECONDS]
    if (bucket === undefined || second < bucket.second) return
    if (second > bucket.second) Object.assign(bucket, { second, stored: 0, dropped: 0 })
    if (isDropped) bucket.dropped += 1
    else bucket.stored += 1
  }

  /** Oldest first; the last is the second that is not over yet. */
  bars(nowMs: number): readonly Bar[] {
    const last = Math.floor(nowMs / 1000)
    return Array.from({ length: SECONDS }, (_, index) => {
      const second = last - SECONDS + 1 + index
      const bucket = this.#buckets[second % SECONDS]
      return bucket?.second === second ? bucket : { stored: 0, dropped: 0 }
    })
  }
}
