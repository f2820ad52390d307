/** A stream in process, whose account is right at its end. */
import type { OpenPipelineStream } from 'pino-openpipeline'
import { openPipelineStream } from 'pino-openpipeline'
import { expect, onTestFinished } from 'vitest'

type Options = NonNullable<Parameters<typeof openPipelineStream>[0]>

export function streamTo(target: Options, options: Options = {}): OpenPipelineStream {
  const stream = openPipelineStream({ ...target, ...options })
  onTestFinished(async () => {
    await stream.close({ timeoutMs: 100 })
    expectAccount(stream)
  })
  return stream
}

function expectAccount(stream: OpenPipelineStream): void {
  const { accepted, deadLettered, delivered, lost, pending, spooled } = stream.stats()
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0)
  expect(delivered + pending + spooled + deadLettered + losses).toBe(accepted)
}
