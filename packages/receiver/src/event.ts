/** What the receiver keeps of an event: stored as the service would store it, dropped, or with its timestamp replaced. */

/** One generic event: its attributes, those from query parameters included. */
export interface ReceivedEvent {
  readonly [attribute: string]: unknown
}

/** When and where an event came in. */
export interface Arrival {
  /** Epoch milliseconds at which its request was accepted. */
  readonly at: number
  /** Path of the endpoint it was sent to, as in the service's `dt.openpipeline.source`. */
  readonly path: string
}

/** An event that the service would have answered with 202 and then not stored. */
export interface DroppedEvent extends Arrival {
  /** As it was sent. */
  readonly event: ReceivedEvent
  /** Why the service would not have stored it. */
  readonly reason: string
}

/** A stored event whose timestamp the service would have replaced. */
export interface CorrectedEvent extends Arrival {
  /** The event as stored, with the new timestamp. */
  readonly event: ReceivedEvent
  /** The timestamp as it was sent. */
  readonly sent: unknown
  /** Why the service would have replaced it. */
  readonly reason: string
}

export function isAttributes(value: unknown): value is ReceivedEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
