/** A receiver in this process, for destinations that never block it; closed after the test. */
import type { Receiver, ReceiverOptions } from 'openpipeline-receiver'
import { startReceiver } from 'openpipeline-receiver'
import { onTestFinished } from 'vitest'

/** Options that make an adapter deliver to it at once. */
export interface Target {
  readonly url: string
  readonly token: string
  readonly batch: { readonly lingerMs: number }
  readonly diagnostics: 'silent'
}

export async function receiverHere(options?: ReceiverOptions): Promise<Receiver & { readonly target: Target }> {
  const receiver = await startReceiver(options)
  onTestFinished(() => receiver.close())
  const target: Target = {
    url: receiver.url,
    token: 'dt0c01.AAAAAAAAAAAAAAAAAAAAAAAA.test',
    batch: { lingerMs: 5 },
    diagnostics: 'silent',
  }
  return Object.assign(receiver, { target })
}
