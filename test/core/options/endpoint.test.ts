import { describe, expect, it } from 'vitest'
import { problemOf, problemWith, resolve, TOKEN_OK, URL_OK } from './resolve.ts'

function ingestUrl(url: string, options: object = {}): string {
  return resolve({ url, ...options }).ingestUrl
}

describe('the url', () => {
  it.each([
    ['https://abc12345.live.dynatrace.com', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['https://abc12345.live.dynatrace.com/', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['  https://abc12345.live.dynatrace.com//\n', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['HTTPS://ABC12345.LIVE.DYNATRACE.COM', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['https://abc12345.apps.dynatrace.com', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['https://abc12345.sprint.apps.dynatracelabs.com', 'https://abc12345.sprint.dynatracelabs.com/platform/ingest/v1/events'], // prettier-ignore
    ['https://abc12345.live.dynatrace.com/api', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['https://abc12345.live.dynatrace.com/api/v2', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['https://abc12345.live.dynatrace.com/api/v2/logs/ingest', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'], // prettier-ignore
    ['https://abc12345.apps.dynatrace.com/api/v2/', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
    ['https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.logs', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'], // prettier-ignore
    ['https://abc12345.live.dynatrace.com/platform/ingest', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'], // prettier-ignore
    ['https://abc12345.live.dynatrace.com/platform/ingest/v1', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'], // prettier-ignore
    ['https://managed.example/e/123/api/v2', 'https://managed.example/e/123/platform/ingest/v1/events'],
    ['https://managed.example/e/123', 'https://managed.example/e/123/platform/ingest/v1/events'],
    ['https://gateway.example/apiary', 'https://gateway.example/apiary/platform/ingest/v1/events'],
    ['https://gateway.example:8443/dt', 'https://gateway.example:8443/dt/platform/ingest/v1/events'],
    ['https://apps.dynatrace.com.example', 'https://apps.dynatrace.com.example/platform/ingest/v1/events'],
    ['https://abc12345.live.dynatrace.com/?service=shop', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events?service=shop'], // prettier-ignore
    ['https://abc12345.live.dynatrace.com/#hash', 'https://abc12345.live.dynatrace.com/platform/ingest/v1/events'],
  ])('of an environment becomes that of its endpoint: %s', (url, expected) => {
    expect(ingestUrl(url)).toBe(expected)
  })

  it.each([
    'https://abc12345.live.dynatrace.com/platform/ingest/v1/events',
    'https://abc12345.live.dynatrace.com/platform/ingest/custom/events/mine',
    'https://gateway.example/dt/platform/ingest/v1/security.events?a=b',
  ])('is kept where it is complete: %s', (url) => {
    expect(ingestUrl(url)).toBe(url)
    expect(ingestUrl(url.replace(/(\?.*)?$/, '/$1'))).toBe(url)
  })

  it.each([
    'http://localhost:8080',
    'http://127.0.0.1:9999',
    'http://127.8.9.10',
    'http://[::1]:8080',
    'http://receiver.localhost',
  ])('may be plain http to this machine: %s', (url) => {
    expect(ingestUrl(url)).toBe(`${url}/platform/ingest/v1/events`)
  })

  it.each([
    'http://abc12345.live.dynatrace.com',
    'http://10.0.0.1',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://0.0.0.0',
    'http://[::2]',
  ])('may not be plain http to another, unless that is said: %s', (url) => {
    expect(problemWith({ url })).toBe(
      'test: url must start with https://; plain http is accepted to this machine only, or with allowInsecure: true',
    )
    expect(ingestUrl(url, { allowInsecure: true })).toBe(`${url}/platform/ingest/v1/events`)
  })

  it.each([
    ['abc12345.live.dynatrace.com', '"abc12345.live.dynatrace.com"'],
    ['https://', '"https://"'],
    ['https://a b', '"https://a b"'],
    ['localhost:8080', '"localhost:8080"'],
    ['nonsense', '"nonsense"'],
  ])('that is none is refused with an example: %s', (url, shown) => {
    expect(problemWith({ url })).toBe(
      `test: url must be a URL such as https://abc12345.live.dynatrace.com, got ${shown}`,
    )
  })

  it('of another protocol is refused', () => {
    expect(problemWith({ url: 'ftp://a.example' })).toBe('test: url must start with https://, got ftp://')
  })

  it.each([5, true, {}, ['https://a.example']])('that is no string is refused: %j', (url) => {
    expect(problemWith({ url })).toContain('url must be a string, got')
  })

  it.each([[{}], [{ url: undefined }], [{ url: null }], [{ url: '' }], [{ url: ' \n' }]])(
    'that is missing is said so: %j',
    (options) => {
      const text = problemOf({ token: TOKEN_OK, ...options })
      expect(text).toContain("test: url is missing; set it to your environment's URL")
      expect(text).toContain('OPENPIPELINE_URL')
    },
  )
})

describe('a secret in the url', () => {
  it.each([
    'https://user:hunter2secret@abc12345.live.dynatrace.com',
    'https://hunter2secret@abc12345.live.dynatrace.com',
    'https://abc12345.live.dynatrace.com/?api-token=hunter2secret',
    'https://abc12345.live.dynatrace.com/?a=b&Api-Token=hunter2secret',
    'https://abc12345.live.dynatrace.com/platform/ingest/v1/events?api-token=hunter2secret',
    'https://user:hunter2secret@not a host',
    'https://user:hunter2secret@exa@mple:port',
    'abc12345.live.dynatrace.com/?api-token=hunter2secret',
    'abc12345.live.dynatrace.com/#api-token=hunter2secret',
  ])('is refused and not shown: %s', (url) => {
    expect(problemWith({ url })).not.toContain('hunter2')
    expect(problemOf({ token: TOKEN_OK }, { DT_API_URL: url })).not.toContain('hunter2')
  })

  it('is not shown either where the token stands in its place', () => {
    expect(problemOf({ url: TOKEN_OK, token: URL_OK })).not.toContain(TOKEN_OK.slice(32))
  })
})

describe('the url from the environment', () => {
  const variables = ['OPENPIPELINE_URL', 'DT_ENVIRONMENT_URL', 'DYNATRACE_ENV_URL', 'DT_API_URL', 'DT_ENDPOINT']

  it.each(variables.map((name, index) => [name, variables.slice(index)] as const))(
    'is %s where those before it are not set',
    (name, others) => {
      const environment = Object.fromEntries(others.map((other) => [other, `https://${other.toLowerCase().replaceAll('_', '-')}.example`])) // prettier-ignore
      const { ingestUrl: url } = resolve({ url: undefined }, environment)
      expect(url).toBe(`https://${name.toLowerCase().replaceAll('_', '-')}.example/platform/ingest/v1/events`)
    },
  )

  it('gives way to the option, and a blank one to the next', () => {
    expect(resolve({ url: 'https://option.example' }, { OPENPIPELINE_URL: 'https://a.example' }).ingestUrl).toContain('option.example') // prettier-ignore
    const environment = { OPENPIPELINE_URL: ' ', DT_API_URL: 'https://second.example/api' }
    expect(resolve({ url: '' }, environment).ingestUrl).toBe('https://second.example/platform/ingest/v1/events')
  })

  it('is named where it is wrong', () => {
    expect(problemOf({ token: TOKEN_OK }, { DT_API_URL: 'nonsense' })).toContain('url (from DT_API_URL) must be a URL')
  })
})

describe('the endpoint', () => {
  it.each([
    ['events', '/platform/ingest/v1/events'],
    ['events.sdlc', '/platform/ingest/v1/events.sdlc'],
    ['security.events', '/platform/ingest/v1/security.events'],
    [{ custom: 'mine' }, '/platform/ingest/custom/events/mine'],
    [{ custom: 'My.2nd.Endpoint', kind: 'events.sdlc' }, '/platform/ingest/custom/events.sdlc/My.2nd.Endpoint'],
    [{ custom: 'm', kind: 'security.events' }, '/platform/ingest/custom/security.events/m'],
  ])('%j has its path', (endpoint, path) => {
    expect(ingestUrl(URL_OK, { endpoint })).toBe(URL_OK + path)
    expect(ingestUrl(URL_OK + path, { endpoint }), 'also where the url is complete').toBe(URL_OK + path)
  })

  it.each(['', '1st', '.a', 'a.', 'a..b', 'a-b', 'a_b', 'a/b', 'a b', '../x', 'ä', 5])(
    'has a custom name by the rule of the service, and %j is none',
    (custom) => {
      expect(problemWith({ endpoint: { custom } })).toContain(
        'endpoint.custom must be a name that starts with a letter and holds letters, digits and single dots, got',
      )
    },
  )

  it('must have its custom name', () => {
    expect(problemWith({ endpoint: { kind: 'events' } })).toContain('endpoint.custom is missing; give the name')
  })

  it.each(['logs', '', 5, true, ['events']])('is refused where it is none: %j', (endpoint) => {
    expect(problemWith({ endpoint })).toContain(
      "endpoint must be 'events', 'events.sdlc', 'security.events' or { custom: 'name' }, got",
    )
  })

  it('is refused with a wrong kind, and with a key that is none', () => {
    expect(problemWith({ endpoint: { custom: 'a', kind: 'logs' } })).toContain("endpoint.kind must be 'events' or")
    expect(problemWith({ endpoint: { custm: 'a' } })).toContain('endpoint.custm is not an option; did you mean endpoint.custom?') // prettier-ignore
  })

  it('may not contradict a complete url', () => {
    expect(problemWith({ url: `${URL_OK}/platform/ingest/v1/events`, endpoint: 'security.events' })).toBe(
      'test: url is complete (/platform/ingest/v1/events) and endpoint names another path (/platform/ingest/v1/security.events); give one of the two',
    )
  })
})

describe('allowInsecure', () => {
  it.each(['yes', 1, {}])('is true or false, and not %j', (allowInsecure) => {
    expect(problemWith({ allowInsecure })).toContain('allowInsecure must be true or false, got')
  })
})
