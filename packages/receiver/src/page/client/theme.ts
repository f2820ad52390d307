/** Dark or light: as the system says, unless the reader says otherwise. */
import { byId, set, setText } from './dom.ts'

const CHOICES = ['auto', 'light', 'dark'] as const
const KEY = 'openpipeline-receiver.theme'

/** Returns the function that goes on to the next choice. */
export function createTheme(): () => void {
  let choice = CHOICES.find((each) => each === remembered()) ?? 'auto'
  const button = byId('theme')
  const show = (): void => {
    set(document.documentElement, 'data-theme', choice)
    setText(button, `Theme: ${choice}`)
  }
  const next = (): void => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? 'auto'
    remember(choice)
    show()
  }
  button.addEventListener('click', next)
  show()
  return next
}

/** Storage may be switched off. */
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function remember(choice: string): void {
  try {
    localStorage.setItem(KEY, choice)
  } catch {
    // Then it holds until the page is closed.
  }
}
