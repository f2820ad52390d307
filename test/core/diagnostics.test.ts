import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { DiagnosticEvent, DiagnosticsOption } from '../../packages/core/src/diagnostics.ts'
import { Diagnostics, printable, redact } from '../../packages/core/src/diagnostics.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { anyText } from './arbitraries.ts'

/** Lines written to stderr past process.stderr; they end up here instead. */
function stderr(fail = false): string[] {
  const lines: string[] = []
  const spy = vi.spyOn(fs, 'writeSync').mockImplementation((descriptor, text) => {
    expect(descriptor).toBe(2)
    if (fail) throw new Error('EAGAIN')
    lines.push(String(text))
    return String(text).length
  })
  syncBuiltinESMExports()
  onTestFinished(() => {
    spy.mockRestore()
    syncBuiltinESMExports()
  })
  return lines
}

function diagnosticsOf(option: DiagnosticsOption, listener?: (event: DiagnosticEvent) => void) {
  const clock = new FakeClock()
  return { clock, diagnostics: new Diagnostics(option, 'test-package', clock, listener) }
}

function lost(count: number, total: number, message = 'why'): DiagnosticEvent {
  return { kind: 'loss', reason: 'queue-full', count, total, message }
}

function state(name: 'open' | 'throttled' | 'held', message = 'why'): DiagnosticEvent {
  return { kind: 'state', state: name, message }
}

describe('a line on stderr', () => {
  it('is one JSON object that names the package', () => {
    const lines = stderr()
    const { diagnostics } = diagnosticsOf('stderr')
    diagnostics.tell(state('held', '401: mend the token'))
    diagnostics.tell(lost(3, 5))
    expect(lines).toEqual([
      '{"openpipeline":"test-package","kind":"state","state":"held","message":"401: mend the token"}\n',
      '{"openpipeline":"test-package","kind":"loss","reason":"queue-full","count":3,"total":5,"message":"why"}\n',
    ])
  })

  it('comes once in 30 s for each kind, and then sums what was held back', async () => {
    const lines = stderr()
    const { clock, diagnostics } = diagnosticsOf('stderr')
    for (let total = 1; total <= 30; total++) {
      diagnostics.tell(lost(1, total))
      await clock.advance(1000)
    }
    expect(lines).toHaveLength(1)
    diagnostics.tell(lost(1, 31))
    await clock.advance(30_000)
    diagnostics.tell(lost(1, 32))
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { count: 1, total: 1 },
      { count: 30, total: 31 },
      { count: 1, total: 32 },
    ])
  })

  it('comes at the close for what was held back until then, once', () => {
    const lines = stderr()
    const { diagnostics } = diagnosticsOf('stderr')
    diagnostics.tell(lost(1, 1))
    diagnostics.tell(lost(4, 5))
    diagnostics.tell(lost(2, 7))
    diagnostics.tell(state('held'))
    diagnostics.tell(state('held'))
    diagnostics.close()
    diagnostics.close()
    expect(lines.slice(2).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { kind: 'loss queue-full', more: 6 },
    ])
  })

  it('names every event that was lost exactly once, whenever it was', async () => {
    const lines = stderr()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 20_000 }))), async (losses) => { // prettier-ignore
        lines.length = 0
        const { clock, diagnostics } = diagnosticsOf('stderr')
        let total = 0
        for (const [count, ms] of losses) {
          total += count
          diagnostics.tell(lost(count, total))
          await clock.advance(ms)
        }
        diagnostics.close()
        const named = lines.map((line) => JSON.parse(line) as { count?: number; more?: number })
        expect(named.reduce((sum, { count = 0, more = 0 }) => sum + count + more, 0)).toBe(total)
      }), // prettier-ignore
      { numRuns: 50 },
    )
  })

  it('does not hold back another kind, another reason or another state', () => {
    const lines = stderr()
    const { diagnostics } = diagnosticsOf('stderr')
    const events: DiagnosticEvent[] = [
      lost(1, 1),
      { kind: 'loss', reason: 'rejected', count: 1, total: 1, message: 'm' },
      { kind: 'dead-letter', reason: 'rejected', count: 1, total: 1, message: 'm' },
      state('held'),
      state('throttled'),
      { kind: 'warning', message: 'one' },
      { kind: 'warning', message: 'two' },
    ]
    for (const event of [...events, ...events]) diagnostics.tell(event)
    expect(lines).toHaveLength(events.length)
  })

  it('is valid JSON on one line without a control character, whatever a server says', () => {
    const lines = stderr()
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ minLength: 2000, maxLength: 5000 })), (message) => {
        lines.length = 0
        diagnosticsOf('stderr').diagnostics.tell(state('held', message))
        const [line = ''] = lines
        expect(lines).toHaveLength(1)
        expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\n$/)
        expect(JSON.parse(line)).toMatchObject({ kind: 'state' })
        expect(line.length).toBeLessThan(8000)
      }),
    )
  })

  it('that cannot be written is nobody’s trouble', () => {
    stderr(true)
    const { diagnostics } = diagnosticsOf('stderr')
    diagnostics.tell(lost(1, 1))
    diagnostics.tell(lost(1, 2))
    diagnostics.close()
  })
})

