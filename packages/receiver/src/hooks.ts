/** Listeners for what happens in the receiver, for a live view: events, those dropped or corrected, and requests as they come. */
import type { Arrival, CorrectedEvent, DroppedEvent, ReceivedEvent } from './event.ts'
import type { ReceivedRequest } from './request.ts'

/** What each name tells its listeners. */
export interface HookArguments {
  /** An event was stored. */
  readonly event: readonly [event: ReceivedEvent, arrival: Arrival]
  /** An event was accepted, but the service would not have stored it. */
  readonly dropped: readonly [dropped: DroppedEvent]
  /** An event was stored with another timestamp than it had; it was told as `event` before. */
  readonly corrected: readonly [corrected: CorrectedEvent]
  /** A request ended; its events were told before. */
  readonly request: readonly [request: ReceivedRequest]
}

/** What can be listened to. */
export type HookName = keyof HookArguments

/** Called within the request. What it throws becomes an uncaught exception of the process, not an answer. */
export type HookListener<Name extends HookName> = (...values: HookArguments[Name]) => void

type Listeners = { readonly [Name in HookName]: Set<HookListener<Name>> }

export class Hooks {
  readonly #listeners: Listeners = {
    event: new Set(),
    dropped: new Set(),
    corrected: new Set(),
    request: new Set(),
  }

  /** Returns the function that takes the listener off again. */
  on<Name extends HookName>(name: Name, listener: HookListener<Name>): () => void {
    const listeners: Set<HookListener<Name>> = this.#listeners[name]
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  emit<Name extends HookName>(name: Name, ...values: HookArguments[Name]): void {
    const listeners: Set<HookListener<Name>> = this.#listeners[name]
    for (const listener of listeners) {
      try {
        listener(...values)
      } catch (error) {
        // The listener's fault is nothing the sender should be answered with: it surfaces as an uncaught exception.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
