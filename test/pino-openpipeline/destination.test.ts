/** What is neither a transport nor a logger with one: each function that needs one says so, and what to call instead. */
import pino from 'pino'
import { flushTransport, observeTransport, openPipelineStream, transportStats } from 'pino-openpipeline'
import { describe, expect, it, onTestFinished } from 'vitest'

function stream() {
  const made = openPipelineStream({ url: 'http://127.0.0.1:9', token: 'dt0c01.SAMPLE', enrichment: false })
  onTestFinished(async () => void (await made.close()))
  return made
}

const takes = 'takes what pino.transport() returned, or a logger that logs to it, got'
const inProcess = 'an openPipelineStream has no worker, and flush() and stats() of its own'

const cases: readonly [what: string, make: () => unknown, message: string][] = [
  ['nothing', () => undefined, `${takes} undefined`],
  ['options', () => ({ target: 'pino-openpipeline' }), `${takes} another object`],
  ['pino itself', () => pino, `${takes} a function`],
  ['a logger on stdout', () => pino(), `${takes} a logger with another destination`],
  ['a destination of pino', () => pino.destination({ dest: 1, sync: true }), `${takes} another object`],
  ['a stream in process', stream, inProcess],
  ['a logger in process', () => pino(stream()), inProcess],
]

describe.each([
  ['flushTransport', async (given: never) => flushTransport(given)],
  ['transportStats', async (given: never) => transportStats(given)],
  ['observeTransport', (given: never) => Promise.resolve().then(() => observeTransport(given))],
])('%s', (name, call) => {
  it.each(cases)('refuses %s', async (_, make, message) => {
    const refusal = { code: 'INVALID_OPTIONS', message: `${name}: ${message}` }
    await expect(call(make() as never)).rejects.toMatchObject(refusal)
  })
})
