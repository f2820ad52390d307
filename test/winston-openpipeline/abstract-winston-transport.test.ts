/** The suite that winston has for every transport. It was written for mocha, whose globals and `done` it gets here. */
import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it, vi } from 'vitest'
import { OpenPipelineTransport } from 'winston-openpipeline'

type Body = (done?: (error?: unknown) => void) => unknown

/** mocha waits for `done` where a test has a parameter for it. */
function promised(body: Body): () => Promise<void> {
  return () =>
    new Promise((resolve, reject) => {
      const done = (error?: unknown): void =>
        error === undefined || error === null ? resolve() : reject(asError(error))
      if (body.length > 0) return void body(done)
      Promise.resolve(body()).then(() => resolve(), reject)
    })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

vi.stubGlobal('describe', describe)
vi.stubGlobal('it', (title: string, body: Body) => it(title, promised(body)))
vi.stubGlobal('before', (body: Body) => beforeAll(promised(body)))
vi.stubGlobal('after', (body: Body) => afterAll(promised(body)))
vi.stubGlobal('beforeEach', (body: Body) => beforeEach(promised(body)))
vi.stubGlobal('afterEach', (body: Body) => afterEach(promised(body)))

const suite = createRequire(import.meta.url)('abstract-winston-transport') as (options: {
  readonly name: string
  readonly Transport: typeof OpenPipelineTransport
  readonly construct: object
}) => void

suite({
  name: 'OpenPipelineTransport',
  Transport: OpenPipelineTransport,
  // nobody listens there: what counts is what the transport does with its caller
  construct: { url: 'http://127.0.0.1:9', token: 'dt0c01.AAAAAAAAAAAAAAAAAAAAAAAA.test', diagnostics: 'silent' },
})
