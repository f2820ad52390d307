import { describe, expect, it } from 'vitest'
import { parseQuery, termFor } from '../../packages/receiver/src/page/client/query.ts'

const event = JSON.stringify({
  content: 'Order 7 "gift"\nfor Zoë took 12:30',
  'http.route': '/orders/:id',
  'http.status_code': 503,
  duration: 12.5,
  tags: ['blue', 'Dark Red'],
  headers: { 'user-agent': 'node' },
  url: 'http://shop/x?a=1',
  empty: '',
  isPaid: true,
  none: null,
})

describe('a filter', () => {
  it.each([
    '',
    'order',
    'ORDER zoë',
    '"7 \\"gift\\""',
    '"gift\\""',
    '12:30',
    'http://shop',
    '"order 7"',
    '-refund',
    '-http.route:/users',
    'http.route:/orders/:id',
    'http.route:/orders*',
    'http.status_code:503',
    'http.status_code:5*',
    'http.status_code:>=500 duration:<12.6',
    'duration:>12',
    'tags:blue',
    'tags:"dark red"',
    'headers.user-agent:NODE',
    'isPaid:true',
    'none:null',
    'url:*?a=1',
    'empty:*',
  ])('finds the event: %s', (text) => {
    expect(parseQuery(text)(event)).toBe(true)
  })

  it.each([
    'refund',
    'order refund',
    '-order',
    '"7 order"',
    'http.route:/orders',
    'http.status_code:50',
    'http.status_code:<503',
    'content:>1',
    'tags:red',
    'headers.host:*',
    'route:*',
    'missing:*',
    'constructor:*',
    'headers.__proto__:*',
    '.*',
    '(',
  ])('does not find it: %s', (text) => {
    expect(parseQuery(text)(event)).toBe(false)
  })

  it.each([
    ['route', '/a', 'route:/a'],
    ['n', 5, 'n:5'],
    ['text', 'two words', 'text:"two words"'],
    ['text', 'a "b" \\ c', String.raw`text:"a \"b\" \\ c"`],
    ['text', '', 'text:""'],
    ['text', '>5', 'text:">5"'],
  ])('for the value %s: %o is %s, and finds it', (key, value, term) => {
    expect(termFor(key, value)).toBe(term)
    expect(parseQuery(term)(JSON.stringify({ [key]: value }))).toBe(true)
    expect(parseQuery(term)(JSON.stringify({ [key]: 'else' }))).toBe(false)
  })
})
