/** The page put together: the feed fills two panes, which the filter, the keys and the detail panel work on. */
import { drawChart } from './chart.ts'
import { createDetail } from './detail.ts'
import { byId, setText } from './dom.ts'
import type { Entry } from './entry.ts'
import { eventRow } from './event-row.ts'
import { createFaultBar } from './fault-bar.ts'
import { openFeed } from './feed.ts'
import { FilterBar, type PaneName } from './filter-bar.ts'
import { Intake } from './intake.ts'
import { createKeys } from './keys.ts'
import { Log } from './log.ts'
import { Pane } from './pane.ts'
import { showPaneState } from './pane-state.ts'
import { Rate } from './rate.ts'
import { requestRow } from './request-row.ts'
import { createShortcuts } from './shortcuts.ts'
import { showConnection, showStats } from './status-bar.ts'
import { createTabs } from './tabs.ts'
import { createTheme } from './theme.ts'

/** As many as a receiver keeps by default, but no more text than a browser tab can hold with ease. */
const EVENT_LIMITS = { maxEntries: 100_000, maxCharacters: 64_000_000 } as const
const REQUEST_LIMITS = { maxEntries: 10_000, maxCharacters: 16_000_000 } as const
const DRAW_MS = 250

let shown: PaneName = 'events'
let isAnyTokenTaken = true

const filterBar = new FilterBar((name) => panes[name].setFilter(filterBar.filterOf(name)))
const detail = createDetail(
  (term) => filterBar.add(term),
  () => {
    panes[shown].deselect()
    panes[shown].grid.focus()
  },
)
const panes = {
  events: createPane('events', new Log(EVENT_LIMITS, (entry) => filterBar.count(entry, -1)), eventRow),
  requests: createPane('requests', new Log(REQUEST_LIMITS), requestRow),
} as const
const rate = new Rate()
const showPane = createTabs((name) => {
  shown = name
  filterBar.showFor(name)
  detail.close()
  panes[name].list.refresh()
})
const showFault = createFaultBar()
const nextTheme = createTheme()

function createPane(name: PaneName, log: Log, render: (entry: Entry) => HTMLElement): Pane {
  return new Pane({
    log,
    grid: byId(name),
    render,
    onSelect: (entry) => {
      if (entry !== undefined) detail.show(entry)
    },
    onChange: (pane) => {
      if (name === shown) showPaneState(name, pane, { isAnyTokenTaken, clearFilter: () => filterBar.clear() })
    },
  })
}

function toggleFollow(): void {
  const { list } = panes[shown]
  list.follow(!list.isFollowing)
}

function clearPane(): void {
  detail.close()
  const pane = panes[shown]
  pane.log.clear()
  pane.list.follow(true)
  pane.setFilter(filterBar.filterOf(shown))
}

const showHelp = createShortcuts(
  createKeys({
    pane: () => panes[shown],
    filterBar,
    detail,
    showPane,
    toggleFollow,
    clearPane,
    nextTheme,
    showHelp: () => showHelp(),
  }),
)

setText(byId('address'), location.origin)
byId('follow').addEventListener('click', toggleFollow)
byId('clear').addEventListener('click', clearPane)
showPane('events')
setInterval(() => {
  drawChart(rate)
  filterBar.showCounts()
}, DRAW_MS)

const intake = new Intake({ ...panes, filterBar, rate })
openFeed({
  onHello: (hello) => {
    isAnyTokenTaken = hello.isOpen
    intake.takeHello(hello)
    for (const pane of Object.values(panes)) pane.update()
  },
  onEvents: (from, lines) => intake.takeEvents(from, lines),
  onRequests: (from, lines) => intake.takeRequests(from, lines),
  onStatus: (status) => {
    showStats(status)
    showFault(status)
  },
  onConnection: showConnection,
})
