/** A list of any length of which only the rows in sight exist; it follows the newest row until the reader scrolls up. */
import { make, set } from './dom.ts'

/** What the list shows; the key of a row stays with it when rows before it are forgotten. */
export interface Rows {
  readonly length: number
  readonly keyOf: (row: number) => number | undefined
  readonly render: (key: number) => HTMLElement
}

const ROW_HEIGHT = 24
const OVERSCAN = 6

export class VirtualList {
  readonly #element: HTMLElement
  readonly #body: HTMLElement
  readonly #rows: Rows
  readonly #onChange: () => void
  readonly #rendered = new Map<number, HTMLElement>()
  #isScheduled = false
  /** Where the list itself has scrolled to: anything else was the reader. */
  #scrolledTo = 0
  #selectedKey: number | undefined
  isFollowing = true

  /** @param onChange after each change of what is in sight or followed */
  constructor(element: HTMLElement, rows: Rows, onChange: () => void) {
    this.#element = element
    this.#rows = rows
    this.#onChange = onChange
    this.#body = make('div', { class: 'rows', role: 'rowgroup' })
    element.append(this.#body)
    element.addEventListener('scroll', () => this.#onScroll(), { passive: true })
    new ResizeObserver(() => this.refresh()).observe(element)
  }

  /** Shows what there is now, with the next frame; `forgotten` rows before the others are gone. */
  refresh(forgotten = 0): void {
    // What the reader looks at stays where it is.
    if (forgotten > 0 && !this.isFollowing) this.#scrollTo(this.#element.scrollTop - forgotten * ROW_HEIGHT)
    if (this.#isScheduled) return
    this.#isScheduled = true
    requestAnimationFrame(() => this.#draw())
  }

  /** The rows mean something else now. */
  reset(): void {
    for (const element of this.#rendered.values()) element.remove()
    this.#rendered.clear()
    this.refresh()
  }

  follow(isFollowing: boolean): void {
    this.isFollowing = isFollowing
    this.refresh()
  }

  select(key: number | undefined): void {
    this.#selectedKey = key
    for (const [each, element] of this.#rendered) this.#mark(each, element)
    this.refresh()
  }

  /** Scrolls no further than it takes. */
  reveal(row: number): void {
    const { scrollTop, clientHeight } = this.#element
    const top = row * ROW_HEIGHT
    const header = this.#body.offsetTop
    if (top < scrollTop) this.#scrollTo(top)
    else if (top + ROW_HEIGHT + header > scrollTop + clientHeight)
      this.#scrollTo(top + ROW_HEIGHT + header - clientHeight)
    this.isFollowing = row === this.#rows.length - 1
    this.refresh()
  }

  /** First row in sight and how many there is room for. */
  get sight(): { readonly first: number; readonly count: number } {
    const { scrollTop, clientHeight } = this.#element
    const count = Math.max(1, Math.floor((clientHeight - this.#body.offsetTop) / ROW_HEIGHT))
    return { first: Math.ceil(scrollTop / ROW_HEIGHT), count }
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#element
    if (Math.abs(scrollTop - this.#scrolledTo) >= 1) {
      this.isFollowing = scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT / 2
      this.#scrolledTo = scrollTop
    }
    this.refresh()
  }

  #scrollTo(top: number): void {
    this.#element.scrollTop = top
    this.#scrolledTo = this.#element.scrollTop
  }

  #draw(): void {
    this.#isScheduled = false
    const { length } = this.#rows
    this.#body.style.height = `${length * ROW_HEIGHT}px`
    set(this.#element, 'aria-rowcount', length + 1)
    if (this.isFollowing) this.#scrollTo(this.#element.scrollHeight)
    const { first, count } = this.sight
    const from = Math.max(0, first - OVERSCAN)
    this.#place(from, Math.min(length, first + count + OVERSCAN))
    const selected = this.#selectedKey === undefined ? undefined : this.#rendered.get(this.#selectedKey)
    set(this.#element, 'aria-activedescendant', selected?.id)
    this.#onChange()
  }

  /** Rows stand in the document in their order, for those who read it without seeing it. */
  #place(from: number, to: number): void {
    const wanted = new Map<number, number>()
    for (let row = from; row < to; row += 1) wanted.set(this.#rows.keyOf(row) ?? -1, row)
    for (const [key, element] of this.#rendered) {
      if (wanted.has(key)) continue
      element.remove()
      this.#rendered.delete(key)
    }
    let next = this.#body.firstElementChild
    for (const [key, row] of wanted) {
      const element = this.#rendered.get(key) ?? this.#create(key)
      element.style.top = `${row * ROW_HEIGHT}px`
      set(element, 'aria-rowindex', row + 2)
      if (element === next) next = next.nextElementSibling
      else this.#body.insertBefore(element, next)
    }
  }

  #create(key: number): HTMLElement {
    const element = this.#rows.render(key)
    element.id = `${this.#element.id}-${key}`
    this.#mark(key, element)
    this.#rendered.set(key, element)
    return element
  }

  #mark(key: number, element: HTMLElement): void {
    set(element, 'aria-selected', key === this.#selectedKey ? 'true' : 'false')
  }
}
