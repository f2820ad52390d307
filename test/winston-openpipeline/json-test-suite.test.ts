/** Every valid JSON document, as a field of an info, arrives as it was logged. */
import { describe, expect, it } from 'vitest'
import { expectedOf, VALID_DOCUMENTS } from '../support/json-test-suite.ts'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'

describe.each(['flatten', 'keep'] as const)('nested: %s', (nested) => {
  it.each(Object.entries(VALID_DOCUMENTS))('%s', (_name, document) => {
    const info = { level: 'info', message: 'x', value: JSON.parse(document) as unknown }
    const { timestamp: _, ...event } = asSent(createRecordToEvent()(info), nested)
    const base = { content: 'x', loglevel: 'INFO', status: 'INFO', 'log.raw_level': 'info' }
    expect(event).toEqual({ ...base, ...expectedOf(document, nested) })
  })
})
