/** Events and requests as messages for the page, in pieces small enough for both sides. */
import { randomUUID } from 'node:crypto'

import type { Kept } from '../kept.ts'
import type { ReceivedRequest } from '../request.ts'
import type { ReceiverStats } from '../store.ts'
import { type Answering, comingOf } from './faults.ts'
import type { Journal } from './journal.ts'
import { toLine } from './line.ts'
import { message, type Position, type Source } from './stream.ts'

export interface SourceParts {
  readonly journal: Journal
  readonly requests: Kept<ReceivedRequest>
  readonly stats: () => ReceiverStats
  readonly answering: Answering
  readonly isOpen: boolean
}

/** The page keeps no more than this either. */
const MAX_REPLAYED = { events: 100_000, requests: 10_000 } as const
const PIECE_ITEMS = 500
const PIECE_CHARACTERS = 256 * 1024

export function createSource({ journal, requests, stats, answering, isOpen }: SourceParts): Source {
  const instance = randomUUID()
  return {
    instance,
    isOpen,
    next: (position) => {
      const { lines, from, to } = piece(journal.entries, position.events, (entry) => toLine(entry, journal))
      const asked = piece(requests, position.requests, (request) => JSON.stringify(request))
      Object.assign(position, { events: to, requests: asked.to })
      const id = `id: ${instance}.${to}.${asked.to}\n`
      return [
        ...(lines.length === 0 ? [] : [id + message('events', String(from), ...lines)]),
        ...(asked.lines.length === 0 ? [] : [id + message('requests', String(asked.from), ...asked.lines)]),
      ]
    },
    status: () => {
      const { maxBodyBytes, usualMaxBodyBytes } = answering
      const limit = maxBodyBytes()
      return JSON.stringify({
        stats: stats(),
        coming: comingOf(answering),
        limit,
        isLimited: limit !== usualMaxBodyBytes,
      })
    },
  }
}

/** Where a page that comes back goes on: behind what it has, and for a new one at the oldest that it can keep. */
export function positionAfter(id: string | null, source: Source, { journal, requests }: SourceParts): Position {
  const [instance, events, asked] = id?.split('.') ?? []
  if (instance === source.instance) return { events: toCount(events), requests: toCount(asked) }
  return {
    events: Math.max(0, journal.entries.total - MAX_REPLAYED.events),
    requests: Math.max(0, requests.total - MAX_REPLAYED.requests),
  }
}

interface Piece {
  readonly lines: readonly string[]
  /** Number of the first; above what was asked for where older ones are forgotten. */
  readonly from: number
  readonly to: number
}

function piece<Item>(kept: Kept<Item>, position: number, toText: (item: Item) => string): Piece {
  const { from, items } = kept.after(position, PIECE_ITEMS)
  const lines: string[] = []
  let characters = 0
  for (const item of items) {
    if (characters > PIECE_CHARACTERS) break
    const line = toText(item)
    characters += line.length
    lines.push(line)
  }
  return { lines, from, to: from + lines.length }
}

function toCount(text: string | undefined): number {
  const count = Number(text)
  return Number.isSafeInteger(count) && count >= 0 ? count : 0
}
