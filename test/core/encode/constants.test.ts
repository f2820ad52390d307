import { describe, expect, it } from 'vitest'
import { Encoder } from '../../../packages/core/src/encode/encoder.ts'
import { textOf } from '../../../packages/core/src/encode/shrink.ts'
import { SplicedEvent } from '../../../packages/core/src/encode/spliced-event.ts'

const attributes = { 'event.type': 'log', 'service.name': 'orders' }
const enriched = { 'host.name': 'host', 'process.pid': 1, 'dt.entity.host': 'HOST-1' }

function encoderOf(settings: Partial<ConstructorParameters<typeof Encoder>[0]> = {}): Encoder {
  return new Encoder({ attributes, enriched, flatten: true, maxStringLength: 1000, ...settings }, () => 'id')
}

const parsed = (text: string): unknown => JSON.parse(text)

describe('what the surroundings say', () => {
  it('stands at the end of every event', () => {
    expect(encoderOf().encode({ content: 'c' }, { a: 1 })).toBe(
      '{"event.id":"id","content":"c","event.type":"log","service.name":"orders","a":1,"host.name":"host","process.pid":1,"dt.entity.host":"HOST-1"}',
    )
  })

  it('gives way to what the event says', () => {
    expect(parsed(encoderOf().encode({ 'host.name': 'other' }))).toMatchObject({
      'host.name': 'other',
      'process.pid': 1,
    })
  })

  it('gives way to a record’s own field, which keeps its name', () => {
    const event = parsed(encoderOf().encode({}, { 'dt.entity.host': 'HOST-2', 'service.name': 'mine' }))
    expect(event).toEqual({
      'event.id': 'id',
      'event.type': 'log',
      'service.name': 'orders',
      'log.service.name': 'mine',
      'dt.entity.host': 'HOST-2',
      'host.name': 'host',
      'process.pid': 1,
    })
  })

  it('gives way to what flattening brings', () => {
    const event = parsed(encoderOf().encode({}, { host: { name: 'nested', ip: '::1' }, process: { pid: 2 } }))
    expect(event).toMatchObject({ 'host.name': 'nested', 'host.ip': '::1', 'process.pid': 2 })
  })

  it('gives way to an attribute that every event has', () => {
    const event = encoderOf({ attributes: { 'host.name': 'given' } }).encode({})
    expect(event.match(/host\.name/g)).toHaveLength(1)
    expect(parsed(event)).toMatchObject({ 'host.name': 'given' })
  })

  it('never writes a name twice, whatever an event brings of it', () => {
    const names = Object.keys(enriched)
    const encoder = encoderOf()
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const brought = names.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1)
      const fields = Object.fromEntries(brought.map((name) => [name, 'own']))
      for (const text of [encoder.encode(fields), encoder.encode({}, fields)]) {
        for (const name of names) expect(text.split(`"${name}":`)).toHaveLength(2)
        expect(parsed(text)).toMatchObject(fields)
      }
    }
  })

  it('changes from one event to the next', () => {
    const encoder = encoderOf()
    const before = encoder.version
    encoder.setAttributes({ 'event.type': 'audit' }, { 'host.name': 'new' })
    expect(encoder.version).not.toBe(before)
    expect(parsed(encoder.encode({}))).toEqual({ 'event.id': 'id', 'event.type': 'audit', 'host.name': 'new' })
  })

  it('is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`tag.${index}`, index]))
    const event = parsed(
      encoderOf({ attributes: {}, enriched: many }).encode({ 'tag.49': 'own', 'tag.60': 'own' }),
    ) as object
    expect(Object.keys(event)).toHaveLength(1 + 50 + 1)
    expect(event).toMatchObject({ 'tag.0': 0, 'tag.49': 'own', 'tag.60': 'own' })
  })
})

describe('members that are bytes already', () => {
  it('stand between the id and what the surroundings say without them', () => {
    const encoder = encoderOf()
    const spliced = new SplicedEvent(() => 'id')
    spliced.begin().addText(',"content":"given up"')
    spliced.begin().addText(',"content":"c","process.pid":7')
    const text = textOf(spliced.end(encoder.closing(encoder.bitOf('process.pid'))))
    expect(text.split('"process.pid":')).toHaveLength(2)
    expect(parsed(text)).toEqual({
      'event.id': 'id',
      content: 'c',
      'process.pid': 7,
      'host.name': 'host',
      'dt.entity.host': 'HOST-1',
      ...attributes,
    })
  })

  it('stay as they are while another event comes in between', () => {
    const closing = encoderOf().closing(0)
    const spliced = new SplicedEvent(() => 'id')
    spliced.begin().addText(',"content":"outer"')
    const outer = spliced.end(closing)
    spliced.begin().addText(',"content":"inner"')
    const inner = spliced.end(closing)
    expect(parsed(textOf(inner))).toMatchObject({ 'event.id': 'id', content: 'inner' })
    expect(parsed(textOf(outer))).toMatchObject({ 'event.id': 'id', content: 'outer' })
  })

  it('may use no other name that is taken', () => {
    const encoder = encoderOf()
    for (const name of ['event.id', 'event.type', 'dt.entity.host']) expect(encoder.isConstant(name)).toBe(true)
    expect(encoder.isConstant('content')).toBe(false)
    expect(encoder.isFixed('dt.entity.host')).toBe(false)
    expect(encoder.bitOf('content')).toBe(0)
  })
})
