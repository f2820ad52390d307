/** Events or requests with their filter, list and selection: the two panes of the page differ only in their rows. */
import type { Entry } from './entry.ts'
import type { Log } from './log.ts'
import { type Filter, Matches } from './matches.ts'
import { VirtualList } from './virtual-list.ts'

export interface PaneParts {
  readonly log: Log
  /** The scrolling element, with the header in it. */
  readonly grid: HTMLElement
  readonly render: (entry: Entry) => HTMLElement
  /** Another entry is selected, or none. */
  readonly onSelect: (entry: Entry | undefined) => void
  /** Something in sight may have changed. */
  readonly onChange: (pane: Pane) => void
}

const SCAN_MS = 8

export class Pane {
  readonly log: Log
  readonly grid: HTMLElement
  readonly matches: Matches
  readonly list: VirtualList
  readonly #parts: PaneParts
  readonly #turns = new MessageChannel()
  #isScanning = false
  #isTurnComing = false
  #selected: number | undefined

  constructor(parts: PaneParts) {
    const { log, grid, render, onChange } = parts
    this.#parts = parts
    this.log = log
    this.grid = grid
    this.matches = new Matches(log)
    const { matches } = this
    const rows = {
      get length() {
        return matches.length
      },
      keyOf: (row: number) => matches.at(row),
      render: (key: number) => {
        const entry = log.at(key)
        return entry === undefined ? document.createElement('div') : render(entry)
      },
    }
    this.list = new VirtualList(grid, rows, () => onChange(this))
    // Timers are slowed down when nested; messages are not.
    this.#turns.port1.addEventListener('message', () => {
      this.#isTurnComing = false
      this.#scan()
    })
    this.#turns.port1.start()
    grid.addEventListener('click', ({ target }) => this.#onClick(target))
  }

  get selected(): Entry | undefined {
    return this.#selected === undefined ? undefined : this.log.at(this.#selected)
  }

  get isScanning(): boolean {
    return this.#isScanning
  }

  setFilter(filter: Filter): void {
    this.matches.restart(filter)
    this.list.reset()
    // The first step at once: where it finds enough, the list does not flicker.
    this.#scan()
  }

  /** Entries have come or gone. */
  update(): void {
    this.#isScanning = true
    if (this.#isTurnComing) return
    this.#isTurnComing = true
    this.#turns.port2.postMessage(undefined)
  }

  /** Selects the row so many rows further; without a selection it starts at what is in sight. */
  move(by: number): void {
    const { length } = this.matches
    if (length === 0) return
    const { first, count } = this.list.sight
    const start = by > 0 ? first - 1 : Math.min(length, first + count)
    const from = this.#selected === undefined ? start : this.matches.rowOf(this.#selected)
    this.#selectRow(Math.min(length - 1, Math.max(0, from + by)))
  }

  deselect(): void {
    this.#selected = undefined
    this.list.select(undefined)
    this.#parts.onSelect(undefined)
  }

  #selectRow(row: number): void {
    this.#selected = this.matches.at(row)
    this.list.reveal(row)
    this.list.select(this.#selected)
    this.#parts.onSelect(this.selected)
  }

  #onClick(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('.rows .row') : null
    const key = Number(row?.id.slice(this.grid.id.length + 1))
    if (row === null || !Number.isInteger(key)) return
    this.#selected = key
    this.list.select(key)
    // A row that moves away under the pointer cannot be read.
    this.list.follow(false)
    this.#parts.onSelect(this.selected)
  }

  #scan(): void {
    const startedMs = performance.now()
    const isDone = this.matches.scan(() => performance.now() - startedMs > SCAN_MS)
    this.list.refresh(this.matches.forget())
    this.#isScanning = !isDone
    if (!isDone) this.update()
  }
}
