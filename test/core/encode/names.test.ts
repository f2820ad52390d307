import { expect, it } from 'vitest'
import { Names } from '../../../packages/core/src/encode/names.ts'

it('knows a name once, however it is reached', () => {
  const names = new Names()
  expect(names.of('a').below('b').below('c')).toBe(names.of('a.b').below('c'))
  expect(names.of('a').below('b.c')).toBe(names.of('a.b.c'))
  expect(names.of('a').below('b')).toBe(names.of('a').below('b'))
})

it('holds its JSON text, with what must be escaped', () => {
  expect(new Names().of('a"').below('\n')).toMatchObject({ full: 'a".\n', member: ',"a\\".\\n":' })
})

it.each(['__proto__', 'constructor', 'toString', ''])('has no name before it was asked for it: %j', (key) => {
  const names = new Names()
  expect(names.of(key).full).toBe(key)
  expect(names.of('a').below(key).full).toBe(`a.${key}`)
})

it('forgets all names once there are ten thousand, and only then', () => {
  const names = new Names()
  const first = names.of('first')
  for (let index = 1; index < 9999; index++) names.of(`${index}`)
  expect(names.forgetIfMany()).toBe(false)
  expect(names.of('first')).toBe(first)
  names.of('last')
  expect(names.forgetIfMany()).toBe(true)
  expect(names.of('first')).not.toBe(first)
})
