/** Everything that came in: stored, dropped and corrected events, requests, and their counts. Bounded; tells listeners. */
import type { Admission } from './admit.ts'
import type { Arrival, CorrectedEvent, DroppedEvent, ReceivedEvent } from './event.ts'
import type { Hooks } from './hooks.ts'
import { Kept } from './kept.ts'
import type { Settings } from './options.ts'
import type { ReceivedRequest } from './request.ts'

/** Counts since the start; forgetting old events and requests does not change them. */
export interface ReceiverStats {
  /** Requests, whatever was answered. */
  readonly requests: number
  /** Events stored. */
  readonly events: number
  /** Different values of `event.id` among the events stored. */
  readonly distinct: number
  /** Events stored whose `event.id` had been stored before. */
  readonly duplicates: number
  /** Events that the service would not have stored. */
  readonly dropped: number
  /** Events whose timestamp the service would have replaced. */
  readonly corrected: number
  /** Bytes of all bodies after decompression. */
  readonly bytes: number
  /** Bytes of all bodies as they were sent. */
  readonly wireBytes: number
  /** Connections that were opened. */
  readonly connections: number
  /** Requests by status, or by outcome where no answer was sent. */
  readonly statuses: Readonly<Record<string, number>>
}

export class Store {
  readonly #hooks: Hooks
  readonly #maxIds: number
  readonly #events: Kept<ReceivedEvent>
  readonly #dropped: Kept<DroppedEvent>
  readonly #corrected: Kept<CorrectedEvent>
  readonly #requests: Kept<ReceivedRequest>
  readonly #ids = new Set<string | number>()
  readonly #statuses = new Map<string, number>()
  #distinct = 0
  #duplicates = 0
  #bytes = 0
  #wireBytes = 0

  constructor(settings: Settings, hooks: Hooks) {
    this.#hooks = hooks
    this.#maxIds = settings.maxIds
    this.#events = new Kept(settings.maxEvents)
    this.#dropped = new Kept(settings.maxEvents)
    this.#corrected = new Kept(settings.maxEvents)
    this.#requests = new Kept(settings.maxRequests)
  }

  addEvents({ stored, dropped, corrected }: Admission, arrival: Arrival): void {
    for (const event of stored) {
      this.#countId(event['event.id'])
      this.#events.push(event)
      this.#hooks.emit('event', event, arrival)
    }
    for (const event of dropped) {
      this.#dropped.push(event)
      this.#hooks.emit('dropped', event)
    }
    for (const event of corrected) {
      this.#corrected.push(event)
      this.#hooks.emit('corrected', event)
    }
  }

  addRequest(request: ReceivedRequest): void {
    this.#requests.push(request)
    this.#bytes += request.bytes
    this.#wireBytes += request.wireBytes
    const status = String(request.status ?? request.outcome)
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
    this.#hooks.emit('request', request)
  }

  get events(): readonly ReceivedEvent[] {
    return this.#events.items
  }

  get dropped(): readonly DroppedEvent[] {
    return this.#dropped.items
  }

  get corrected(): readonly CorrectedEvent[] {
    return this.#corrected.items
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#requests.items
  }

  /** The list behind `requests`, for those who read on where they were. */
  get keptRequests(): Kept<ReceivedRequest> {
    return this.#requests
  }

  stats(connections: number): ReceiverStats {
    return {
      requests: this.#requests.total,
      events: this.#events.total,
      distinct: this.#distinct,
      duplicates: this.#duplicates,
      dropped: this.#dropped.total,
      corrected: this.#corrected.total,
      bytes: this.#bytes,
      wireBytes: this.#wireBytes,
      connections,
      statuses: Object.fromEntries(this.#statuses),
    }
  }

  #countId(id: unknown): void {
    if (typeof id !== 'string' && typeof id !== 'number') return
    if (this.#ids.has(id)) {
      this.#duplicates += 1
      return
    }
    this.#distinct += 1
    this.#ids.add(id)
    if (this.#ids.size <= this.#maxIds) return
    // A Set keeps insertion order: the first is the oldest.
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest)
      return
    }
  }
}
