/**
 * A receiver in a process of its own: `pino.transport().end()` blocks the caller's event loop, so a receiver in the same
 * process could not answer. It runs the built `openpipeline-receiver` (`pnpm run build` first).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type {
  CorrectedEvent,
  DroppedEvent,
  ReceivedEvent,
  ReceivedRequest,
  ReceiverOptions,
  ReceiverStats,
  ScriptedAnswer,
} from 'openpipeline-receiver'

/** The receiver's options without what cannot cross a process, and a stand-in for `rejectEvent`. */
export interface ReceiverProcessOptions extends Omit<ReceiverOptions, 'rejectEvent'> {
  /** A request with an event that has this value there gets 400. */
  readonly rejectWhere?: { readonly key: string; readonly value: unknown }
}

export interface ReceiverProcess {
  readonly url: string
  readonly pid: number
  stats(): Promise<ReceiverStats>
  /** The stored events, oldest first. */
  events(options?: { readonly limit?: number }): Promise<readonly ReceivedEvent[]>
  dropped(options?: { readonly limit?: number }): Promise<readonly DroppedEvent[]>
  corrected(options?: { readonly limit?: number }): Promise<readonly CorrectedEvent[]>
  requests(): Promise<readonly ReceivedRequest[]>
  /** Waits, `timeoutMs` (30000) at most, until so many events are stored, with `distinct: true` so many different `event.id`s. */
  received(
    count: number,
    options?: { readonly timeoutMs?: number; readonly distinct?: boolean },
  ): Promise<ReceiverStats>
  /** Waits until so many requests have ended, whatever their answer. */
  answered(count: number, options?: { readonly timeoutMs?: number }): Promise<ReceiverStats>
  answer(script: readonly ScriptedAnswer[]): Promise<void>
  setLatency(latencyMs: number): Promise<void>
  /** The value of this attribute in each stored event, oldest first. */
  ids(attribute?: string): Promise<readonly unknown[]>
  /** Ends the receiver and its process; safe to call twice. */
  close(): Promise<void>
}

/** Of a wait: a machine that does other things too takes its time, and only a failure waits so long. */
const LIMIT_MS = 30_000

export async function startReceiverProcess(options: ReceiverProcessOptions = {}): Promise<ReceiverProcess> {
  const child = new Child()
  try {
    const url = await child.call<string>('start', options)
    return controlOf(child, url)
  } catch (error) {
    await child.end()
    throw error
  }
}

function controlOf(child: Child, url: string): ReceiverProcess {
  return {
    url,
    pid: child.pid,
    stats: () => child.call('stats'),
    events: (options = {}) => child.call('events', options),
    dropped: (options = {}) => child.call('dropped', options),
    corrected: (options = {}) => child.call('corrected', options),
    requests: () => child.call('requests'),
    received: (count, options = {}) => child.call('received', { timeoutMs: LIMIT_MS, count, ...options }),
    answered: (count, options = {}) => child.call('answered', { timeoutMs: LIMIT_MS, count, ...options }),
    answer: (script) => child.call('answer', { script }),
    setLatency: (latencyMs) => child.call('setLatency', { latencyMs }),
    ids: (attribute = 'event.id') => child.call('values', { attribute }),
    close: () => child.end(),
  }
}

interface Reply {
  readonly id: number
  readonly value?: unknown
  readonly error?: { readonly message: string; readonly code?: string }
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

class Child {
  readonly #process: ChildProcess
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #errorOutput = ''
  readonly #gone: Promise<void>
  #ended: Error | undefined

  constructor() {
    const program = fileURLToPath(new URL('receiver-child.mjs', import.meta.url))
    // 'advanced' carries Infinity, Buffer and undefined; execArgv of the test runner is nothing for a plain program.
    this.#process = fork(program, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#errorOutput = (this.#errorOutput + chunk.toString()).slice(-4000)
    })
    this.#process.on('message', (reply: Reply) => this.#settle(reply))
    this.#gone = this.#watch()
  }

  get pid(): number {
    return this.#process.pid ?? -1
  }

  /** The reply is what `receiver-child.mjs` returns under this name. */
  call<Value>(name: string, argument: object = {}): Promise<Value> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<Value>((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended)
        return
      }
      this.#pending.set(id, { resolve: (value) => resolve(value as Value), reject })
      this.#process.send({ id, name, argument })
    })
  }

  /** Through its own handle, never by a name or pattern. */
  async end(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    // The child ends itself without its owner; the signal is for one that hangs.
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), 5000)
    await this.#gone
    clearTimeout(impatience)
  }

  /** Not by the event `close`: Node does not emit it after `disconnect()`. */
  async #watch(): Promise<void> {
    try {
      const [code, signal] = await once(this.#process, 'exit')
      const { stderr } = this.#process
      if (stderr !== null && !stderr.closed) await once(stderr, 'close')
      this.#fail(this.#describeEnd(code, signal))
    } catch (cause) {
      this.#fail(new Error('the receiver process cannot be started', { cause }))
    }
  }

  #settle({ id, value, error }: Reply): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (error === undefined) pending?.resolve(value)
    else pending?.reject(Object.assign(new Error(error.message), { code: error.code }))
  }

  #fail(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  #describeEnd(code: unknown, signal: unknown): Error {
    const hint = this.#errorOutput.includes('ERR_MODULE_NOT_FOUND') ? '; is it built? `pnpm run build`' : ''
    const how = signal === null ? `exit code ${String(code)}` : String(signal)
    return new Error(`the receiver process has ended (${how})${hint}\n${this.#errorOutput}`.trimEnd())
  }
}
