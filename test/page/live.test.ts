/** The page at `/` in a real browser: what it shows as it happens, and what a developer does with it. */
import { describe, expect } from 'vitest'
import { post } from '../receiver/post.ts'
import { it, rowsOf, toSay } from './browser.ts'

const hourMs = 3_600_000

const failure = {
  content: 'charge failed',
  loglevel: 'ERROR',
  'order.id': 42,
  'exception.type': 'TypeError',
  'exception.message': 'no total',
  'exception.stack_trace': 'TypeError: no total\n    at charge (/app/pay.js:4:2)\n    at run (node:internal/x:1:1)',
  'exception.cause.type': 'Error',
  'exception.cause.message': 'ETIMEDOUT',
}

describe('events', () => {
  it('appear as they arrive, and those from before are there at once', async ({ live }) => {
    const receiver = await live.receive()
    await post(receiver.url, [{ content: 'from before', loglevel: 'INFO', 'service.name': 'shop' }])
    const page = await live.open(receiver)
    const rows = rowsOf(page)
    await toSay(rows.first(), /from before.*service\.name=shop/)
    await post(receiver.url, failure)
    await toSay(rows.nth(1), /ERROR.*charge failed.*exception\.type=TypeError/)
    await toSay(page.locator('#stats'), /^2 stored · \d/)
    await toSay(page.locator('#tab-events'), 'Events 2')
    expect(receiver.requests).toHaveLength(2)
    // Neither the page's requests nor its connections are counted.
    expect(receiver.stats().connections).toBe(1)
  })

  it('are counted by the second', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    await post(receiver.url, [failure, failure, { timestamp: 0 }])
    await toSay(page.locator('#rate-peak'), /peak 3$/)
    await expect.poll(() => page.locator('#bars-dropped').getAttribute('d')).not.toBe('')
    expect(await page.locator('#chart').getAttribute('aria-label')).toMatch(/in the last minute: now \d, at most 3/)
  })

  it('that the service would drop or correct say so, and why', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    const sent = Date.now() * 1e6
    await post(receiver.url, [
      { content: 'ahead', timestamp: sent },
      { content: 'old', timestamp: Date.now() - 30 * hourMs },
    ])
    const rows = rowsOf(page)
    await toSay(rows.nth(0), /corrected.*ahead/)
    await toSay(rows.nth(1), /dropped.*old/)
    await rows.nth(1).click()
    await toSay(page.locator('.notice'), /Dropped after 202.*30\.0 h old/)
    await rows.nth(0).click()
    await toSay(
      page.locator('.notice'),
      new RegExp(`Corrected.*not understood.*Sent was ${sent}, stored is \\d{13}\\.`),
    )
    await page.getByRole('button', { name: /^Dropped 1/ }).click()
    await expect.poll(() => rows.count()).toBe(1)
    await toSay(rows, /old/)
  })

  it('are shown in full: exception with its cause, attributes, JSON to copy', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    await post(receiver.url, failure, { path: '/platform/ingest/v1/events?stage=dev' })
    await rowsOf(page).first().click()
    const detail = page.locator('#detail')
    await toSay(detail.locator('.title').first(), 'TypeError: no total')
    await toSay(detail.locator('.title').nth(1), 'caused by Error: ETIMEDOUT')
    expect(await detail.locator('.frame').allTextContents()).toEqual([
      'at charge (/app/pay.js:4:2)',
      'at run (node:internal/x:1:1)',
    ])
    expect(await detail.locator('.frame.library').count()).toBe(1)
    const table = page.getByRole('table', { name: 'Attributes' })
    await toSay(table, /order\.id42.*stagedev/)
    await page.getByRole('button', { name: 'Copy JSON' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied: unknown = JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()'))
    expect(copied).toEqual(receiver.events[0])
  })
})

describe('the filter', () => {
  it('takes levels, text and attributes, and tells how many of how many are shown', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    const orders = Array.from({ length: 20 }, (_, n) => ({
      content: `order ${n}`,
      loglevel: n % 4 === 0 ? 'WARN' : 'INFO',
      n,
    }))
    await post(receiver.url, [...orders, failure])
    const rows = rowsOf(page)
    const filter = page.getByLabel('Filter', { exact: true })
    await expect.poll(() => rows.count()).toBe(21)
    await page.getByRole('button', { name: /^Warn 5/ }).click()
    await expect.poll(() => rows.count()).toBe(5)
    await page.getByRole('button', { name: /^Error 1/ }).click()
    await toSay(page.locator('#shown'), '6 of 21')
    await filter.fill('ORDER -charge n:>=8')
    await toSay(page.locator('#shown'), '3 of 21')
    await post(receiver.url, [
      { content: 'order 21', loglevel: 'WARN', n: 21 },
      { content: 'other', loglevel: 'WARN' },
    ])
    await toSay(page.locator('#shown'), '4 of 23')
    await filter.fill('order.id:42')
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining('charge failed')])
    await filter.fill('nothing like this')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await expect.poll(() => rows.count()).toBe(23)
  })

  it('is made of a value in the detail with one click', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    await post(receiver.url, [failure, { content: 'fine', note: 'two "quoted" words' }])
    await rowsOf(page).nth(1).click()
    await page.getByRole('button', { name: 'Show only what has this note' }).click()
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    expect(await page.getByLabel('Filter', { exact: true }).inputValue()).toBe('note:"two \\"quoted\\" words"')
  })
})

