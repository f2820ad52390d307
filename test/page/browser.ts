/** A headless Chromium for the page's tests: one per file, a fresh context and a receiver per test. Without one: failed in CI, else skipped. */
import { existsSync } from 'node:fs'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { test as base, expect } from 'vitest'

const PROGRAM = '/usr/bin/chromium'

/** Nothing that needs a screen, a sandbox or the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Live {
  /** Starts a receiver that ends with the test. */
  receive(options?: ReceiverOptions): Promise<Receiver>
  /** What the page has reported: errors of its own, and what its policy stopped. Must be empty at the end. */
  errors: string[]
  /** Opens its page and waits until it is live. */
  open(receiver: Receiver, options?: BrowserContextOptions): Promise<Page>
}

export const it = base.extend<{ browser: Browser | undefined; live: Live }>({
  browser: [
    // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern
    async ({}, use) => {
      const browser = existsSync(PROGRAM) ? await chromium.launch({ executablePath: PROGRAM, args: FLAGS }) : undefined
      await use(browser)
      await browser?.close()
    },
    { scope: 'file' },
  ],
  live: async ({ browser, skip }, use) => {
    const ends: (() => Promise<unknown>)[] = []
    const live: Live = {
      errors: [],
      async receive(options) {
        const receiver = await startReceiver(options)
        ends.push(() => receiver.close())
        return receiver
      },
      async open({ url }, options) {
        if (browser === undefined) return missing(skip)
        const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options })
        ends.push(() => context.close())
        const page = await context.newPage()
        page.setDefaultTimeout(10_000)
        page.on('pageerror', ({ message }) => live.errors.push(message))
        page.on('console', (message) => {
          const isOurs = !message.text().includes('net::ERR_')
          if (message.type() === 'error' && isOurs) live.errors.push(message.text())
        })
        await page.goto(url)
        await page.getByText('Live', { exact: true }).waitFor()
        return page
      },
    }
    await use(live)
    for (const end of ends.toReversed()) await end()
    expect(live.errors).toEqual([])
  },
})

function missing(skip: (note: string) => never): never {
  const note = 'chromium is not installed; apt-get install chromium'
  if ((process.env['CI'] ?? '') !== '') throw new Error(note)
  return skip(note)
}

/** The rows in sight of the pane that is shown. */
export function rowsOf(page: Page): Locator {
  return page.locator('.rows:visible .row')
}

/** Waits until the text is there; the message of a failure tells what was there instead. */
export async function toSay(locator: Locator, text: string | RegExp): Promise<void> {
  await expect.poll(() => locator.textContent(), { timeout: 10_000 }).toMatch(text)
}
