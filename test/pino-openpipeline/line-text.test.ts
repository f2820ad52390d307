import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFirstOfTwo, withExactIntegers } from '../../packages/pino-openpipeline/src/line-text.ts'
import { logged } from './lines.ts'

const firstMessageOf = createFirstOfTwo('msg')

describe('long integers', () => {
  it.each([
    ['{"a":9007199254740993}', '{"a":"9007199254740993"}'],
    ['[-12345678901234567890]', '["-12345678901234567890"]'],
    ['{"a":[1,12345678901234567890,2]}', '{"a":[1,"12345678901234567890",2]}'],
  ])('%s keep their digits', (line, expected) => {
    expect(withExactIntegers(line)).toBe(expected)
  })

  it.each([
    '{"a":1234567890123456}',
    '{"a":0.12345678901234567890}',
    '{"a":12345678901234567.5}',
    '{"a":1e30,"b":12345678901234567890e2}',
    '{"a":"12345678901234567890"}',
    String.raw`{"a":"quoted \" 12345678901234567890","b\\":"12345678901234567890\\"}`,
    '12345678901234567890 in a text that is no JSON: "',
  ])('that are exact, or none, stay as they are: %s', (line) => {
    const before = line.startsWith('{') ? (JSON.parse(line) as unknown) : line
    const after = withExactIntegers(line)
    if (line.startsWith('{')) expect(JSON.parse(after)).toEqual(before)
  })

  it('of a BigInt arrive as text', () => {
    const [event] = logged({}, (logger) => logger.info({ id: 12_345_678_901_234_567_890n, small: 5n }, 'x'))
    expect(event).toMatchObject({ id: '12345678901234567890', small: 5 })
  })

  it.each(Array.from({ length: 40 }, (_, index) => index))('are found wherever they stand: at %i', (offset) => {
    const line = `{"${'k'.repeat(offset)}":1234567890123456789}`
    expect(withExactIntegers(line)).toBe(line.replace(/\d+/, '"$&"'))
  })

  it('never change what a line of other values says', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(withExactIntegers(json))).toEqual(JSON.parse(json))
      }),
    )
  })
})

describe('a message twice', () => {
  it.each<[string, unknown]>([
    ['{"msg":"first","msg":"last"}', 'first'],
    ['{"msg":{"msg":1},"a":"msg","msg":"last"}', { msg: 1 }],
    ['{"msg":[1,{"msg":2}],"msg":"last"}', [1, { msg: 2 }]],
    [String.raw`{"msg":"a \" , } ] \\","msg":"last"}`, 'a " , } ] \\'],
    ['{"msg":null,"msg":"last"}', null],
  ])('in %s is the last, and the first is %j', (line, first) => {
    expect(firstMessageOf(line)).toEqual(first)
  })

  it.each([
    '{"msg":"once"}',
    '{"a":{"msg":1},"msg":"once"}',
    '{"msg":"once","a":[{"msg":1}]}',
    '{}',
    'text',
    '{"msg":,"msg":',
  ])('is not seen in %s', (line) => {
    expect(firstMessageOf(line)).toBeUndefined()
  })

  it('loses none of the two', () => {
    const [event] = logged({}, (logger) => logger.info({ msg: 'of the record', a: 1 }, 'of the call'))
    expect(event).toMatchObject({ content: 'of the call', 'log.msg': 'of the record', a: 1 })
  })
})
