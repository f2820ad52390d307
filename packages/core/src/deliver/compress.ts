/** A link that compresses bodies off the event loop, until the endpoint shows that it does not take them. */
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

import type { Outcome } from './outcome.ts'
import type { Post } from './post.ts'

const compress = promisify(gzip)

/** Smaller bodies cost more to compress than they save. */
const MIN_BYTES = 1024

/**
 * Whether the endpoint takes gzip is documented nowhere, so its refusal has to be told from other refusals: a 415 always means
 * it, a 400 does when the same body passes uncompressed. Once a compressed body was accepted, a 400 is about the events.
 */
export function withCompression(post: Post): Post {
  let isRefused = false
  let isProven = false
  return async (request, signal) => {
    if (isRefused || request.body.length < MIN_BYTES) return post(request, signal)
    const body = await compress(request.body, { level: constants.Z_BEST_SPEED })
    const outcome = await post({ ...request, body, encoding: 'gzip', plainBytes: request.body.length }, signal)
    if (outcome.status === 'accepted') isProven = true
    if (!mayBeAboutCompression(outcome, isProven)) return outcome
    const plain = await post(request, signal)
    if (outcome.status === 'held' || plain.status === 'accepted') isRefused = true
    return plain
  }
}

function mayBeAboutCompression(outcome: Outcome, isProven: boolean): boolean {
  if (outcome.status === 'held') return outcome.isAboutEncoding === true
  return outcome.status === 'rejected' && !isProven
}
