import { describe, expect, it } from 'vitest'
import { fromAnswer } from '../../../packages/core/src/deliver/outcome.ts'
import type { Answer, Outcome } from '../../../packages/core/src/deliver/outcome.ts'

function outcomeOf(status: number, others: Partial<Answer> = {}): Outcome {
  return fromAnswer({
    status,
    contentType: '',
    location: '',
    detail: '',
    text: '',
    isErrorEnvelope: false,
    retryAfterMs: undefined,
    sentBytes: 1000,
    ...others,
  })
}

/** design.md section 5 and every row of its table in reliability.md that is an answer. */
const table: Readonly<Record<Outcome['status'], readonly number[]>> = {
  accepted: [202, 200, 201, 203, 204, 205, 206, 207],
  held: [300, 301, 302, 303, 304, 307, 308, 401, 403, 404, 405, 407, 410, 415, 426, 431, 501, 505, 511],
  rejected: [400, 422],
  'too-large': [413],
  retry: [402, 406, 408, 409, 411, 412, 414, 416, 417, 418, 421, 423, 424, 425, 428, 429, 451, 499, 500, 502, 503, 504, 506, 507, 508, 510, 520, 521, 522, 523, 524, 525, 526, 529, 530, 598, 599], // prettier-ignore
}

describe('an answer', () => {
  it.each(Object.entries(table).flatMap(([outcome, statuses]) => statuses.map((status) => [status, outcome])))(
    'with %i is %s',
    (status, outcome) => {
      expect(outcomeOf(Number(status)).status).toBe(outcome)
    },
  )

  it('has an outcome for every status there may be', () => {
    for (let status = 200; status <= 999; status++) expect(Object.keys(table)).toContain(outcomeOf(status).status)
  })

  it('with 202 is accepted without a word, whatever else it says', () => {
    expect(outcomeOf(202, { contentType: 'text/html', isErrorEnvelope: true })).toEqual({ status: 'accepted' })
  })

  it.each([200, 201, 204])('with %i is accepted with a warning', (status) => {
    const warning = `answered ${status} where the service documents 202`
    expect(outcomeOf(status, { contentType: 'application/json' })).toEqual({ status: 'accepted', warning })
  })

  it('with 2xx and a page is held: a log-in page or a proxy, and nothing was stored', () => {
    expect(outcomeOf(200, { contentType: 'text/html; charset=utf-8' })).toMatchObject({ status: 'held', cause: expect.stringContaining('check the url') }) // prettier-ignore
    expect(outcomeOf(200, { contentType: 'application/xhtml+xml' })).toMatchObject({ status: 'held' })
  })

  it('with 2xx and an error in it is held', () => {
    expect(outcomeOf(200, { isErrorEnvelope: true, detail: 'no' })).toMatchObject({ status: 'held', cause: expect.stringContaining('200 (no)') }) // prettier-ignore
  })

  it('with a redirect names the host it leads to, and nothing else of it', () => {
    const location = 'https://login.example:8443/path?token=secret'
    expect(outcomeOf(302, { location })).toEqual({
      status: 'held',
      cause: '302: a redirect to login.example:8443, which is never followed; set url to the right host',
    })
    expect(outcomeOf(307, { location: '/relative?secret' })).toEqual({
      status: 'held',
      cause: '307: a redirect, which is never followed; set url to the right host',
    })
  })

  it.each([
    [401, 'token'],
    [403, 'openpipeline.events'],
    [404, 'host'],
    [405, 'url'],
    [407, 'proxy'],
    [410, 'url'],
    [415, 'url'],
    [426, 'url'],
    [431, 'token'],
    [501, 'url'],
    [505, 'url'],
    [511, 'captive portal'],
  ])('with %i is held and says what to look at: %s', (status, remedy) => {
    expect(outcomeOf(status, { detail: 'the reason' })).toMatchObject({
      status: 'held',
      cause: expect.stringMatching(new RegExp(`^${status} \\(the reason\\): .*${remedy}`)),
    })
  })

  it('with 431 is about the body only where that is over 1 MiB', () => {
    expect(outcomeOf(431, { sentBytes: 1_048_576 })).toMatchObject({ status: 'held' })
    expect(outcomeOf(431, { sentBytes: 1_048_577 })).toMatchObject({ status: 'too-large' })
  })

  it.each([408, 429, 500, 503, 401])('with %i is not about the size, however large the body is', (status) => {
    expect(outcomeOf(status, { sentBytes: 9_000_000 }).status).toBe(outcomeOf(status).status)
  })

  it('is about requests that come too early with 429 only', () => {
    for (let status = 200; status <= 599; status++) {
      const outcome = outcomeOf(status)
      expect('isTooEarly' in outcome && outcome.isTooEarly, `${status}`).toBe(status === 429)
    }
  })

  it.each([413, 429, 500, 503, 409])('with %i hands on how long the server asks to wait', (status) => {
    expect(outcomeOf(status, { retryAfterMs: 7000 })).toMatchObject({ afterMs: 7000 })
    expect(outcomeOf(status)).not.toHaveProperty('afterMs')
  })

  it.each([400, 401, 302])('with %i waits for no time the server names', (status) => {
    expect(outcomeOf(status, { retryAfterMs: 7000 })).not.toHaveProperty('afterMs')
  })

  it('may have stored the events when the server failed, and not when it refused', () => {
    for (const status of [500, 502, 503, 504, 599]) expect(outcomeOf(status)).toMatchObject({ ambiguous: true })
    for (const status of [408, 425, 429, 409]) expect(outcomeOf(status)).toMatchObject({ ambiguous: false })
  })

  it('is laid on the connection first with 408, 421 and 425 only', () => {
    for (let status = 200; status <= 599; status++) {
      const outcome = outcomeOf(status)
      expect('stale' in outcome && outcome.stale, `${status}`).toBe([408, 421, 425].includes(status))
    }
  })

  it('that nobody documented is laid on the events after three failures, so that it blocks nothing for ever', () => {
    for (const status of [402, 409, 417, 418, 423, 451]) {
      expect(outcomeOf(status)).toMatchObject({ escalation: { afterFailures: 3, to: 'isolate' } })
    }
  })

  it('with 500 is laid on the events after six failures, where others pass', () => {
    expect(outcomeOf(500)).toMatchObject({ escalation: { afterFailures: 6, to: 'isolate-if-others-pass' } })
  })

  it.each([408, 421, 425, 429, 502, 503, 504, 507, 529])('with %i is never laid on the events', (status) => {
    expect(outcomeOf(status)).not.toHaveProperty('escalation')
  })

  it('is told with its detail where it has one', () => {
    const detailed = outcomeOf(400, { detail: 'event 5 is bad' })
    expect(detailed).toMatchObject({ status: 'rejected', verdict: { cause: '400 (event 5 is bad)', status: 400 } })
    expect(outcomeOf(400)).toMatchObject({ status: 'rejected', verdict: { cause: '400', status: 400 } })
    expect(outcomeOf(503, { detail: 'busy' })).toMatchObject({ cause: '503 (busy)' })
  })

  it.each([400, 422])('with %i is by the service itself only where it has the error envelope', (status) => {
    expect(outcomeOf(status, { isErrorEnvelope: true })).toMatchObject({ isByService: true })
    expect(outcomeOf(status)).toMatchObject({ isByService: false })
    expect(outcomeOf(status, { contentType: 'text/html' })).toMatchObject({ isByService: false })
  })

  it('with a page is told with its title', () => {
    const text =
      '<html><head><title> 400 No required SSL certificate was sent </title></head><body>much more</body></html>'
    const cause = '400 (400 No required SSL certificate was sent)'
    expect(outcomeOf(400, { contentType: 'text/html; charset=utf-8', text })).toMatchObject({ verdict: { cause } })
    expect(outcomeOf(400, { contentType: 'text/plain', text })).toMatchObject({ verdict: { cause: '400' } })
    expect(outcomeOf(400, { contentType: 'text/html', text: '<p>no title' })).toMatchObject({
      verdict: { cause: '400' },
    })
    expect(outcomeOf(502, { contentType: 'text/html', text: '<TITLE>Bad Gateway</TITLE>' })).toMatchObject({ cause: '502 (Bad Gateway)' }) // prettier-ignore
  })

  it.each([400, 422, 413])('with %i hands on its text, to be kept beside the event', (status) => {
    expect(outcomeOf(status, { text: 'the answer' })).toMatchObject({ verdict: { status, answer: 'the answer' } })
  })

  it('may be mended by another token only with 401 and 403, and by an uncompressed body with 415', () => {
    for (let status = 200; status <= 599; status++) {
      const outcome = outcomeOf(status)
      expect('isAboutToken' in outcome && outcome.isAboutToken, `${status}`).toBe(status === 401 || status === 403)
      expect('isAboutEncoding' in outcome && outcome.isAboutEncoding, `${status}`).toBe(status === 415)
    }
  })
})
