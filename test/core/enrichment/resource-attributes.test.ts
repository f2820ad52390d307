import { describe, expect, it } from 'vitest'
import { resourceAttributes } from '../../../packages/core/src/enrichment/resource-attributes.ts'

const of = (text: string): object => resourceAttributes({ OTEL_RESOURCE_ATTRIBUTES: text })

describe('OTEL_RESOURCE_ATTRIBUTES', () => {
  it('is a list of pairs', () => {
    expect(of('service.name=orders,service.version=1.4.2')).toEqual({
      'service.name': 'orders',
      'service.version': '1.4.2',
    })
  })

  it('may have white space around names and values', () => {
    expect(of(' service.name = orders ,\tteam= shop ')).toEqual({ 'service.name': 'orders', team: 'shop' })
  })

  it('is percent-encoded', () => {
    expect(of('team=shop%2C%20north,gr%C3%B6%C3%9Fe=%E2%82%AC5,formula=a%3Db')).toEqual({
      team: 'shop, north',
      größe: '€5',
      formula: 'a=b',
    })
  })

  it('keeps an equals sign that stands in a value', () => {
    expect(of('query=a=b=c')).toEqual({ query: 'a=b=c' })
  })

  it.each(['team', '=shop', 'team=', 'team=%E2%82', 'team=%zz', '%zz=shop', ' = ', ''])(
    'leaves out an entry that is not well formed, and only that one: %j',
    (entry) => {
      expect(of(`a=1,${entry},b=2`)).toEqual({ a: '1', b: '2' })
    },
  )

  it('takes names that mean something to JavaScript', () => {
    const attributes = of('__proto__=x,constructor=y,toString=z')
    expect(Object.entries(attributes)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ])
  })

  it('says nothing where it is not set', () => {
    expect(resourceAttributes({})).toEqual({})
  })
})

describe('OTEL_SERVICE_NAME', () => {
  it('wins over the resource’s service.name', () => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,team=shop', OTEL_SERVICE_NAME: ' b ' }
    expect(resourceAttributes(environment)).toEqual({ 'service.name': 'b', team: 'shop' })
  })

  it('counts for nothing when it is blank', () => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a', OTEL_SERVICE_NAME: '  ' }
    expect(resourceAttributes(environment)).toEqual({ 'service.name': 'a' })
  })
})
