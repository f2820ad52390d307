/** The last minute as a row of thin bars, drawn as two shapes, with the rate of the last whole second beside it. */
import { byId, elementById, set, setText } from './dom.ts'
import { shortCount } from './format.ts'
import type { Bar, Rate } from './rate.ts'

const BAR_WIDTH = 2
const STEP = 3
const HEIGHT = 26

export function drawChart(rate: Rate): void {
  const bars = rate.bars(Date.now())
  const totals = bars.map(({ stored, dropped }) => stored + dropped)
  const peak = Math.max(...totals)
  const now = totals.at(-2) ?? 0
  const scale = peak === 0 ? 0 : HEIGHT / peak
  set(
    elementById('bars-stored', SVGElement),
    'd',
    shape(bars, ({ stored }) => [0, stored], scale),
  )
  set(
    elementById('bars-dropped', SVGElement),
    'd',
    shape(bars, ({ stored, dropped }) => [stored, dropped], scale),
  )
  setText(byId('rate-now'), `${shortCount(now)}/s`)
  setText(byId('rate-peak'), `peak ${shortCount(peak)}`)
  set(
    elementById('chart', SVGElement),
    'aria-label',
    `Events per second in the last minute: now ${now}, at most ${peak}`,
  )
}

/** What is not nothing gets at least a pixel. */
function shape(
  bars: readonly Bar[],
  part: (bar: Bar) => readonly [from: number, length: number],
  scale: number,
): string {
  const pieces = bars.map((bar, index) => {
    const [from, length] = part(bar)
    if (length === 0) return ''
    const height = Math.max(1, length * scale)
    return `M${index * STEP} ${(HEIGHT - from * scale).toFixed(1)}v${(-height).toFixed(1)}h${BAR_WIDTH}v${height.toFixed(1)}z`
  })
  return pieces.join('')
}
