/** The stream of the receiver: opened again whenever it ends, from where it ended. */
import { isAttributes, parseJson } from './parse.ts'

export interface Hello {
  /** Another one after the receiver was started again. */
  readonly instance: string
  /** Whether any token is accepted. */
  readonly isOpen: boolean
}

export interface FeedListener {
  readonly onHello: (hello: Hello) => void
  /** Lines as they came, and the number of the first. */
  readonly onEvents: (from: number, lines: readonly string[]) => void
  readonly onRequests: (from: number, lines: readonly string[]) => void
  readonly onStatus: (status: Readonly<Record<string, unknown>>) => void
  readonly onConnection: (isLive: boolean) => void
}

const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 4000

export function openFeed(listener: FeedListener): void {
  let lastId = ''
  let delayMs = FIRST_DELAY_MS
  const open = (): void => {
    const source = new EventSource(`/page/stream?after=${encodeURIComponent(lastId)}`)
    const on = (name: string, take: (data: string) => void): void => {
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<unknown>) => {
        if (lastEventId !== '') lastId = lastEventId
        if (typeof data === 'string') take(data)
      })
    }
    source.addEventListener('open', () => {
      delayMs = FIRST_DELAY_MS
      listener.onConnection(true)
    })
    // Browsers give up after some failures and not after others; this never does.
    source.addEventListener('error', () => {
      source.close()
      listener.onConnection(false)
      setTimeout(open, delayMs)
      delayMs = Math.min(MAX_DELAY_MS, delayMs * 2)
    })
    on('hello', (data) => {
      const hello = parseJson(data)
      if (isAttributes(hello))
        listener.onHello({ instance: String(hello['instance']), isOpen: hello['isOpen'] === true })
    })
    on('status', (data) => {
      const status = parseJson(data)
      if (isAttributes(status)) listener.onStatus(status)
    })
    on('events', (data) => listener.onEvents(...numbered(data)))
    on('requests', (data) => listener.onRequests(...numbered(data)))
  }
  open()
}

function numbered(data: string): [from: number, lines: readonly string[]] {
  const [from, ...lines] = data.split('\n')
  return [Number(from), lines]
}
