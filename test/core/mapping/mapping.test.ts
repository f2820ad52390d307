import { describe, expect, it } from 'vitest'
import { NO_KEYS } from '../../../packages/core/src/mapping/key-set.ts'
import { copyOf } from '../../../packages/core/src/encode/read.ts'
import { mapInside, mappingOf, take, without } from '../../../packages/core/src/mapping/mapping.ts'
import { asSent } from '../../support/as-sent.ts'

describe('KeySet', () => {
  it('grows by one key at a time and is shared by all records with the same keys', () => {
    const set = NO_KEYS.with('time').with('level')
    expect([...set]).toEqual(['time', 'level'])
    expect(NO_KEYS.with('time').with('level')).toBe(set)
    expect(set.with('time')).toBe(set)
    expect(NO_KEYS.size).toBe(0)
  })
})

describe('mapInside', () => {
  const fields = { meta: { a: 1, b: 2 }, c: 3 }

  it('leaves what was not taken below the same name', () => {
    const mapping = mappingOf(fields, 0)
    mapInside(mapping, 'meta', (inner) => {
      inner.event['mapped'] = inner.prefix
      take(inner, 'a')
    })
    expect(asSent(mapping)).toEqual({ timestamp: 0, mapped: 'meta.', 'meta.b': 2, c: 3 })
    expect(fields).toEqual({ meta: { a: 1, b: 2 }, c: 3 })
  })

  it('changes a record of its own instead of copying it', () => {
    const own = structuredClone(fields)
    const mapping = mappingOf(own, 0, true)
    mapInside(mapping, 'meta', (inner) => take(inner, 'a'))
    expect(mapping.except.size).toBe(0)
    expect(asSent(mapping)).toEqual({ timestamp: 0, 'meta.b': 2, c: 3 })
  })

  it.each(['c', 'missing'])('leaves alone what is no object: %s', (key) => {
    const mapping = mappingOf(fields, 0)
    mapInside(mapping, key, () => {
      throw new Error('not to be called')
    })
    expect(asSent(mapping)).toEqual({ timestamp: 0, 'meta.a': 1, 'meta.b': 2, c: 3 })
  })
})

describe('copies', () => {
  it('say what threw, and keep the rest', () => {
    const trap = {
      get bad(): never {
        throw new Error('trap')
      },
      good: 1,
    }
    expect(copyOf(trap)).toEqual({ bad: '[Throws: trap]', good: 1 })
  })

  it('leave nothing of the keys that are out', () => {
    expect(JSON.stringify(without({ a: 1, b: 2 }, NO_KEYS.with('a'), false))).toBe('{"b":2}')
  })
})
