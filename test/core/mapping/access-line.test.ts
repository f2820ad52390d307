import { describe, expect, it } from 'vitest'
import { mapAccessLine } from '../../../packages/core/src/mapping/access-line.ts'
import { mappingOf } from '../../../packages/core/src/mapping/mapping.ts'

function attributesOf(content: string): object {
  const mapping = mappingOf({}, 0)
  mapAccessLine({ ...mapping, event: Object.assign(mapping.event, { content }) })
  const { content: kept, timestamp: _timestamp, ...attributes } = mapping.event
  expect(kept, 'the message stays as it is').toBe(content)
  return attributes
}

describe('a line of an access log', () => {
  it.each([
    [
      '203.0.113.7 - alice [24/Nov/2026:12:43:01 +0000] "GET /a?b=1 HTTP/1.1" 304 - "https://x/" "Mozilla/5.0 (X11)"\n',
      ['GET', '/a', 'b=1', 304, '203.0.113.7', 'Mozilla/5.0 (X11)', undefined],
    ],
    [
      '- - - [24/Nov/2026:12:43:01 +0000] "PUT /a HTTP/2.0" 200 17',
      ['PUT', '/a', undefined, 200, undefined, undefined, undefined],
    ],
    [
      '::ffff:10.0.0.9 - GET /a HTTP/1.1 200 2 - 3.283 ms',
      ['GET', '/a', undefined, 200, '10.0.0.9', undefined, 3_283_000],
    ],
    ['POST /a 500 - - 3 ms', ['POST', '/a', undefined, 500, undefined, undefined, 3_000_000]],
    ['GET /a 200 0.5 ms - 12', ['GET', '/a', undefined, 200, undefined, undefined, 500_000]],
  ])('%j', (line, [method, path, query, status, address, agent, duration]) => {
    const expected = {
      'http.request.method': method,
      'url.path': path,
      'url.query': query,
      'http.response.status_code': status,
      'client.address': address,
      'user_agent.original': agent,
      duration,
    }
    expect(attributesOf(line)).toEqual(JSON.parse(JSON.stringify(expected)))
  })

  it.each([
    'took 35 ms',
    'GET /a took 35 ms',
    'payment authorised in 3 ms - thanks',
    '[x] "quoted"',
    'GET /a - - ms - -',
    '',
    `GET /${'a'.repeat(10_000)} 200 5 - 3 ms`,
  ])('is not seen in %j', (message) => {
    expect(attributesOf(message)).toEqual({})
  })

  it('says nothing where the request is known already', () => {
    const mapping = mappingOf({}, 0)
    Object.assign(mapping.event, { content: 'GET /a 200 5 - 3 ms', 'http.request.method': 'POST' })
    mapAccessLine(mapping)
    expect(mapping.event).not.toHaveProperty(['url.path'])
  })

  it('is matched in time that grows with its length only', () => {
    const start = performance.now()
    for (const part of ['- ', '[', '] "', '" "', 'GET ', ' ms - ', '1'])
      attributesOf(`${part.repeat(8000 / part.length)} ms`)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
