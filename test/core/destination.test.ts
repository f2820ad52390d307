import { describe, expect, it } from 'vitest'
import { describeDestination } from '../../packages/core/src/destination.ts'
import { TOKEN_OK, URL_OK } from './options/resolve.ts'

const secret = TOKEN_OK.slice(32)

describe('a destination', () => {
  it('is the complete URL and the public part of the token, with the options they come from', () => {
    expect(describeDestination({ url: 'https://abc.apps.dynatrace.com/?a=b', token: TOKEN_OK }, {})).toEqual({
      url: 'https://abc.live.dynatrace.com/platform/ingest/v1/events',
      urlFrom: 'url',
      token: 'dt0c01.ST2EY72KQINMH574WMNVI7YN.… (classic access token)',
      tokenFrom: 'token',
    })
  })

  it('names the variables where the options are silent', () => {
    const environment = {
      DT_API_URL: URL_OK,
      OPENPIPELINE_TOKEN: ' ',
      DT_PLATFORM_TOKEN: 'dt0s16.ABCDEFGH.0123456789ABCDEF0123',
    }
    expect(describeDestination({}, environment)).toMatchObject({
      urlFrom: 'DT_API_URL',
      token: 'dt0s16.ABCDEFGH.… (platform token)',
      tokenFrom: 'DT_PLATFORM_TOKEN',
    })
    expect(describeDestination({ url: ' ' }, environment)).toMatchObject({ urlFrom: 'DT_API_URL' })
  })

  it('shows the proxy without its credentials', () => {
    const options = { url: URL_OK, token: TOKEN_OK, proxy: 'http://me:hunter2@p.example:3128' }
    expect(describeDestination(options, {}).proxy).toBe('http://p.example:3128')
  })

  it.each<[object | string | (() => string), string]>([
    ['eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIwIn0000.c2ln', 'eyJ… (bearer token)'],
    ['hunter2hunter2hunter2', 'bearer token'],
    ['dt0c01.short', 'classic access token'],
    [{ file: '/run/token' }, 'read from the file /run/token'],
    [{ module: 'm', export: 'e' }, 'from e of the module m'],
    [() => 'hunter2', 'from a function'],
    [{ oauth: { clientId: 'i', clientSecret: 'hunter2' } }, 'fetched for an OAuth client from sso.dynatrace.com'],
  ])('says of the token what may be said: %j', (token, text) => {
    // prettier-ignore
    const destination = describeDestination({ url: URL_OK, token: token as string }, {})
    expect(destination.token).toBe(text)
    expect(JSON.stringify(destination)).not.toMatch(/hunter2|0123456789/)
  })

  it('is refused like the options themselves, without the token', () => {
    const describeWrong = (): unknown => describeDestination({ url: 'nonsense', token: TOKEN_OK }, {})
    expect(describeWrong).toThrow('url must be a URL such as')
    expect(describeWrong).not.toThrow(secret)
  })
})
