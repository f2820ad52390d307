/** Takes a line into the shipper: by the fast lane where that is sure to give the same event, else parsed and mapped. */
import type { Shipper } from 'openpipeline-core'
import { createLevels, textLaneOf } from 'openpipeline-core/mapping'

import type { PinoConfig } from './record-to-event.ts'
import { createRecordToEvent } from './record-to-event.ts'
import { Splicer } from './splice.ts'
import { createMemberOf } from './splice-member.ts'

export type Intake = (line: string) => void

export function createIntake(shipper: Shipper, config: PinoConfig = {}): Intake {
  const recordToEvent = createRecordToEvent(config, shipper.records)
  const splicer = createSplicer(shipper, config)
  return (line) => {
    if (splicer?.push(line, Date.now()) === true) return
    const { event, except, fields, isUnwanted } = recordToEvent(line)
    if (isUnwanted !== true) shipper.push(event, fields, except)
  }
}

function createSplicer(shipper: Shipper, config: PinoConfig): Splicer | undefined {
  const lane = textLaneOf(shipper)
  if (lane === undefined) return undefined
  const { errorKey = 'err', messageKey = 'msg', nestedKey } = config
  return new Splicer(
    lane,
    { errorKey, messageKey, nestedKey },
    createMemberOf(createLevels(config.levels?.labels, shipper.records.levels)),
  )
}
