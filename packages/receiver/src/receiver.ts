/** The receiver put together: options → script, store, exchange, listener; and what its owner may ask of it. */
import type { CorrectedEvent, DroppedEvent, ReceivedEvent } from './event.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { type HookListener, type HookName, Hooks } from './hooks.ts'
import { ConnectionNumbers, listen, type Listener } from './listen.ts'
import { checkLatency, type ReceiverOptions, resolveOptions, type Settings } from './options.ts'
import type { Answering } from './page/faults.ts'
import { Journal } from './page/journal.ts'
import { createPage, type Page } from './page/page.ts'
import type { ReceivedRequest } from './request.ts'
import { Script } from './script.ts'
import type { ScriptedAnswer } from './step.ts'
import { type ReceiverStats, Store } from './store.ts'
import { type Condition, Waiters } from './waiters.ts'

/** A running stand-in of the ingest endpoint. `events`, `dropped`, `corrected` and `requests` are snapshots. */
export interface Receiver {
  /** Where it listens: `http://127.0.0.1:<port>`, without a path. */
  readonly url: string
  /** Stored events in the order of arrival. */
  readonly events: readonly ReceivedEvent[]
  /** Events answered with 202 that the service would have dropped for their timestamp. */
  readonly dropped: readonly DroppedEvent[]
  /** Stored events whose timestamp the service would have replaced. */
  readonly corrected: readonly CorrectedEvent[]
  /** Requests in the order in which they ended. */
  readonly requests: readonly ReceivedRequest[]
  /**
   * Resolves with the stored events once so many are stored, or once the condition holds; rejects at the deadline and tells
   * what was there instead. `timeoutMs` is 4000 unless given: less than the 5 s after which test runners give up.
   */
  received(
    condition: Condition,
    options?: { readonly timeoutMs?: number | undefined },
  ): Promise<readonly ReceivedEvent[]>
  /** Scripts the next answers and forgets what was left of the script before; `[]` goes back to normal at once. */
  answer(script: readonly ScriptedAnswer[]): void
  /** Delays every answer from now on; an answer's own `delayMs` goes first. */
  setLatency(latencyMs: number): void
  /** Counts of everything since the start, at this moment. */
  stats(): ReceiverStats
  /** Calls the listener for each event, dropped or corrected event, or request from now on; returns the function that ends that. */
  on<Name extends HookName>(name: Name, listener: HookListener<Name>): () => void
  /** Stops listening and ends every connection; what was received stays readable. */
  close(): Promise<void>
}

/** Starts a receiver; on loopback unless `host` is given. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const parts = assemble(resolveOptions(options))
  const { script, store, numbers, waiters } = parts
  const exchange = createExchange({
    settings: () => parts.settings,
    script,
    store,
    latencyMs: () => parts.latencyMs,
    connectionId: ({ socket }) => numbers.of(socket),
    onProgress: () => waiters.check(),
  })
  const page = createPageOf(parts)
  const serve: Exchange = (request, response) => {
    if (page(request, response)) numbers.leaveOut(request.socket)
    else exchange(request, response)
  }
  return toReceiver(parts, await listen(parts.settings, numbers, serve))
}

interface Parts {
  settings: Settings
  readonly hooks: Hooks
  readonly journal: Journal
  readonly store: Store
  readonly script: Script
  readonly numbers: ConnectionNumbers
  readonly waiters: Waiters
  latencyMs: number
}

function assemble(settings: Settings): Parts {
  const hooks = new Hooks()
  const journal = new Journal(hooks, settings.maxEvents)
  const store = new Store(settings, hooks)
  const script = new Script()
  script.replace(settings.script)
  const numbers = new ConnectionNumbers()
  const waiters = new Waiters({
    events: () => store.events,
    stats: () => store.stats(numbers.count),
    requests: () => store.requests,
  })
  return { settings, hooks, journal, store, script, numbers, waiters, latencyMs: settings.latencyMs }
}

function createPageOf(parts: Parts): Page {
  const { settings, hooks, journal, store, script, numbers } = parts
  const answering: Answering = {
    script,
    maxBodyBytes: () => parts.settings.maxBodyBytes,
    setMaxBodyBytes: (maxBodyBytes) => {
      parts.settings = { ...parts.settings, maxBodyBytes }
    },
    usualMaxBodyBytes: settings.maxBodyBytes,
  }
  const stats = (): ReceiverStats => store.stats(numbers.count)
  const isOpen = settings.token === undefined
  return createPage({ journal, requests: store.keptRequests, stats, answering, isOpen }, hooks)
}

function toReceiver(parts: Parts, listener: Listener): Receiver {
  const { hooks, store, script, numbers, waiters } = parts
  let closing: Promise<void> | undefined
  return {
    url: listener.url,
    get events() {
      return store.events
    },
    get dropped() {
      return store.dropped
    },
    get corrected() {
      return store.corrected
    },
    get requests() {
      return store.requests
    },
    received: (condition, { timeoutMs = 4000 } = {}) => waiters.wait(condition, timeoutMs),
    answer: (answers) => script.replace(answers),
    setLatency: (latencyMs) => {
      parts.latencyMs = checkLatency(latencyMs)
    },
    stats: () => store.stats(numbers.count),
    on: (name, callback) => hooks.on(name, callback),
    close: () => {
      waiters.close()
      closing ??= listener.close()
      return closing
    },
  }
}
