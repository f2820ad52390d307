/** The counters a caller can read, and the identity they keep. */
import type { Ledger } from './ledger.ts'
import type { LossReason } from './loss-reason.ts'

/** Always `accepted = delivered + pending + spooled + deadLettered + Σ lost`. */
export interface Stats {
  /** Events that were pushed; with a spool also those of ended processes, once they are read back. */
  readonly accepted: number
  /** Events the service has taken. */
  readonly delivered: number
  /** Events in memory, those in flight included. */
  readonly pending: number
  /** Events on disk only: because memory is full, or left there at the close for the next process. */
  readonly spooled: number
  /** Events in the dead letter file. */
  readonly deadLettered: number
  /** Events that were lost, by reason. */
  readonly lost: Readonly<Record<LossReason, number>>
  /** Requests with events that were begun, whatever for: again after a refused token or without compression, and for loss reports too. */
  readonly requests: number
  /** Deliveries of a batch that failed and are made again. */
  readonly retries: number
  /** Bytes of their bodies as they were sent, that is after compression. One that broke off counts in full, one whose connection never stood does not. */
  readonly bytesSent: number
  /** Events sent again although the service may have had them: after a timeout or a broken connection. `event.id` tells them apart. */
  readonly possibleDuplicates: number
  /** `open`: requests pass. `throttled`: waiting after a failure. `held`: a fault that needs somebody. `closed`: nothing more is taken. */
  readonly state: 'open' | 'throttled' | 'held' | 'closed'
  /** The last failure, until an attempt is accepted. */
  readonly lastError?: string
}

/** `pending` comes from the queue, not from the ledger: so the identity is a check and not an arithmetic rule. */
export function statsOf(ledger: Ledger, pending: number, state: Stats['state'], lastError: string): Stats {
  const { accepted, adopted, delivered, spooled, deadLettered, requests, retries, bytesSent, possibleDuplicates } =
    ledger
  return {
    accepted: accepted + adopted,
    delivered,
    pending,
    spooled,
    deadLettered,
    lost: { ...ledger.lost },
    requests,
    retries,
    bytesSent,
    possibleDuplicates,
    state,
    ...(lastError !== '' && { lastError }),
  }
}
