/** Buttons that make the receiver fail on purpose, and the words for what it answers now. */
import { byId, elementById, set, setText } from './dom.ts'
import { size } from './format.ts'
import { type Attributes, isAttributes, numberOf } from './parse.ts'

export function createFaultBar(): (status: Attributes) => void {
  const buttons = [...byId('faults').querySelectorAll('button')]
  for (const each of buttons) each.addEventListener('click', () => void ask(each.dataset['fault'] ?? 'none'))
  return (status) => {
    const current = currentFault(status)
    for (const each of buttons) set(each, 'aria-pressed', each.dataset['fault'] === current ? 'true' : 'false')
    const text = byId('answering')
    setText(text, wordsFor(status))
    set(text, 'data-fault', current !== 'none')
  }
}

async function ask(fault: string): Promise<void> {
  const times = elementById('fault-times', HTMLSelectElement).value
  const body = {
    fault,
    times: times === '' ? null : Number(times),
    retryAfterS: Number(elementById('fault-retry', HTMLSelectElement).value),
    maxBodyBytes: Number(elementById('fault-limit', HTMLSelectElement).value),
  }
  try {
    const answer = await fetch('/page/fault', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-openpipeline-page': '1' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) setText(byId('answering'), `The receiver refused that (${answer.status})`)
  } catch {
    setText(byId('answering'), 'The receiver does not answer')
  }
}

function currentFault({ coming, isLimited }: Attributes): string {
  if (!isAttributes(coming)) return isLimited === true ? 'limit' : 'none'
  if (coming['act'] === 'hang') return 'hang'
  if (coming['act'] !== 'answer') return 'reset'
  if (coming['status'] === 429) return 'throttle'
  return coming['status'] === 503 ? 'unavailable' : 'scripted'
}

function wordsFor({ coming, isLimited, limit }: Attributes): string {
  if (!isAttributes(coming))
    return isLimited === true ? `Answers 413 above ${size(numberOf(limit))}` : 'Answers as usual'
  const { left } = coming
  const until = typeof left === 'number' ? `for ${left} more request${left === 1 ? '' : 's'}` : 'until set back'
  return `${actOf(coming)} ${until}${coming['hasMore'] === true ? ', then more of a script' : ''}`
}

function actOf({ act, status, retryAfter }: Attributes): string {
  if (act === 'hang') return 'Never answers'
  if (act !== 'answer') return 'Resets connections'
  if (typeof status !== 'number') return 'Answers by script'
  return typeof retryAfter === 'string' ? `Answers ${status} with Retry-After ${retryAfter}` : `Answers ${status}`
}
