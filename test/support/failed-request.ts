/** The error of a real HTTP client, which carries the whole exchange, with everything in it that must not be logged. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import axios from 'axios'
import { listen, stop } from './http-exchange.ts'

/** Every secret in it contains the word `secret`. */
export async function failedRequest(): Promise<Error> {
  const server = createServer((_req, res) => res.writeHead(503, { 'set-cookie': 'sid=secret' }).end('later'))
  await listen(server)
  const { port } = server.address() as AddressInfo
  const headers = { Authorization: 'Bearer secret', 'X-Api-Key': 'secret', accept: 'text/html' }
  const auth = { username: 'user', password: 'secret' }
  const failure = await axios
    .get(`http://127.0.0.1:${port}/orders?x=1`, { headers, auth })
    .catch((error: unknown) => error)
  await stop(server)
  if (!(failure instanceof Error)) throw new TypeError('the request did not fail')
  return failure
}
