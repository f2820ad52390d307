/** The links of delivery, and their order. */
import type { Settings } from '../settings.ts'
import { withAuthorization } from './authorize.ts'
import { withCompression } from './compress.ts'
import { openConnections } from './connections.ts'
import type { Deliver } from './link.ts'
import type { PostParts } from './post.ts'
import { createPost } from './post.ts'
import { createTokenReader } from './token-reader.ts'

export interface Delivery {
  readonly deliver: Deliver
  /** Ends every connection at once. */
  readonly close: () => void
}

/** Innermost first: the attempt, then what compresses its body, then what brings the token. */
export function composeDelivery(settings: Settings, parts: Omit<PostParts, 'connections'>): Delivery {
  const { clock } = parts
  const connections = openConnections(new URL(settings.ingestUrl).origin, settings)
  const post = createPost(settings, { ...parts, connections })
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
