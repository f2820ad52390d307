/** One request to a server of this process, with all that must not be logged; the server is closed afterwards. */
import type { Server } from 'node:http'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'

const HEADERS = {
  authorization: 'Bearer secret',
  cookie: 'sid=secret',
  'user-agent': 'tester/1.0',
  'x-request-id': 'r-1',
}

/** Resolves when the answer has been read to its end. */
export function send(server: Server, path: string, method = 'GET'): Promise<void> {
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: HEADERS, agent: false }, (answer) => {
      answer.resume().once('end', resolve)
    })
      .once('error', reject)
      .end()
  })
}

export async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}

export async function stop(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}
