import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { errors } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { firstErrorOf, wasUsedBefore, watchedConnector } from '../../../packages/core/src/deliver/reuse.ts'

function endOfSocket(bytesRead?: number): Error {
  const socket = bytesRead === undefined ? undefined : { bytesRead }
  return Object.assign(new errors.SocketError('other side closed'), { socket })
}

it('a connection that ended was in use before when it had brought anything', () => {
  expect(wasUsedBefore(endOfSocket(1))).toBe(true)
  expect(wasUsedBefore(endOfSocket(0))).toBe(false)
  expect(wasUsedBefore(endOfSocket())).toBe(false)
})

it('what was thrown beside connections says nothing of their use', () => {
  expect(wasUsedBefore(new Error('other'))).toBe(false)
  expect(wasUsedBefore('text')).toBe(false)
  expect(wasUsedBefore(undefined)).toBe(false)
})

it('an error that followed none is its own cause', () => {
  const error = new Error('alone')
  expect(firstErrorOf(error)).toBe(error)
  expect(firstErrorOf('text')).toBe('text')
})

/** Our end of a connection to a server that sends `greeting`. */
async function connected(greeting: string): Promise<Socket> {
  const server = createServer((peer) => {
    peer.on('error', () => undefined)
    if (greeting !== '') peer.write(greeting)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const target = { hostname: '127.0.0.1', host: `127.0.0.1:${port}`, protocol: 'http:', port: String(port) }
  const socket = await new Promise<Socket>((resolve, reject) =>
    watchedConnector({})(target, (error, made) => (made === null ? reject(error ?? new Error('none')) : resolve(made))),
  )
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  socket.on('error', () => undefined)
  if (greeting !== '') await once(socket.resume(), 'data')
  return socket
}

it('the first error of a connection is what broke it, whatever it is told to be later', async () => {
  const socket = await connected('')
  const [alert, end, later] = [new Error('alert'), new Error('end'), new Error('later')]
  for (const error of [alert, alert, end, later]) socket.emit('error', error)
  expect([alert, end, later].map(firstErrorOf)).toEqual([alert, alert, alert])
})

it('an error of a connection that has brought something is one of a connection in use before', async () => {
  const [error, other] = [new Error('reset'), new Error('reset')]
  const fresh = await connected('')
  fresh.emit('error', error)
  expect(wasUsedBefore(error)).toBe(false)
  const used = await connected('hello')
  used.emit('error', other)
  expect(wasUsedBefore(other)).toBe(true)
})

it('a connection that could not be made is told, and nothing else', async () => {
  const target = { hostname: '127.0.0.1', host: '127.0.0.1:1', protocol: 'http:', port: '1' }
  const [error, socket] = await new Promise<unknown[]>((resolve) =>
    watchedConnector({})(target, (...result: unknown[]) => resolve(result)),
  )
  expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  expect(socket ?? null).toBeNull()
})

it('a connection keeps no process alive, whoever asks it to', async () => {
  const socket = await connected('')
  expect(socket.ref()).toBe(socket)
  const handle: unknown = Reflect.get(socket, '_handle')
  expect((handle as { hasRef(): boolean }).hasRef()).toBe(false)
})
