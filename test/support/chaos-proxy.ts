/** A TCP proxy that does to connections what networks do to them: delays, trickles, cuts to pieces, resets, half-closes, swallows, refuses. Seeded. */
import { once } from 'node:events'
import { createServer, connect, type Server, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { type Random, seeded } from './random.ts'

/** What happens to the bytes of one direction; each bound counts from the start of the connection. */
interface Toxics {
  /** Each chunk is passed on so much later. */
  readonly latencyMs?: number
  /** Up to so much on top of the latency, drawn for each chunk. */
  readonly jitterMs?: number
  readonly bytesPerSecond?: number
  /** Chunks are cut into pieces of at most this size, drawn for each piece. */
  readonly sliceBytes?: number
  /** After so many bytes both ends get a reset. */
  readonly resetAfterBytes?: number
  /** After so many bytes the receiving end gets a FIN; the other direction stays open. */
  readonly finAfterBytes?: number
  /** After so many bytes nothing passes any more, and nobody is told. */
  readonly stallAfterBytes?: number
}

export interface Behaviour {
  /** From the client to the server: requests. */
  readonly requests?: Toxics
  /** From the server to the client: answers. */
  readonly answers?: Toxics
}

export interface ChaosProxy {
  readonly url: string
  readonly port: number
  /** Applies to every byte from now on, on open connections too. */
  behave(behaviour: Behaviour): void
  /** Applies to new connections. */
  leadTo(port: number): void
  /** Resets every open connection. */
  cut(): void
  /** Refuses connections and resets the open ones, until `up`. */
  down(): Promise<void>
  up(): Promise<void>
  /** Connections so far. */
  readonly connections: number
  /** Resolves once something has happened and the condition holds. */
  until(condition: (proxy: ChaosProxy) => boolean): Promise<void>
  close(): Promise<void>
}

export interface ChaosProxyOptions {
  readonly targetPort: number
  readonly seed?: number
  readonly behaviour?: Behaviour
}

export async function startChaosProxy({
  targetPort,
  seed = 1,
  behaviour = {},
}: ChaosProxyOptions): Promise<ChaosProxy> {
  const proxy = new TcpProxy(targetPort, seeded(seed), behaviour)
  await proxy.up()
  return proxy
}

class TcpProxy implements ChaosProxy {
  readonly #random: Random
  readonly #links = new Set<Link>()
  readonly #watchers = new Set<() => void>()
  #behaviour: Behaviour
  #targetPort: number
  #server: Server | undefined
  port = 0
  connections = 0

  constructor(targetPort: number, random: Random, behaviour: Behaviour) {
    this.#targetPort = targetPort
    this.#random = random
    this.#behaviour = behaviour
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour
  }

  leadTo(port: number): void {
    this.#targetPort = port
  }

  cut(): void {
    for (const link of this.#links) link.reset()
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = server === undefined ? undefined : once(server, 'close')
    server?.close()
    this.cut()
    await closed
  }

  /** On the port that it had before. */
  async up(): Promise<void> {
    if (this.#server !== undefined) return
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    this.#server = server
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address !== null && typeof address === 'object') this.port = address.port
  }

  until(condition: (proxy: ChaosProxy) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition(this)) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  close(): Promise<void> {
    return this.down()
  }

  #accept(client: Socket): void {
    this.connections += 1
    const server = connect({ port: this.#targetPort, host: '127.0.0.1', allowHalfOpen: true })
    const link = new Link(client, server)
    this.#links.add(link)
    client.once('close', () => this.#links.delete(link))
    void link.carry(client, server, () => this.#behaviour.requests ?? {}, this.#random)
    void link.carry(server, client, () => this.#behaviour.answers ?? {}, this.#random)
    for (const look of this.#watchers) look()
  }
}

/** The two connections that belong together. */
class Link {
  readonly #ends: readonly [Socket, Socket]
  readonly #isOver = new AbortController()

  constructor(client: Socket, server: Socket) {
    this.#ends = [client, server]
    for (const socket of this.#ends) {
      socket.setNoDelay(true)
      // Whatever becomes of one end becomes of the other.
      socket.on('error', () => this.reset())
      socket.on('close', () => this.#end())
    }
  }

  reset(): void {
    for (const socket of this.#ends) socket.resetAndDestroy()
    this.#isOver.abort()
  }

  /** Never rejects: a connection that breaks ends the other one. */
  async carry(from: Socket, to: Socket, toxics: () => Toxics, random: Random): Promise<void> {
    const passage = { from, to, toxics, random, passed: 0 }
    try {
      // A listener, not an iterator: leaving an iterator would destroy the end that stays open.
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        if (!(await this.#pass(chunk as Buffer, passage))) return
      }
      to.end()
    } catch {
      this.reset()
    }
  }

  /** @returns false when nothing may follow */
  async #pass(chunk: Buffer, passage: Passage): Promise<boolean> {
    let rest = chunk
    while (rest.length > 0) {
      const toxics = passage.toxics()
      const piece = rest.subarray(0, pieceBytes(rest.length, toxics, passage))
      await this.#wait(waitMs(piece.length, toxics, passage.random))
      if (piece.length > 0 && !passage.to.write(piece)) await once(passage.to, 'drain', { signal: this.#isOver.signal })
      passage.passed += piece.length
      rest = rest.subarray(piece.length)
      if (!this.#goesOn(toxics, passage)) return false
    }
    return true
  }

  #goesOn(toxics: Toxics, { to, from, passed }: Passage): boolean {
    const { resetAfterBytes = Infinity, finAfterBytes = Infinity, stallAfterBytes = Infinity } = toxics
    if (passed >= resetAfterBytes) this.reset()
    else if (passed >= finAfterBytes) to.end()
    else if (passed < stallAfterBytes) return true
    from.resume() // read and forget, so that the end of the connection is noticed
    return false
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await after(ms, undefined, { signal: this.#isOver.signal })
  }

  #end(): void {
    this.#isOver.abort()
    for (const socket of this.#ends) socket.destroy()
  }
}

interface Passage {
  readonly from: Socket
  readonly to: Socket
  readonly toxics: () => Toxics
  readonly random: Random
  passed: number
}

/** Up to the nearest bound; 0 where a bound is reached already. */
function pieceBytes(available: number, toxics: Toxics, { passed, random }: Passage): number {
  const { sliceBytes, bytesPerSecond = Infinity, resetAfterBytes, finAfterBytes, stallAfterBytes } = toxics
  const bounds = [resetAfterBytes, finAfterBytes, stallAfterBytes].map((bound = Infinity) =>
    Math.max(0, bound - passed),
  )
  const slice = sliceBytes === undefined ? Infinity : 1 + Math.floor(random() * sliceBytes)
  // A tenth of a second's worth at a time, so that a slow line trickles.
  return Math.min(available, slice, Math.ceil(bytesPerSecond / 10), ...bounds)
}

function waitMs(bytes: number, toxics: Toxics, random: Random): number {
  const { latencyMs = 0, jitterMs = 0, bytesPerSecond = Infinity } = toxics
  return latencyMs + jitterMs * random() + (bytes / bytesPerSecond) * 1000
}
