/** An address in front of a server that can be taken away and come back: while it is down, connections are refused. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

export interface Relay {
  /** Like the target's, but through the relay. */
  readonly url: string
  /** Cuts every connection and refuses new ones. */
  down(): Promise<void>
  up(): Promise<void>
}

export async function startRelay(targetUrl: string): Promise<Relay> {
  const target = Number(new URL(targetUrl).port)
  let relay = await listen(target, anyPort())
  const { port } = relay
  return {
    url: `http://127.0.0.1:${port}`,
    down: () => relay.close(),
    async up() {
      relay = await listen(target, [port])
    },
  }
}

/** Below the range from which the system takes the ports of outgoing connections, so that nobody takes it while it is down. */
function* anyPort(): Generator<number> {
  for (;;) yield 20_000 + Math.floor(Math.random() * 10_000)
}

async function listen(target: number, ports: Iterable<number>): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((inbound) => {
    const outbound = connect(target, '127.0.0.1')
    for (const socket of [inbound, outbound]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    pipeline(inbound, outbound, inbound, () => undefined)
  })
  for (const port of ports) if (await hasBound(server, port)) return { port, close: () => close(server, sockets) }
  throw new Error('the port of the relay is taken')
}

async function hasBound(server: Server, port: number): Promise<boolean> {
  server.listen(port, '127.0.0.1')
  const [first] = await Promise.race([once(server, 'listening').then(() => [true]), once(server, 'error')])
  return first === true
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) socket.destroy()
  await closed
}