describe('requests', () => {
  it('are listed with answer, events, size and duration, filtered, and shown without secrets', async ({ live }) => {
    const receiver = await live.receive({ token: 'dt0c01.PUBLIC.SECRET' })
    const headers = { authorization: 'Api-Token dt0c01.PUBLIC.SECRET' }
    await post(receiver.url, [failure, failure], { headers })
    const page = await live.open(receiver)
    await page.getByRole('tab', { name: /Requests/ }).click()
    await post(receiver.url, 'no json', { headers })
    const rows = rowsOf(page)
    await toSay(rows.nth(0), /^\d\d:\d\d:\d\d\.\d{3}2022\d+ B[\d.]+ ms\/platform\/ingest\/v1\/events$/)
    await toSay(rows.nth(1), /4000\d B[\d.]+ msInvalid JSON.*\/platform/)
    await page.getByLabel('Filter', { exact: true }).fill('status:202')
    await expect.poll(() => rows.count()).toBe(1)
    await rows.first().click()
    await toSay(page.locator('#detail'), /Api-Token dt0c01\.PUBLIC\.\*\*\*/)
    expect(await page.content()).not.toContain('SECRET')
  })
})

describe('the keyboard', () => {
  it('reaches everything: rows, detail, filter, panes, help', async ({ live }) => {
    const receiver = await live.receive()
    await post(
      receiver.url,
      Array.from({ length: 100 }, (_, n) => ({ content: `event ${n}`, n })),
    )
    const page = await live.open(receiver)
    const press = (key: string): Promise<void> => page.keyboard.press(key)
    const selected = page.locator('.rows:visible .row[aria-selected=true]')
    await rowsOf(page).first().waitFor()
    await press('End')
    await toSay(selected, 'event 99')
    await press('ArrowUp')
    await press('k')
    await toSay(selected, 'event 97')
    const id = await selected.getAttribute('id')
    await expect.poll(() => page.locator('#events').getAttribute('aria-activedescendant')).toBe(id)
    await press('Home')
    await toSay(selected, 'event 0')
    await press('Enter')
    await toSay(page.locator('#detail-body:focus'), 'event 0')
    await press('j')
    await toSay(page.locator('#detail-body'), 'event 1')
    await press('Escape')
    await page.locator('#detail').waitFor({ state: 'hidden' })
    expect(await page.locator('#events:focus').count()).toBe(1)
    await press('/')
    await page.keyboard.type('n:7')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await press('Escape')
    await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(20)
    await press('2')
    await page.locator('#requests').waitFor()
    await press('?')
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
    await press('Escape')
    await press('1')
    await press('x')
    await toSay(page.locator('#events-empty h2'), 'Waiting for events')
  })

  it('shows where it is', async ({ live }) => {
    const page = await live.open(await live.receive())
    const invisible: string[] = []
    for (let count = 0; count < 30; count += 1) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate<string>(`{
        const { activeElement, body } = document
        const outline = getComputedStyle(activeElement).outlineStyle
        const ring = getComputedStyle(activeElement.parentElement, '::after').borderStyle
        activeElement !== body && outline === 'none' && ring !== 'solid' ? activeElement.outerHTML : ''
      }`)
      if (name !== '') invisible.push(name)
    }
    expect(invisible).toEqual([])
  })
})

describe('the fault buttons', () => {
  it('change the answers, tell what is answered, and go back', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    const send = async (body: unknown = failure): Promise<number> => (await post(receiver.url, body)).status
    const press = async (name: string, words: RegExp): Promise<void> => {
      await page.locator('#faults').getByRole('button', { name, exact: true }).click()
      await toSay(page.locator('#answering'), words)
    }
    await page.getByLabel('Retry-After of 429').selectOption('10')
    await press('429', /^Answers 429 with Retry-After 10 until set back$/)
    expect(await post(receiver.url, failure)).toMatchObject({ status: 429, headers: { 'retry-after': '10' } })
    await press('413', /^Answers 413 above 10\.0 kB$/)
    expect([await send({ content: 'x'.repeat(10_000) }), await send()]).toEqual([413, 202])
    await page.getByLabel('For how many requests').selectOption('5')
    await press('503', /^Answers 503 for 5 more requests$/)
    expect(await send()).toBe(503)
    await toSay(page.locator('#answering'), /^Answers 503 for 4 more requests$/)
    await page.getByLabel('For how many requests').selectOption('1')
    await press('Reset', /^Resets connections for 1 more request$/)
    await expect(send()).rejects.toThrow()
    await toSay(page.locator('#answering'), /^Answers as usual$/)
    await press('Hang', /^Never answers for 1 more request$/)
    const hanging = post(receiver.url, failure).catch(() => 'cut')
    await toSay(page.locator('#answering'), /^Answers as usual$/)
    await press('Normal', /^Answers as usual$/)
    expect(await send({ content: 'x'.repeat(10_000) })).toBe(202)
    await receiver.close()
    expect(await hanging).toBe('cut')
  })

  it('tell what the owner of the receiver has scripted', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    receiver.answer([{ status: 500, times: 2 }, { hang: true }])
    await toSay(page.locator('#answering'), /^Answers 500 for 2 more requests, then more of a script$/)
  })
})

describe('the look', () => {
  it('is dark or light as the system is, until the reader says otherwise, and stays so', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver, { colorScheme: 'dark' })
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await ground()).toBe('rgb(22, 24, 28)')
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await ground()).toBe('rgb(255, 255, 255)')
    await page.keyboard.press('t')
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await ground()).toBe('rgb(255, 255, 255)')
    await page.getByRole('button', { name: 'Theme: light' }).click()
    await page.reload()
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await ground()).toBe('rgb(22, 24, 28)')
  })
})
