import { describe, expect, it } from 'vitest'
import { createMapping } from '../../packages/core/src/map-hook.ts'
import type { MapHook } from '../../packages/core/src/options/map.ts'
import type { Pushed } from '../../packages/core/src/pushed.ts'

interface Rig {
  readonly map: (pushed: Pushed) => Pushed | undefined
  readonly warnings: string[]
}

function rig(hook: MapHook): Rig {
  const warnings: string[] = []
  const isFixed = (name: string): boolean => name === 'service.name' || name === 'event.id'
  return { map: createMapping({ hook, isFixed, warn: (message) => warnings.push(message) }), warnings }
}

const pushed: Pushed = {
  event: { content: 'c', loglevel: 'INFO' },
  fields: { msg: 'c', a: 1, content: 'mine', 'service.name': 'mine', nested: { b: 2 } },
  except: new Set(['msg']),
}

describe('the map function', () => {
  it('sees the event as it would be sent, and the record', () => {
    let seen: unknown
    rig((event, record) => {
      seen = { event, record }
      return event
    }).map(pushed)
    expect(seen).toEqual({
      event: {
        content: 'c',
        loglevel: 'INFO',
        a: 1,
        'log.content': 'mine',
        'log.service.name': 'mine',
        nested: { b: 2 },
      },
      record: pushed.fields,
    })
  })

  it('sees an event that has no record as both', () => {
    const event = { content: 'c' }
    let seen: unknown
    rig((mapped, record) => {
      seen = record
      return mapped
    }).map({ event })
    expect(seen).toBe(event)
  })

  it('gives what is sent', () => {
    const { map } = rig((event) => ({ ...event, content: 'changed' }))
    expect(map(pushed)).toEqual({ event: expect.objectContaining({ content: 'changed', a: 1 }) as unknown })
  })

  it.each([undefined, null])('keeps an event back by returning %s', (nothing) => {
    const { map, warnings } = rig(() => nothing)
    expect(map(pushed)).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('changes nothing of what was logged when it changes its event', () => {
    const { map } = rig((event) => {
      Object.assign(event, { content: 'changed', a: 2 })
      return event
    })
    map(pushed)
    expect(pushed.event).toEqual({ content: 'c', loglevel: 'INFO' })
    expect(pushed.fields).toMatchObject({ a: 1 })
  })

  it('loses no event by throwing, also not half way, and is told of once', () => {
    const { map, warnings } = rig((event) => {
      Reflect.deleteProperty(event, 'content')
      throw new Error('no such field')
    })
    expect([map(pushed), map(pushed)]).toEqual([pushed, pushed])
    expect(warnings).toEqual(['map threw: [Throws: no such field]; its events are sent unmapped'])
  })

  it.each([
    ['a value of type string', 'text'],
    ['a value of type boolean', true],
    ['a value of type object', ['event']],
    ['a promise', Promise.resolve({})],
  ])('loses no event by returning %s', (what, value) => {
    const { map, warnings } = rig(() => value)
    expect(map(pushed)).toBe(pushed)
    expect(warnings).toEqual([`map returned ${what} instead of an event or undefined; its events are sent unmapped`])
  })

  it('is not called for what it logs itself', () => {
    const inner: Pushed = { event: { content: 'from within' } }
    let calls = 0
    const { map } = rig((event) => {
      calls++
      expect(map(inner)).toBe(inner)
      return event
    })
    map(pushed)
    map(pushed)
    expect(calls).toBe(2)
  })

  it('survives an event that cannot be read', () => {
    const hostile = {
      get a(): never {
        throw new Error('getter')
      },
    }
    const { map, warnings } = rig((event) => event)
    expect(map({ event: hostile, fields: hostile })).toEqual({
      event: { a: '[Throws: getter]', 'log.a': '[Throws: getter]' },
    })
    expect(warnings).toEqual([])
  })
})
