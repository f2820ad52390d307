/** What is known of a connection that broke: whether it ever stood, whether it had brought an answer before, and so may just have been stale; and by what it broke first. */
import { Socket } from 'node:net'
import type { buildConnector as connectors } from 'undici'

import { buildConnector, errors } from './undici.ts'

/** What broke such connections. undici hands a socket's own error on as it is, and does not say which socket it was. */
const errorsAfterUse = new WeakSet<Error>()

/** Anything that was read in a connection's whole life means an earlier answer. */
export function wasUsedBefore(error: unknown): boolean {
  if (error instanceof errors.SocketError) return (error.socket?.bytesRead ?? 0) > 0
  return error instanceof Error && errorsAfterUse.has(error)
}

/** What ended connections before they stood, with the TLS handshake where there is one. */
const errorsOfConnecting = new WeakSet<Error>()

/** Nothing was sent. */
export function neverStood(error: unknown): boolean {
  return error instanceof Error && errorsOfConnecting.has(error)
}

/** After a TLS alert undici tells of the end of the connection that follows, and no longer of the alert. */
const firstErrors = new WeakMap<Error, Error>()

/** What the connection broke by, where undici told of a consequence. */
export function firstErrorOf(error: unknown): unknown {
  return error instanceof Error ? (firstErrors.get(error) ?? error) : error
}

/**
 * Makes connections as undici does, and remembers of the errors of each which came first and whether it was in use before. They
 * keep no process alive, not even with a request under way: at a natural end that is the matter of the `beforeExit` hook, with its
 * bound; a flush or a close holds the process itself.
 */
export function watchedConnector(options: connectors.BuildOptions): connectors.connector {
  return watched(buildConnector(options))
}

/** The same for one that exists. */
export function watched(connect: connectors.connector): connectors.connector {
  return (target, callback) => {
    connect(target, (...result) => {
      const [error, socket] = result
      if (error !== null) errorsOfConnecting.add(error)
      let first: Error | undefined
      socket?.prependListener('error', (failure) => {
        if (socket.bytesRead > 0) errorsAfterUse.add(failure)
        if (first === undefined) first = failure
        else if (failure !== first) firstErrors.set(failure, first)
      })
      if (socket instanceof Socket) keepUnreferenced(socket)
      callback(...result)
    })
  }
}

/** undici references a socket again with each request. */
function keepUnreferenced(socket: Socket): void {
  socket.unref()
  socket.ref = () => socket
}
