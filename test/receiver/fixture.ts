/** A receiver per test, closed after it. */
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { onTestFinished } from 'vitest'

export async function receiverFor(options?: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(options)
  onTestFinished(() => receiver.close())
  return receiver
}
