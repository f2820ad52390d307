import { describe, expect, it } from 'vitest'
import { authorizationHeader, withAuthorization } from '../../../packages/core/src/deliver/authorize.ts'
import type { Deliver } from '../../../packages/core/src/deliver/link.ts'
import type { Outcome } from '../../../packages/core/src/deliver/outcome.ts'
import type { TokenReading } from '../../../packages/core/src/deliver/token-reading.ts'
import { TOKEN_TIMEOUT_MS } from '../../../packages/core/src/limits.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const accepted: Outcome = { status: 'accepted' }
const refused: Outcome = { status: 'held', cause: '401', isAboutToken: true }
const unavailable: Outcome = { status: 'retry', cause: '503', ambiguous: true }
const away: TokenReading = { outcome: { status: 'held', cause: 'the token file cannot be read (ENOENT)' } }

interface Rig {
  readonly clock: FakeClock
  readonly deliver: Deliver
  /** One attempt with a signal that never fires. */
  readonly attempt: () => Promise<Outcome>
  /** Tokens of the requests, in order. */
  readonly sent: string[]
  /** How often the token was read. */
  readonly reads: () => number
  readonly end: () => void
}

/** An endpoint that takes these tokens, and a source that gives what `read` gives. */
function rig(
  read: (signal: AbortSignal) => TokenReading | Promise<TokenReading>,
  post: (token: string) => Outcome,
): Rig {
  const clock = new FakeClock()
  const sent: string[] = []
  const ended = new AbortController()
  let reads = 0
  const reader = (signal: AbortSignal): Promise<TokenReading> => {
    reads++
    return Promise.resolve(read(signal))
  }
  const deliver = withAuthorization(
    ({ authorization }) => {
      const token = authorization.replace('Bearer ', '')
      sent.push(token)
      return Promise.resolve(post(token))
    },
    reader,
    clock,
    ended.signal,
  )
  const attempt = (): Promise<Outcome> => deliver(Buffer.from('[]'), new AbortController().signal)
  return { clock, deliver, attempt, sent, reads: () => reads, end: () => ended.abort() }
}

/** An endpoint that takes only this token. */
function only(token: () => string): (given: string) => Outcome {
  return (given) => (given === token() ? accepted : refused)
}

describe('the header', () => {
  it.each([
    ['dt0c01.PUBLIC.SECRET', 'Api-Token'],
    ['dt0s16.PUBLIC.SECRET', 'Bearer'],
    ['dt0s02.PUBLIC.SECRET', 'Bearer'],
    ['eyJhbGciOi.eyJzdWIi.sig', 'Bearer'],
    ['x', 'Bearer'],
    ['xdt0c01.PUBLIC.SECRET', 'Bearer'],
  ])('of %s begins with %s', (token, scheme) => {
    expect(authorizationHeader(token)).toBe(`${scheme} ${token}`)
  })
})

describe('a token that is valid for a time', () => {
  it('is read once in it, and again after it', async () => {
    const { attempt, clock, reads, sent } = rig(() => ({ token: `t${clock.now()}`, validForMs: 1000 }), () => accepted) // prettier-ignore
    await attempt()
    await clock.advance(999)
    await attempt()
    expect(reads()).toBe(1)
    await clock.advance(1)
    await attempt()
    expect(sent).toEqual(['t0', 't0', 't1000'])
  })

  it('is read once for all attempts that wait for it', async () => {
    let give: (reading: TokenReading) => void = () => undefined
    const { attempt, reads, sent } = rig(
      () => new Promise((resolve) => (give = resolve)),
      () => accepted,
    )
    const attempts = [attempt(), attempt(), attempt()]
    give({ token: 'one', validForMs: 1000 })
    expect(await Promise.all(attempts)).toEqual([accepted, accepted, accepted])
    expect(reads()).toBe(1)
    expect(sent).toEqual(['one', 'one', 'one'])
  })
})

