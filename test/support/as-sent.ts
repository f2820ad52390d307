/** What a mapped record looks like when it is sent: encoded as the shipper does it, without the id. */
import type { GenericEvent } from 'openpipeline-core'
import { Encoder } from '../../packages/core/src/encode/encoder.ts'

export interface MappedRecord {
  readonly event: GenericEvent
  readonly fields?: object
  readonly except?: ReadonlySet<string>
}

export type SentEvent = Record<string, unknown>

export function asSent({ event, fields, except }: MappedRecord, nested: 'flatten' | 'keep' = 'flatten'): SentEvent {
  const settings = { attributes: {}, flatten: nested === 'flatten', maxStringLength: 1_000_000 }
  const sent = JSON.parse(new Encoder(settings, () => 'id').encode(event, fields, except)) as SentEvent
  delete sent['event.id']
  return sent
}
