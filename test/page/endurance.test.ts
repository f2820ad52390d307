/** What the page must stand: many events, a receiver that goes away, and text that wants to be a program. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, onTestFinished } from 'vitest'
import { post } from '../receiver/post.ts'
import { it, rowsOf, toSay } from './browser.ts'

describe('100,000 events', () => {
  it('leave the page responsive while they arrive and are searched, and are there after a reload', async ({ live }) => {
    const receiver = await live.receive({ maxEvents: 120_000 })
    const page = await live.open(receiver)
    // The longest pause of the page's only thread since it was last asked.
    await page.evaluate(`
      globalThis.longest = 0
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration)
      }).observe({ type: 'longtask' })`)
    for (let sent = 0; sent < 105_000; sent += 2500) {
      await post(
        receiver.url,
        Array.from({ length: 2500 }, (_, n) => eventOf(sent + n)),
      )
    }
    await toSay(page.locator('#tab-events'), '105,000')
    const rows = rowsOf(page)
    await toSay(rows.last(), 'order 104999')
    expect(await rows.count()).toBeLessThan(100)
    await page.getByLabel('Filter', { exact: true }).fill('user:u7 order')
    // As many as the page keeps; older ones it has forgotten.
    await toSay(page.locator('#shown'), /^1,000 of 100,000$/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Home')
    await toSay(page.locator('.rows:visible .row[aria-selected=true]'), 'order 5000')
    expect(await page.evaluate('globalThis.longest')).toBeLessThan(250)
    await page.reload()
    await toSay(rows.last(), 'order 104999')
    await page.keyboard.press('Home')
    await toSay(page.locator('.rows:visible .row[aria-selected=true]'), 'order 5000')
  })
})

describe('a receiver that is started again', () => {
  it('is found again, and what the page had stays', async ({ live }) => {
    const first = await startReceiver()
    onTestFinished(() => first.close())
    const page = await live.open(first)
    await post(first.url, { content: 'before' })
    await toSay(rowsOf(page).first(), 'before')
    await first.close()
    await page.getByText('Reconnecting…').waitFor()
    const second = await live.receive({ port: Number(new URL(first.url).port) })
    await post(second.url, { content: 'after' })
    await page.getByText('Live', { exact: true }).waitFor()
    await toSay(rowsOf(page).nth(1), /^The receiver was started again, \d\d:/)
    await toSay(rowsOf(page).nth(2), 'after')
    expect(await rowsOf(page).count()).toBe(3)
  })
})

describe('hostile text', () => {
  const attack = `"'><script>document.title='owned'</script><img src=x onerror="document.title='owned'">{{7*7}}\u202e\u001b[31m`

  it('stays text in rows, detail, filter and requests', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    const event = {
      content: attack,
      loglevel: attack,
      [attack]: attack,
      ['__proto__']: attack,
      nested: { [attack]: [attack] },
      'exception.type': attack,
      'exception.stack_trace': `${attack}\n    at ${attack}`,
      timestamp: attack,
    }
    await post(receiver.url, event, { headers: { 'user-agent': attack.replace(/[^ -~]/g, '') } })
    await toSay(rowsOf(page).first(), /corrected.*<script>.*<img src=x onerror/)
    await rowsOf(page).first().click()
    await toSay(page.locator('#detail-body'), /Sent was "'><script>/)
    await page.locator('.only').nth(2).click()
    await page.keyboard.press('2')
    await rowsOf(page).first().click()
    await toSay(page.locator('#detail-body'), /user-agent"'><script>/)
    expect(await page.locator('img, body script:not(:last-child)').count()).toBe(0)
    expect(await page.title()).toBe('OpenPipeline receiver')
  })

  it('may be huge, many or deep, and the page still shows it', async ({ live }) => {
    const receiver = await live.receive()
    const page = await live.open(receiver)
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`key${n}`, n]))
    const deep = `{"content":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    await post(receiver.url, { ...many, content: 'x'.repeat(8_000_000) })
    await post(receiver.url, deep)
    await post(receiver.url, { content: 'last' })
    await toSay(rowsOf(page).nth(2), 'last')
    await rowsOf(page).nth(0).click()
    await toSay(page.locator('#detail-body'), /x… \(7,900,000 more characters.*19,001 more in the JSON/s)
    await rowsOf(page).nth(1).click()
    await toSay(page.locator('#detail-body .content'), /nested too deeply/)
  })

  it('could do nothing even as markup: the policy stops scripts, styles and loads', async ({ live }) => {
    const page = await live.open(await live.receive())
    const attempt = page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')`)
    await expect(attempt).rejects.toThrow('TrustedHTML')
    await expect(page.evaluate(`fetch('http://127.0.0.1:9/')`)).rejects.toThrow()
    expect(live.errors.splice(0).join()).toMatch(/requires 'TrustedHTML'.*directive: "connect-src 'self'"/)
  })
})

describe('axe-core', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const events = [
    { content: 'fine', loglevel: 'INFO', n: 1 },
    { content: 'careful', loglevel: 'WARN' },
    { content: 'failed', loglevel: 'ERROR', 'exception.type': 'E', 'exception.stack_trace': 'E\n at node:x' },
    { content: 'details', loglevel: 'DEBUG' },
    { content: 'old', timestamp: 0 },
    { content: 'ahead', timestamp: Date.now() * 1e6 },
  ]

  it.for(['light', 'dark'] as const)('finds nothing to complain about when it is %s', async (colorScheme, { live }) => {
    const receiver = await live.receive()
    // Its own styles and markup would be stopped.
    const page = await live.open(receiver, { colorScheme, bypassCSP: true, viewport: { width: 1280, height: 800 } })
    await page.evaluate(axe)
    const complaints = (): Promise<unknown> =>
      page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]))`,
      )
    expect(await complaints()).toEqual([])
    await post(receiver.url, events)
    await rowsOf(page).nth(2).click()
    await page.getByRole('button', { name: /^Warn 1/ }).hover()
    expect(await complaints()).toEqual([])
    await page.keyboard.press('2')
    await page.locator('[data-fault=throttle]').click()
    await toSay(page.locator('#answering'), '429')
    await rowsOf(page).first().click()
    expect(await complaints()).toEqual([])
    await page.keyboard.press('?')
    await page.setViewportSize({ width: 420, height: 800 })
    expect(await complaints()).toEqual([])
  })
})

function eventOf(n: number): Record<string, unknown> {
  return {
    content: `order ${n} placed and paid`,
    loglevel: n % 10 === 0 ? 'WARN' : 'INFO',
    user: `u${n % 100}`,
    'service.name': 'shop',
    'event.id': `${n}`,
    note: 'a note that makes it as long as events are',
  }
}
