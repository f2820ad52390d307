/** Takes lines into the shipper: by the fast lane where that is sure to give the same event, else parsed and mapped. */
import type { Shipper } from 'openpipeline-core'
import { createLevels, fastLaneOf } from 'openpipeline-core/mapping'

import type { LineTaker } from './lines.ts'
import type { PinoConfig } from './record-to-event.ts'
import { createRecordToEvent } from './record-to-event.ts'
import { Splicer } from './splice.ts'
import { createWriteMember } from './splice-member.ts'

const NEWLINE = 0x0a

export function createIntake(shipper: Shipper, config: PinoConfig = {}): LineTaker {
  const recordToEvent = createRecordToEvent(config, shipper.records)
  const splicer = createSplicer(shipper, config)
  const line = (text: string): void => {
    if (text === '' || text === '\r') return
    const { event, except, fields, isUnwanted } = recordToEvent(text)
    if (isUnwanted !== true) shipper.push(event, fields, except)
  }
  return {
    lines(bytes, end) {
      const now = Date.now()
      for (let at = 0; at < end;) {
        const next = splicer === undefined ? -1 : splicer.push(bytes, at, now)
        if (next !== -1) {
          at = next
          continue
        }
        const lineEnd = bytes.indexOf(NEWLINE, at)
        line(bytes.toString('utf8', at, lineEnd))
        at = lineEnd + 1
      }
    },
    line,
  }
}

function createSplicer(shipper: Shipper, config: PinoConfig): Splicer | undefined {
  const lane = fastLaneOf(shipper)
  if (lane === undefined) return undefined
  const { errorKey = 'err', messageKey = 'msg', nestedKey } = config
  const write = createWriteMember(createLevels(config.levels?.labels, shipper.records.levels))
  return new Splicer(lane, { errorKey, messageKey, nestedKey }, write)
}
