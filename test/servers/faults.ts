/** The faults of the matrix: what the endpoint does, and what must have become of the records in the end. */
import { setTimeout as after } from 'node:timers/promises'
import type { Behave, Exchange } from './faulty-endpoint.ts'

export interface Fault {
  readonly behave: Behave
  /** Whether the endpoint works again before the program ends. */
  readonly recovers: boolean
  /** Records that the endpoint will not have, by number: they are told as `rejected`. */
  readonly poison?: number
  /** Milliseconds before anything listens; `Infinity` for never. */
  readonly downForMs?: number
  /** So many connections are reset before a byte is read. */
  readonly refuses?: number
  /** A certificate that the sender does not know, or is told of. */
  readonly tls?: 'untrusted' | 'trusted'
  /** The token in the file is replaced, and only the new one is right. */
  readonly rotates?: boolean
  /** Most requests of a sender that neither storms nor gives up. @defaultValue 30 */
  readonly maxRequests?: number
}

/** How long a fault lasts that passes by itself; the load goes on for some time after it. */
export const FAULT_MS = 800

const FIFTY_MB = Buffer.alloc(50_000_000, 'x')

const ERROR = { 'content-type': 'application/json' }

const works: Behave = (exchange) => exchange.accept()

function fails(behave: Behave, when: (exchange: Exchange) => boolean): Fault {
  return { behave: (exchange) => (when(exchange) ? behave(exchange) : exchange.accept()), recovers: true }
}

function forAWhile(behave: Behave): Fault {
  return fails(behave, ({ elapsedMs }) => elapsedMs < FAULT_MS)
}

function twice(behave: Behave): Fault {
  return fails(behave, ({ index }) => index < 2)
}

function forEver(behave: Behave): Fault {
  return { behave, recovers: false }
}

function status(code: number, headers: Readonly<Record<string, string>> = {}): Behave {
  const body = JSON.stringify({ error: { code, message: 'as the fault wants it' } })
  return ({ answer }) => answer(code, { ...ERROR, ...headers }, body)
}

/** `foreignUrl`: where redirects lead. */
export function faultsOf(foreignUrl: string): Readonly<Record<string, Fault>> {
  return {
    none: { behave: works, recovers: true },
    'nothing listens for a while': { behave: works, recovers: true, downForMs: FAULT_MS },
    'nothing ever listens': { behave: works, recovers: false, downForMs: Infinity },
    'three connections refused': { behave: works, recovers: true, refuses: 3 },
    '503 for a while': forAWhile(status(503)),
    '503 with Retry-After: 1': forAWhile(status(503, { 'retry-after': '1' })),
    '503 for ever': forEver(status(503)),
    '429 for a while': forAWhile(status(429)),
    '429 with Retry-After: 1': forAWhile(status(429, { 'retry-after': '1' })),
    '429 with Retry-After: 3600': forEver(status(429, { 'retry-after': '3600' })),
    '413 over 4 KB': sizeLimit(status(413)),
    '400 for one record': poison(150),
    '401 for a while': forAWhile(status(401)),
    '401 until the token is replaced': { behave: works, recovers: true, rotates: true },
    '404 for ever': forEver(status(404)),
    '500 every third time': fails(status(500), ({ index }) => index % 3 === 2),
    '408 twice': twice(status(408)),
    '200 with a page for a while': forAWhile(({ answer }) => answer(200, { 'content-type': 'text/html' }, '<p>log in')),
    '302 to a foreign host': forEver(({ answer }) => answer(302, { location: foreignUrl })),
    '307 to a foreign host': forEver(({ answer }) => answer(307, { location: foreignUrl })),
    'a reset before the body': twice(({ socket }) => Promise.resolve(void socket.resetAndDestroy())),
    'a reset within the body': twice(resetsWithinBody),
    'a reset after the body': twice(async ({ read, store, socket }) => {
      store(await read())
      socket.resetAndDestroy()
    }),
    'the connection closed instead of an answer': twice(async ({ read, socket }) => {
      await read()
      socket.end()
    }),
    'an answer that is no HTTP': twice(writes('HTTP/1.1 banana\r\n\r\n')),
    'an answer with a head of 100 KB': twice(writes(`HTTP/1.1 202 Accepted\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)),
    '100 Continue and nothing more': twice(writes('HTTP/1.1 100 Continue\r\n\r\n')),
    'no answer': twice(async ({ read }) => void (await read())),
    'an answer after two seconds': twice(async ({ read, store, response }) => {
      store(await read())
      await after(2000)
      response.writeHead(202).end()
    }),
    'a head that never ends': twice(trickles('HTTP/1.1 202 Accepted\r\n', 'x: y\r\n')),
    'a body that never ends': twice(async (exchange) => {
      exchange.store(await exchange.read())
      exchange.response.writeHead(202, { 'content-length': '100000' }).write('x')
      await trickle(exchange, 'x')
    }),
    'an error of 50 MB': twice(async ({ read, response }) => {
      await read()
      response.writeHead(500, { 'content-type': 'text/plain' }).end(FIFTY_MB)
    }),
    'a certificate nobody knows': { behave: works, recovers: false, tls: 'untrusted' },
    'a certificate named in tls.ca': { behave: works, recovers: true, tls: 'trusted' },
  }
}

function sizeLimit(behave: Behave): Fault {
  const isLarge = ({ request }: Exchange): boolean => Number(request.headers['content-length']) > 4000
  return { ...fails(behave, isLarge), maxRequests: 80 }
}

function poison(n: number): Fault {
  const behave: Behave = async ({ read, store, response }) => {
    const body = await read()
    const isBad = body.includes(`"n":${n},`) || body.includes(`"n":${n}}`)
    if (isBad) return void response.writeHead(400, ERROR).end('{"error":{"code":400,"message":"invalid"}}')
    store(body)
    response.writeHead(202).end()
  }
  return { behave, recovers: true, poison: n }
}

const resetsWithinBody: Behave = async ({ request, socket }) => {
  for await (const _ of request.iterator({ destroyOnReturn: false })) break
  socket.resetAndDestroy()
}

function writes(text: string): Behave {
  return async ({ read, socket }) => {
    await read()
    socket.write(text)
  }
}

function trickles(head: string, line: string): Behave {
  return async (exchange) => {
    await exchange.read()
    exchange.socket.write(head)
    await trickle(exchange, line)
  }
}

/** Until the client leaves. */
async function trickle({ socket }: Exchange, text: string): Promise<void> {
  while (!socket.destroyed) {
    await after(100)
    socket.write(text)
  }
}
