/** Copies text and says so on the button, and to those who do not see it. */
import { byId, setText } from './dom.ts'

const SAID_MS = 1500

export async function copyText(text: string, button: HTMLElement): Promise<void> {
  const label = button.dataset['label'] ?? button.textContent
  button.dataset['label'] = label
  const said = await write(text)
  setText(button, said)
  announce(said)
  setTimeout(() => setText(button, label), SAID_MS)
}

function announce(words: string): void {
  setText(byId('announcer'), words)
}

async function write(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'Copied'
  } catch {
    return 'Not allowed'
  }
}
