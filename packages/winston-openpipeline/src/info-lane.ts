/**
 * The fast lane: an info becomes the bytes of its event in one pass. Every info for which that might differ from mapping and
 * encoding it is left to `recordToEvent`.
 */
import type { Shipper } from 'openpipeline-core'
import type { Bytes, FastLane, Levels } from 'openpipeline-core/mapping'
import { activeSpan, createLevels, fastLaneOf, isError } from 'openpipeline-core/mapping'
import { LEVEL, SPLAT } from 'triple-beam'

import { createIsOpened, createJudge } from './info-roles.ts'
import type { ShapeNode } from './info-shapes.ts'
import { Has, InfoShapes } from './info-shapes.ts'
import type { Stamp } from './info-value.ts'
import { createWriteLevel, writeEmpty, writeNow } from './info-value.ts'

/** Larger events are for the encoder, which has bounds. */
const MAX_BYTES = 65_536

export class InfoLane {
  readonly #lane: FastLane
  readonly #shapes: InfoShapes
  readonly #writeLevel: (level: unknown, out: Bytes) => boolean
  readonly #stamp: Stamp = { now: 0, isWritten: false }
  #version: number
  #isBusy = false

  constructor(lane: FastLane, levels: Levels) {
    this.#lane = lane
    this.#version = lane.version
    const rules = {
      isTaken: (name: string) => lane.isTaken(name),
      guardOf: (name: string) => lane.guardOf(name),
    }
    const isOpened = createIsOpened(rules)
    this.#shapes = new InfoShapes({
      judge: createJudge(rules),
      isOpened: (open, key) => lane.flattens && isOpened(open, key),
    })
    this.#writeLevel = createWriteLevel(levels)
  }

  /** @returns whether the info was pushed; if not, it must go the other way */
  push(info: object): boolean {
    // A getter of the info's may log: the inner info goes the other way.
    if (this.#isBusy) return false
    if (!this.#isWritten(info)) return false
    this.#lane.commit(0)
    return true
  }

  #isWritten(info: object): boolean {
    this.#isBusy = true
    try {
      return this.#write(info)
    } catch {
      return false // a getter that throws costs the mapping only its own field
    } finally {
      this.#isBusy = false
    }
  }

  #write(info: object): boolean {
    if (!isPlain(info) || hasError(info[SPLAT]) || hasInherited()) return false
    if (this.#lane.version !== this.#version) {
      this.#version = this.#lane.version
      this.#shapes.forget()
    }
    const out = this.#lane.begin()
    this.#stamp.now = Date.now()
    this.#stamp.isWritten = false
    const end = this.#writeLevel(info[LEVEL], out) ? this.#members(info, this.#shapes.root, out) : undefined
    if (end === undefined || !isWhole(end.has) || out.length > MAX_BYTES) return false
    writeNow(this.#stamp, out)
    return writeSpan(end.has, out)
  }

  /** @returns the place behind the last member */
  #members(object: Readonly<Record<PropertyKey, unknown>>, start: ShapeNode, out: Bytes): ShapeNode | undefined {
    let node: ShapeNode | undefined = start
    for (const key in object) {
      const value = object[key]
      if (value === undefined) continue
      node = this.#member(node, key, value, out)
      if (node === undefined) return undefined
    }
    return node
  }

  #member(before: ShapeNode, key: string, value: unknown, out: Bytes): ShapeNode | undefined {
    const { likely } = before
    const node = likely !== undefined && likely.key === key ? likely : this.#shapes.next(before, key)
    if (node === undefined) return undefined
    const isObject = typeof value === 'object' && value !== null && !node.isSecret && !Array.isArray(value)
    if (isObject) return this.#object(node, value, out)
    return node.write(value, out, node, this.#stamp) ? node : undefined
  }

  #object(node: ShapeNode, value: object, out: Bytes): ShapeNode | undefined {
    const inside = node.inside ?? this.#shapes.enter(node)
    if (inside === null || !isPlain(value)) return undefined
    const last = this.#members(value, inside, out)
    if (last === undefined) return undefined
    if (last === inside) return node.role === 'field' && writeEmpty(node, value, out) ? node : undefined
    return last.behind ?? this.#shapes.leave(last) ?? undefined
  }
}

/** Undefined where the shipper must see the event itself. */
export function createInfoLane(shipper: Shipper): InfoLane | undefined {
  const lane = fastLaneOf(shipper)
  return lane === undefined ? undefined : new InfoLane(lane, createLevels({}, shipper.records.levels))
}

/** Plain access is several times faster than `in`. */
function hasNoForm(object: { readonly toJSON?: unknown }): boolean {
  return object.toJSON === undefined
}

function isPlain(object: object): object is Readonly<Record<PropertyKey, unknown>> {
  return Object.getPrototypeOf(object) === Object.prototype && hasNoForm(object)
}

/** Somebody has added to `Object.prototype` what every loop over an object's keys then finds. */
function hasInherited(): boolean {
  for (const key in Object.prototype) return key !== undefined
  return false
}

function hasError(splat: unknown): boolean {
  return Array.isArray(splat) && splat.some(isError)
}

/** It has a message, and a stack only of an error that has none. */
function isWhole(has: number): boolean {
  if ((has & Has.message) === 0) return false
  return (has & Has.stack) === 0 || (has & (Has.exceptionMessage | Has.exceptionStack)) === Has.exceptionMessage
}

/** An instrumentation of OpenTelemetry's has written it into the info already, where there is one. */
function writeSpan(has: number, out: Bytes): boolean {
  if ((has & Has.trace) !== 0) return true
  const span = activeSpan()
  if (span === undefined) return true
  if ((has & Has.spanName) !== 0) return false
  out.addText(JSON.stringify(span).replace('{', ',').slice(0, -1))
  return true
}