describe('a listener', () => {
  it('hears all of it, in place of stderr', () => {
    const lines = stderr()
    const heard: DiagnosticEvent[] = []
    const { diagnostics } = diagnosticsOf({ onEvent: (event) => heard.push(event) })
    const events = [state('held'), lost(1, 1), lost(2, 3), { kind: 'warning', message: 'm' } as const]
    for (const event of events) diagnostics.tell(event)
    diagnostics.close()
    expect(heard).toEqual(events)
    expect(lines).toEqual([])
  })

  it('that throws stops nothing', () => {
    let calls = 0
    const onEvent = (): never => {
      calls++
      throw new Error('mine')
    }
    const { diagnostics } = diagnosticsOf({ onEvent }, onEvent)
    diagnostics.tell(lost(1, 1))
    diagnostics.tell(lost(1, 2))
    expect(calls).toBe(4)
  })

  it('of the host hears all of it, whatever the user chose', () => {
    const heard: DiagnosticEvent[] = []
    const { diagnostics } = diagnosticsOf('silent', (event) => heard.push(event))
    diagnostics.tell(lost(1, 1))
    diagnostics.tell(lost(2, 3))
    expect(heard).toEqual([lost(1, 1), lost(2, 3)])
  })
})

describe('silent', () => {
  it('writes nothing', () => {
    const lines = stderr()
    const { diagnostics } = diagnosticsOf('silent')
    diagnostics.tell(lost(1, 1))
    diagnostics.tell(lost(2, 3))
    diagnostics.close()
    expect(lines).toEqual([])
  })
})

describe('the diagnostics channels', () => {
  it.each<[string, DiagnosticEvent]>([
    ['openpipeline:state', state('held')],
    ['openpipeline:loss', lost(1, 1)],
    ['openpipeline:warning', { kind: 'warning', message: 'm' }],
    ['openpipeline:dead-letter', { kind: 'dead-letter', reason: 'rejected', count: 1, total: 1, message: 'm' }],
  ])('have all of it, whatever the option says: %s', (name, event) => {
    stderr()
    const heard: unknown[] = []
    const onMessage = (message: unknown): void => void heard.push(message)
    subscribe(name, onMessage)
    onTestFinished(() => void unsubscribe(name, onMessage))
    for (const option of ['stderr', 'silent', { onEvent: () => undefined }] as const) {
      const { diagnostics } = diagnosticsOf(option)
      diagnostics.tell(event)
      diagnostics.tell(event)
    }
    expect(heard).toEqual([event, event, event, event, event, event])
  })
})

const SECRET = 'G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM'

describe('a token in a text', () => {
  it.each([
    [`dt0c01.ST2EY72KQINMH574WMNVI7YN.${SECRET}`, 'dt0c01.ST2EY72KQINMH574WMNVI7YN.…'],
    [`dt0s16.ABCDEFGH.${SECRET}`, 'dt0s16.ABCDEFGH.…'],
    [`dt0s02.ST2EY72K.${SECRET}`, 'dt0s02.ST2EY72K.…'],
    [`Authorization: Api-Token dt0c01.ST2EY72KQINMH574WMNVI7YN.${SECRET}, no`, 'Authorization: Api-Token dt0c01.ST2EY72KQINMH574WMNVI7YN.…, no'], // prettier-ignore
    [
      `token=Api-Token%20dt0c01.ST2EY72KQINMH574WMNVI7YN.${SECRET}`,
      'token=Api-Token%20dt0c01.ST2EY72KQINMH574WMNVI7YN.…',
    ],
    [`"dt0c01.ST2EY72KQINMH574WMNVI7YN.${SECRET}"`, '"dt0c01.ST2EY72KQINMH574WMNVI7YN.…"'],
    [`dt0c01.${'A'.repeat(48)}.${SECRET}`, `dt0c01.${'A'.repeat(48)}.…`],
    ['Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', 'Bearer eyJ…'],
    ['https://a.example/?api-token=hunter2&b=1', 'https://a.example/?api-token=…&b=1'],
    ['https://a.example/?Api-Token=hunter2', 'https://a.example/?Api-Token=…'],
  ])('keeps its public part and loses its secret: %s', (text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  it('loses its secret wherever it stands, and however often', () => {
    const kind = fc.constantFrom('dt0c01', 'dt0s16', 'dt0s02')
    const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.split(''))
    const open = fc.string({ unit: letters, minLength: 8, maxLength: 24 })
    const secret = fc.string({ unit: letters, minLength: 64, maxLength: 64 })
    const around = fc.string({ maxLength: 10 })
    fc.assert(
      fc.property(fc.array(fc.tuple(around, kind, open, secret), { minLength: 1, maxLength: 3 }), (tokens) => {
        const text = tokens.map(([before, name, shown, hidden]) => `${before} ${name}.${shown}.${hidden} `).join('')
        for (const [, , , hidden] of tokens) expect(printable(text)).not.toContain(hidden.slice(0, 16))
      }),
    )
  })

  it.each(['dt0c01 is a kind of token', 'dt0c01.ABCDEFGH', 'openpipeline:events:ingest', 'a.b.c', 'eyJ'])(
    'is nothing that only looks like one: %s',
    (text) => {
      expect(redact(text)).toBe(text)
    },
  )
})

describe('printable text', () => {
  it('has a question mark in place of each control character, and keeps all others', () => {
    expect(printable('a\u001b[31mred\r\n\u0000\u0085\u2028b')).toBe('a?[31mred????' + '?b')
    expect(printable('déjà vu 漢字 😀')).toBe('déjà vu 漢字 😀')
  })
})
