/** A second way into a shipper, for an adapter that has an event's members as the bytes of their JSON already. */
import type { Bytes } from '../encode/bytes.ts'
import type { Guard } from '../encode/secrets.ts'

/** What the adapter must know to write members that cannot clash. */
export interface FastLane {
  /** Changes whenever the constant attributes do. */
  readonly version: number
  /** Objects become dotted attributes. */
  readonly flattens: boolean
  /** Whether this name is taken by the shipper: the id or a constant attribute. */
  isTaken(name: string): boolean
  /** What must not be sent of a value under this name. */
  guardOf(name: string): Guard | undefined
  /**
   * Begins an event. Its members, `,"name":value` each under names that differ from each other and are not taken, are to be
   * added to what is returned. Without `commit` nothing has happened.
   */
  begin(): Bytes
  /** Takes the event: its id and the constant attributes are added here. */
  commit(brought: number): void
  /** What to add up as `brought` where the members contain this attribute of the surroundings (`process.pid`, `host.name`). */
  bitOf(name: string): number
}

/** Under this key a shipper has its lane. */
export const FAST_LANE = Symbol.for('openpipeline.fastLane')

/**
 * Undefined where a shipper must see the event itself, and with `OPENPIPELINE_FAST_LANE=off` in the environment: a way around the
 * lane for who suspects it, and for a run of all tests without it.
 */
export function fastLaneOf(shipper: object): FastLane | undefined {
  if (process.env['OPENPIPELINE_FAST_LANE'] === 'off') return undefined
  const lane: unknown = Reflect.get(shipper, FAST_LANE)
  return isFastLane(lane) ? lane : undefined
}

function isFastLane(lane: unknown): lane is FastLane {
  return typeof lane === 'object' && lane !== null && 'commit' in lane
}
