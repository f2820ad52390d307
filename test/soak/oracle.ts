/** The oracle as the driver sees it: a process of its own, asked over IPC. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ScriptedAnswer } from 'openpipeline-receiver'

export interface Settled {
  /** Different records that arrived. */
  readonly delivered: number
  readonly duplicates: number
  /** Numbers of those that did not, and were not poison. */
  readonly missing: readonly number[]
  /** Records that the endpoint would not have. */
  readonly poison: number
}

export interface Totals {
  readonly corrupted: number
  readonly spurious: number
  readonly late: number
  readonly statuses: Readonly<Record<string, number>>
}

export class Oracle {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #lastId = 0

  constructor() {
    const program = fileURLToPath(new URL('oracle.mjs', import.meta.url))
    this.#child = fork(program, { serialization: 'advanced', execArgv: [] })
    this.#child.on('message', (reply: { id: number; value?: unknown; error?: { message: string } }) => {
      const { resolve, reject } = this.#pending.get(reply.id) ?? {}
      this.#pending.delete(reply.id)
      if (reply.error === undefined) resolve?.(reply.value)
      else reject?.(new Error(`oracle: ${reply.error.message}`))
    })
    this.#child.once('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('the oracle has ended'))
    })
  }

  /** @returns the URL of each lane */
  start(token: string, lanes: number): Promise<readonly string[]> {
    return this.#call('start', { token, lanes })
  }

  /** Opens the account of a producer. */
  expect(producer: string): Promise<void> {
    return this.#call('expect', { producer })
  }

  answer(lane: number, script: readonly ScriptedAnswer[]): Promise<void> {
    return this.#call('answer', { lane, script })
  }

  /** Closes the account of a producer that logged so many records. */
  settle(producer: string, accepted: number): Promise<Settled> {
    return this.#call('settle', { producer, accepted })
  }

  totals(): Promise<Totals> {
    return this.#call('totals', {})
  }

  async end(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.disconnect()
    await gone
  }

  #call<Value>(name: string, argument: object): Promise<Value> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<Value>((resolve, reject) => {
      this.#pending.set(id, { resolve: (value) => resolve(value as Value), reject })
      this.#child.send({ id, name, argument })
    })
  }
}
