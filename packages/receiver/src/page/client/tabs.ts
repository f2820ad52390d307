/** The two tabs: events and requests. */
import { byId, set } from './dom.ts'
import type { PaneName } from './filter-bar.ts'

const NAMES = ['events', 'requests'] as const

/** Returns the function that shows a pane. */
export function createTabs(onShow: (name: PaneName) => void): (name: PaneName) => void {
  const show = (name: PaneName): void => {
    for (const each of NAMES) {
      const tab = byId(`tab-${each}`)
      set(tab, 'aria-selected', each === name ? 'true' : 'false')
      set(tab, 'tabindex', each === name ? 0 : -1)
      set(byId(`panel-${each}`), 'hidden', each !== name)
    }
    onShow(name)
  }
  for (const [index, each] of NAMES.entries()) {
    const tab = byId(`tab-${each}`)
    tab.addEventListener('click', () => show(each))
    tab.addEventListener('keydown', ({ key }) => {
      if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
      const other = NAMES[1 - index] ?? each
      show(other)
      byId(`tab-${other}`).focus()
    })
  }
  return show
}
