/** Whether the disk can be used: a fault is told once, and the disk is left alone for a while before it is tried again. */
import type { Clock } from '../clock.ts'

const RETRY_MS = 5000

export interface DiskHealthParts {
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
  readonly onMended: () => void
}

export class DiskHealth {
  readonly #parts: DiskHealthParts
  #retryAt: number | undefined

  constructor(parts: DiskHealthParts) {
    this.#parts = parts
  }

  get isFailed(): boolean {
    return this.#retryAt !== undefined
  }

  /** It works as far as is known, or it is time to find out. */
  get mayBeTried(): boolean {
    return this.#retryAt === undefined || this.#parts.clock.now() >= this.#retryAt
  }

  /** Something failed that is done anyway, whatever the state of the disk. */
  failed(error: unknown): void {
    if (this.isFailed) return
    this.#retryAt = this.#parts.clock.now() + RETRY_MS
    this.#parts.onFault(error)
  }

  /** Records could not be written. */
  failedToWrite(error: unknown): void {
    this.failed(error)
    this.#retryAt = this.#parts.clock.now() + RETRY_MS
  }

  /** Records were written. */
  worked(): void {
    if (!this.isFailed) return
    this.#retryAt = undefined
    this.#parts.onMended()
  }
}
