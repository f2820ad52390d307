/** Names an endpoint on disk without telling it: what was spooled for one is never sent to another. */
import { createHash } from 'node:crypto'

const KEY_DIGITS = 12

/** The query is left out: it may hold what is secret, and says nothing about whose events these are. */
export function endpointKey(ingestUrl: string): string {
  const { origin, pathname } = new URL(ingestUrl)
  return createHash('sha256').update(`${origin}${pathname}`).digest('hex').slice(0, KEY_DIGITS)
}
