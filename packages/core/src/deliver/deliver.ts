/** The type of every link of delivery, and their order. */
import type { Clock } from '../clock.ts'
import type { Settings } from '../settings.ts'
import { withAuthorization } from './authorize.ts'
import { withCompression } from './compress.ts'
import { openConnections } from './connections.ts'
import type { Outcome } from './outcome.ts'
import { createPost } from './post.ts'
import { createTokenReader } from './token-reader.ts'

/** Sends one body. Never throws: how it ended is a value. The signal gives the attempt up. */
export type Deliver = (body: Buffer, signal: AbortSignal) => Promise<Outcome>

export interface Delivery {
  readonly deliver: Deliver
  /** Ends every connection at once. */
  readonly close: () => void
}

/** Innermost first: the attempt, then what compresses its body, then what brings the token. */
export function composeDelivery(settings: Settings, userAgent: string, clock: Clock): Delivery {
  const connections = openConnections(new URL(settings.ingestUrl).origin, settings)
  const post = createPost(settings, connections, userAgent, clock)
  const compressed = settings.delivery.compression === 'gzip' ? withCompression(post) : post
  const readToken = createTokenReader(settings.token, settings.tls, clock)
  const ended = new AbortController()
  const deliver = withAuthorization(compressed, readToken, clock, ended.signal)
  const close = (): void => {
    ended.abort()
    void connections.destroy().catch(() => undefined)
  }
  return { deliver, close }
}