describe('a token that is refused', () => {
  it('is read again, and the batch sent at once where it is another by now', async () => {
    let token = 'old'
    const { attempt, sent } = rig(
      () => ({ token, validForMs: Infinity }),
      only(() => token),
    )
    expect(await attempt()).toEqual(accepted)
    token = 'new'
    expect(await attempt()).toEqual(accepted)
    expect(await attempt()).toEqual(accepted)
    expect(sent).toEqual(['old', 'old', 'new', 'new'])
  })

  it('is not sent twice where it is the same', async () => {
    const { attempt, reads, sent } = rig(
      () => ({ token: 'same', validForMs: Infinity }),
      () => refused,
    )
    expect(await attempt()).toEqual(refused)
    expect(sent).toEqual(['same'])
    expect(reads()).toBe(2)
  })

  it('is one request a probe, also where every reading gives another token', async () => {
    let count = 0
    const { attempt, sent } = rig(
      () => ({ token: `t${++count}`, validForMs: 240_000 }),
      () => refused,
    )
    await attempt()
    expect(sent).toEqual(['t1', 't2'])
    for (let probe = 0; probe < 5; probe++) await attempt()
    expect(sent.slice(2)).toEqual(['t3', 't4', 't5', 't6', 't7'])
  })

  it('is read afresh for each probe, and used on once it is taken', async () => {
    let token = 'old'
    const { attempt, reads, sent } = rig(
      () => ({ token, validForMs: Infinity }),
      only(() => 'new'),
    )
    await attempt()
    await attempt()
    token = 'new'
    expect(await attempt()).toEqual(accepted)
    expect(sent).toEqual(['old', 'old', 'new'])
    const before = reads()
    await attempt()
    expect(reads()).toBe(before)
  })

  it('is renewed once for all attempts that were refused with it', async () => {
    let count = 0
    const { attempt, reads, sent } = rig(
      () => ({ token: `t${++count}`, validForMs: Infinity }),
      only(() => 't2'),
    )
    const outcomes = await Promise.all([attempt(), attempt(), attempt(), attempt()])
    expect(outcomes).toEqual([accepted, accepted, accepted, accepted])
    expect(reads()).toBe(2)
    expect(sent.toSorted()).toEqual(['t1', 't1', 't1', 't1', 't2', 't2', 't2', 't2'])
  })

  it('is not confused with one that is being used already', async () => {
    // The answer to the old token comes when the new one has been taken.
    let count = 0
    let late: (outcome: Outcome) => void = () => undefined
    const clock = new FakeClock()
    const sent: string[] = []
    const deliver = withAuthorization(
      ({ authorization }) => {
        sent.push(authorization)
        if (sent.length === 1) return new Promise((resolve) => (late = resolve))
        return Promise.resolve(authorization === 'Bearer t1' ? refused : accepted)
      },
      () => Promise.resolve({ token: `t${++count}`, validForMs: Infinity }),
      clock,
      new AbortController().signal,
    )
    const attempt = (): Promise<Outcome> => deliver(Buffer.from('[]'), new AbortController().signal)
    const first = attempt()
    await clock.advance(0)
    expect(await attempt()).toEqual(accepted)
    late(refused)
    expect(await first).toEqual(accepted)
    expect(sent).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2'])
    expect(count).toBe(2)
  })

  it('keeps its outcome where none can be read meanwhile, and says why', async () => {
    let reading: TokenReading = { token: 'old', validForMs: Infinity }
    const { attempt, sent } = rig(
      () => reading,
      only(() => 'new'),
    )
    reading = { token: 'old', validForMs: Infinity }
    await attempt()
    reading = away
    expect(await attempt()).toEqual(away.outcome)
    reading = { token: 'new', validForMs: Infinity }
    expect(await attempt()).toEqual(accepted)
    expect(sent).toEqual(['old', 'new'])
  })

  it('does not become right by a failure that says nothing about it', async () => {
    const outcomes = [refused, unavailable, refused, accepted]
    let count = 0
    const { attempt, sent } = rig(
      () => ({ token: `t${++count}`, validForMs: 0 }),
      () => outcomes.shift() ?? accepted,
    )
    for (let n = 0; n < 3; n++) await attempt()
    expect(sent).toEqual(['t1', 't2', 't3', 't4'])
  })
})

describe('a reading that fails', () => {
  it('is the outcome where there is no token yet, and is made again for the next attempt', async () => {
    let reading: TokenReading = away
    const { attempt, sent } = rig(
      () => reading,
      () => accepted,
    )
    expect(await attempt()).toEqual(away.outcome)
    expect(await attempt()).toEqual(away.outcome)
    expect(sent).toEqual([])
    reading = { token: 'one', validForMs: 0 }
    expect(await attempt()).toEqual(accepted)
  })

  it('does not stop what still works, and is made again after a while', async () => {
    let reading: TokenReading = { token: 'old', validForMs: 1000 }
    const { attempt, clock, reads, sent } = rig(
      () => reading,
      () => accepted,
    )
    await attempt()
    reading = away
    await clock.advance(1000)
    await attempt()
    await clock.advance(9000)
    await attempt()
    expect(sent).toEqual(['old', 'old', 'old'])
    expect(reads()).toBe(2)
    reading = { token: 'new', validForMs: 1000 }
    await clock.advance(1000)
    await attempt()
    expect(sent.at(-1)).toBe('new')
  })

  it('that never ends is given up, and made again for the next attempt', async () => {
    let signals: AbortSignal[] = []
    let isHanging = true
    const { attempt, clock, sent } = rig(
      (signal) => {
        signals = [...signals, signal]
        return isHanging ? new Promise<TokenReading>(() => undefined) : { token: 'one', validForMs: 0 }
      },
      () => accepted,
    )
    const hanging = attempt()
    await clock.advance(TOKEN_TIMEOUT_MS)
    expect(await hanging).toEqual({ status: 'retry', cause: 'no token within 10000 ms from where it is kept', ambiguous: false }) // prettier-ignore
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    isHanging = false
    expect(await attempt()).toEqual(accepted)
    expect(sent).toEqual(['one'])
  })

  it('does not hold up an attempt that is given up, and goes on for the others', async () => {
    let give: (reading: TokenReading) => void = () => undefined
    const { attempt, deliver, reads } = rig(
      () => new Promise((resolve) => (give = resolve)),
      () => accepted,
    )
    const abort = new AbortController()
    const given = deliver(Buffer.from('[]'), abort.signal)
    const other = attempt()
    abort.abort()
    expect(await given).toMatchObject({ status: 'retry', ambiguous: false })
    expect(await deliver(Buffer.from('[]'), abort.signal)).toMatchObject({ status: 'retry', ambiguous: false })
    give({ token: 'one', validForMs: 0 })
    expect(await other).toEqual(accepted)
    expect(reads()).toBe(1)
  })

  it('ends with delivery', async () => {
    let signal: AbortSignal | undefined
    const { attempt, end } = rig((given) => {
      signal = given
      return new Promise(() => undefined)
    }, () => accepted) // prettier-ignore
    const hanging = attempt()
    end()
    expect(await hanging).toMatchObject({ status: 'retry' })
    expect(signal?.aborted).toBe(true)
  })
})
