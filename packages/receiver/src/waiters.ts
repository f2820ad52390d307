/** Those who wait for events: each has a condition, a deadline, and one end. */
import { invalidOption, ReceiverError } from './errors.ts'
import type { ReceivedEvent } from './event.ts'
import type { ReceivedRequest } from './request.ts'
import type { ReceiverStats } from './store.ts'

/** A number of events stored so far, or a claim about the events kept and the counts. */
export type Condition = number | ((events: readonly ReceivedEvent[], stats: ReceiverStats) => boolean)

/** What conditions are asked about, and what the message at a deadline tells. */
export interface View {
  readonly events: () => readonly ReceivedEvent[]
  readonly stats: () => ReceiverStats
  readonly requests: () => readonly ReceivedRequest[]
}

interface Waiter {
  readonly condition: Condition
  readonly settle: (failure?: Error) => void
}

export class Waiters {
  readonly #view: View
  readonly #waiting = new Set<Waiter>()
  #isClosed = false

  constructor(view: View) {
    this.#view = view
  }

  async wait(condition: Condition, timeoutMs: number): Promise<readonly ReceivedEvent[]> {
    if (typeof condition !== 'function' && !(Number.isInteger(condition) && condition >= 0)) {
      throw invalidOption('the condition of received', 'a number of events from 0, or a function', condition)
    }
    await new Promise<void>((resolve, reject) => {
      // Keeps the process alive on purpose: one that only waits would otherwise end without a word.
      const deadline = setTimeout(() => waiter.settle(this.#timeout(condition, timeoutMs)), timeoutMs)
      const waiter: Waiter = {
        condition,
        settle: (failure) => {
          clearTimeout(deadline)
          this.#waiting.delete(waiter)
          if (failure === undefined) resolve()
          else reject(failure)
        },
      }
      this.#waiting.add(waiter)
      this.#check(waiter)
      if (this.#isClosed) waiter.settle(closedWhile(condition))
    })
    return this.#view.events()
  }

  /** Something has changed. */
  check(): void {
    for (const waiter of this.#waiting) this.#check(waiter)
  }

  close(): void {
    this.#isClosed = true
    for (const waiter of this.#waiting) waiter.settle(closedWhile(waiter.condition))
  }

  #check(waiter: Waiter): void {
    try {
      if (this.#isMet(waiter.condition)) waiter.settle()
    } catch (error) {
      waiter.settle(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #isMet(condition: Condition): boolean {
    const stats = this.#view.stats()
    return typeof condition === 'number' ? stats.events >= condition : condition(this.#view.events(), stats)
  }

  #timeout(condition: Condition, timeoutMs: number): ReceiverError {
    const stats = this.#view.stats()
    const statuses = Object.entries(stats.statuses).map(([status, count]) => `${count} × ${status}`)
    const parts = [
      `waited ${timeoutMs} ms for ${wanted(condition)}, stored are ${stats.events} (${stats.distinct} distinct ids)`,
      `requests: ${statuses.length === 0 ? 'none' : statuses.join(', ')}`,
    ]
    if (stats.dropped > 0) parts.push(`dropped for their timestamp: ${stats.dropped}`)
    const refused = this.#view.requests().findLast(({ message }) => message !== null)
    if (refused !== undefined) parts.push(`last refusal: ${refused.status} ${refused.message}`)
    return new ReceiverError('TIMEOUT', parts.join('; '))
  }
}

function wanted(condition: Condition): string {
  return typeof condition === 'number' ? `${condition} events` : 'a condition on the events'
}

function closedWhile(condition: Condition): ReceiverError {
  return new ReceiverError('CLOSED', `the receiver was closed while waiting for ${wanted(condition)}`)
}
