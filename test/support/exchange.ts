/** Requests and responses as middleware logs them, and as nobody does but might: what both fast lanes are tried with. */
import fc from 'fast-check'

/** Members in any order, some of them left out. */
export function some(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .tuple(fc.record(model, { requiredKeys: [] }), fc.shuffledSubarray(Object.keys(model), { minLength: 1 }))
    .map(([object, keys]) =>
      Object.fromEntries(keys.filter((name) => name in object).map((name) => [name, object[name]])),
    )
}

/** For `some`. */
export function exchangeOf(
  scalar: fc.Arbitrary<unknown>,
  value: fc.Arbitrary<unknown>,
): Record<'req' | 'res' | 'responseTime', fc.Arbitrary<unknown>> {
  const headers = fc.dictionary(
    fc.constantFrom('host', 'user-agent', 'cookie', 'Authorization', 'set-cookie', 'etag', 'x-a'),
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', '', 'curl/8', '–') }, { weight: 1, arbitrary: value }),
    { noNullPrototype: true },
  )
  return {
    req: some({
      id: scalar,
      method: fc.constantFrom('GET', 'POST', 'get', 1),
      url: fc.constantFrom('/', '/a?b=c', '/a?', 'http://h/p', '/"', '*'),
      query: value,
      params: fc.constantFrom({}, { id: '1' }, { id: undefined }, []),
      headers,
      remoteAddress: fc.constantFrom('::ffff:10.0.0.7', '::1', '', '10.1.1.1'),
      remotePort: fc.nat(),
    }),
    res: some({ statusCode: fc.constantFrom(200, 404, 99, '200', null), headers }),
    responseTime: fc.oneof(fc.nat(99_999), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(-1, 'x', 0)),
  }
}
