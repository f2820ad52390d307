/** A second way into a shipper, for an adapter that has an event's members as JSON text already. */

/** What the adapter must know to write members that cannot clash. */
export interface TextLane {
  /** Changes whenever the constant attributes do. */
  readonly version: number
  /** Objects become dotted attributes. */
  readonly flattens: boolean
  /** Whether this name is taken by the shipper: the id or a constant attribute. */
  isTaken(name: string): boolean
  /** Whether a value of this name is not to be sent. */
  isSecret(name: string): boolean
  /**
   * Takes an event whose members are `,"name":value` each, under names that differ from each other and are not taken. Id and
   * constant attributes are added here.
   */
  pushMembers(members: string, brought?: number): void
  /** What to add up as `brought` (else it is looked for in the members) where the members contain this attribute of the surroundings (`process.pid`, `host.name`). */
  bitOf(name: string): number
}

/** Under this key a shipper has its lane. */
export const TEXT_LANE = Symbol.for('openpipeline.textLane')

/** Undefined where a shipper must see the event itself. */
export function textLaneOf(shipper: object): TextLane | undefined {
  const lane: unknown = Reflect.get(shipper, TEXT_LANE)
  return isTextLane(lane) ? lane : undefined
}

function isTextLane(lane: unknown): lane is TextLane {
  return typeof lane === 'object' && lane !== null && 'pushMembers' in lane
}
