/** Why events are lost. */

/**
 * - `queue-full`: the queue had no room
 * - `too-large`: larger than a request may be, even with its strings cut
 * - `rejected`: refused by the service (400, 422) on its own
 * - `expired`: older than the spool keeps
 * - `spool-full`, `spool-error`, `spool-gap`: lost on disk
 * - `closed`: logged after the close
 * - `unsent-at-close`: not delivered when the time to close was over
 */
export type LossReason =
  | 'queue-full'
  | 'too-large'
  | 'rejected'
  | 'expired'
  | 'spool-full'
  | 'spool-error'
  | 'spool-gap'
  | 'closed'
  | 'unsent-at-close'

/** Said of every loss, as the last part of its diagnostic. */
export const LOSS_MESSAGES: Readonly<Record<LossReason, string>> = {
  'queue-full': 'the queue was full; raise queue.maxBytes or log less',
  'too-large': 'larger than a request may be, even with the longest strings cut',
  rejected: 'refused by the service',
  expired: 'older than the spool keeps',
  'spool-full': 'the spool was full',
  'spool-error': 'the disk failed',
  'spool-gap': 'missing in the spool',
  closed: 'logged after the close',
  'unsent-at-close': 'not delivered within closeTimeoutMs',
}

export function noLosses(): Record<LossReason, number> {
  return {
    'queue-full': 0,
    'too-large': 0,
    rejected: 0,
    expired: 0,
    'spool-full': 0,
    'spool-error': 0,
    'spool-gap': 0,
    closed: 0,
    'unsent-at-close': 0,
  }
}
