/** Runs a program of `examples/` as its README says, against a receiver, and ends it after the test. */
import { spawn } from 'node:child_process'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { onTestFinished } from 'vitest'
import { type Program, watch } from '../cli/program.ts'
import { root } from '../package/workspace.ts'

export const token = 'dt0c01.EXAMPLE0EXAMPLE0EXAMPLE0.0SECRET0SECRET0SECRET0SECRET0'

export function folderOf(example: string): string {
  return join(root, 'examples', example)
}

export async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Where it runs; its own folder otherwise. */
  readonly cwd?: string
}

/** `node` with these arguments, in the example's folder. */
export function run(
  example: string,
  args: readonly string[],
  url: string,
  { env = {}, cwd = folderOf(example) }: RunOptions = {},
): Program {
  const own = { OPENPIPELINE_URL: url, OPENPIPELINE_TOKEN: token, PORT: '0' }
  const all = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...own, ...env }
  return watch(spawn(process.execPath, [...args], { cwd, env: all }))
}

/** Runs to its end, which must be a good one, and gives what it has printed. */
export async function runToEnd(...args: Parameters<typeof run>): Promise<string> {
  const program = run(...args)
  const exit = await program.exit
  if (exit !== 0) throw new Error(`${args[0]} ended with ${exit}\n${program.stdout()}${program.stderr()}`)
  return program.stdout() + program.stderr()
}

/** The address that a service prints when it listens. */
export async function addressOf(program: Program): Promise<string> {
  const [, address = ''] = await program.printed(/(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost):\d+)/)
  return address
}

/** SIGTERM, and the end that comes of it. */
export async function end(program: Program): Promise<number | NodeJS.Signals> {
  program.process.kill('SIGTERM')
  return program.exit
}

export interface Posted {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What stood there before: an endpoint that takes everything. */
export async function startOther(status = 200): Promise<{ url: string; posted: Posted[] }> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      posted.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString() })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted }
}
