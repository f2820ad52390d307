/** Every valid JSON document, as a field of a line, arrives as it was written. */
import { openPipelineStream } from 'pino-openpipeline'
import { describe, expect, it } from 'vitest'
import { createRecordToEvent } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { expectedOf, VALID_DOCUMENTS } from '../support/json-test-suite.ts'
import { receiverHere } from '../support/receiver-here.ts'

const documents = Object.entries(VALID_DOCUMENTS)

function lineOf(document: string): string {
  return `{"level":30,"time":${Date.now()},"pid":1,"hostname":"h","value":${document},"msg":"x"}`
}

describe.each(['flatten', 'keep'] as const)('nested: %s', (nested) => {
  it.each(documents)('%s', (_name, document) => {
    const { timestamp: _, ...event } = asSent(createRecordToEvent()(lineOf(document)), nested)
    const base = {
      content: 'x',
      loglevel: 'INFO',
      status: 'INFO',
      'log.raw_level': '30',
      'process.pid': 1,
      'host.name': 'h',
    }
    expect(event).toEqual({ ...base, ...expectedOf(document, nested) })
  })

  it('all of them through a stream, whose fast lane takes some', async () => {
    const receiver = await receiverHere()
    const stream = openPipelineStream({ ...receiver.target, nested })
    // a line has no line breaks of its own
    for (const [, document] of documents) stream.write(`${lineOf(document).replaceAll('\n', ' ')}\n`)
    await stream.close()
    expect(receiver.events).toHaveLength(95)
    for (const [index, [name, document]] of documents.entries())
      expect(receiver.events[index], name).toMatchObject(expectedOf(document, nested))
  })
})

describe('a number that a double cannot hold', () => {
  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['9007199254740993', '9007199254740993'],
  ])('%s arrives as text, since pino writes a BigInt so', (number, text) => {
    expect(asSent(createRecordToEvent()(lineOf(number)))).toMatchObject({ value: text })
  })

  it('is rounded where it is a fraction, and has the usual form where it is not written in it', () => {
    expect(asSent(createRecordToEvent()(lineOf('0.12345678901234567890')))).toMatchObject({
      value: 0.12345678901234568,
    })
    expect(asSent(createRecordToEvent()(lineOf('1e400')))).toMatchObject({ value: 'Infinity' })
  })
})
