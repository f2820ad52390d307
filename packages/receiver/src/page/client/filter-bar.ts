/** The filter of the pane in sight: text for both, and levels and fates for events. */
import { byId, elementById, make, set, setText } from './dom.ts'
import type { Entry, Fate } from './entry.ts'
import { count, shortCount } from './format.ts'
import type { Level } from '../level.ts'
import type { Filter } from './matches.ts'
import { parseQuery } from './query.ts'

export type PaneName = 'events' | 'requests'

const LEVELS: Readonly<Record<Level, string>> = { e: 'Error', w: 'Warn', i: 'Info', d: 'Debug', t: 'Trace', o: 'Other' }
const FATES: Readonly<Record<Exclude<Fate, 'stored'>, string>> = { dropped: 'Dropped', corrected: 'Corrected' }

/** A filter's choice with its count: pressed, it shows only what is pressed. */
interface Chip {
  readonly button: HTMLButtonElement
  readonly number: HTMLElement
  readonly passes: (entry: Entry) => boolean
  readonly group: 'level' | 'fate'
  count: number
}

export class FilterBar {
  readonly #input = elementById('filter', HTMLInputElement)
  readonly #texts: Record<PaneName, string> = { events: '', requests: '' }
  readonly #chips: readonly Chip[]
  readonly #onChange: (name: PaneName) => void
  #name: PaneName = 'events'

  constructor(onChange: (name: PaneName) => void) {
    this.#onChange = onChange
    this.#chips = [
      ...Object.entries(LEVELS).map(([level, label]) =>
        this.#chip(label, 'level', level, (entry) => entry.level === level),
      ),
      ...Object.entries(FATES).map(([fate, label]) => this.#chip(label, 'fate', fate, (entry) => entry.fate === fate)),
    ]
    byId('chips').append(...this.#chips.map(({ button }) => button))
    this.#input.addEventListener('input', () => this.#change())
    byId('filter-clear').addEventListener('click', () => {
      this.clear()
      this.focus()
    })
  }

  /** The other pane is in sight. */
  showFor(name: PaneName): void {
    this.#name = name
    this.#input.value = this.#texts[name]
    this.#input.placeholder =
      name === 'events' ? 'Filter: text or attribute:value' : 'Filter: text, status:503, path:*events'
    set(byId('chips'), 'hidden', name !== 'events')
    set(byId('filter-clear'), 'hidden', !this.isSet)
  }

  get isSet(): boolean {
    return this.#texts[this.#name] !== '' || (this.#name === 'events' && this.#chips.some(isPressed))
  }

  clear(): void {
    this.#input.value = ''
    if (this.#name === 'events') for (const { button } of this.#chips) set(button, 'aria-pressed', 'false')
    this.#change()
  }

  add(term: string): void {
    const text = this.#input.value.trim()
    if (!text.includes(term)) this.#input.value = text === '' ? term : `${text} ${term}`
    this.#change()
  }

  focus(): void {
    this.#input.focus()
    this.#input.select()
  }

  filterOf(name: PaneName): Filter {
    const query = parseQuery(this.#texts[name])
    if (name === 'requests') return ({ kind, json }) => kind === 'mark' || query(json)
    const levels = this.#chips.filter((chip) => isPressed(chip) && chip.group === 'level')
    const fates = this.#chips.filter((chip) => isPressed(chip) && chip.group === 'fate')
    return (entry) =>
      entry.kind === 'mark' || (passesAny(levels, entry) && passesAny(fates, entry) && query(entry.json))
  }

  /** Entries that came (1) or went (-1). */
  count(entry: Entry, by: 1 | -1): void {
    for (const chip of this.#chips) if (entry.kind === 'event' && chip.passes(entry)) chip.count += by
  }

  showCounts(): void {
    for (const chip of this.#chips) {
      setText(chip.number, chip.count === 0 ? '' : shortCount(chip.count))
      set(chip.button, 'title', `${count(chip.count)} of those kept in this page`)
      set(chip.button, 'data-empty', chip.count === 0 && !isPressed(chip))
    }
  }

  #chip(label: string, group: Chip['group'], name: string, passes: Chip['passes']): Chip {
    const number = make('span', { class: 'count' })
    const attributes = { type: 'button', class: 'chip', 'aria-pressed': 'false', [`data-${group}`]: name }
    const button = make('button', attributes, label, ' ', number)
    button.addEventListener('click', () => {
      set(button, 'aria-pressed', button.getAttribute('aria-pressed') === 'true' ? 'false' : 'true')
      this.#change()
    })
    return { button, number, passes, group, count: 0 }
  }

  #change(): void {
    this.#texts[this.#name] = this.#input.value.trim()
    set(byId('filter-clear'), 'hidden', !this.isSet)
    this.#onChange(this.#name)
  }
}

function isPressed({ button }: Chip): boolean {
  return button.getAttribute('aria-pressed') === 'true'
}

function passesAny(chips: readonly Chip[], entry: Entry): boolean {
  return chips.length === 0 || chips.some(({ passes }) => passes(entry))
}
