/** The adapters' door: what every logger's records have in common. Not covered by semantic versioning. */
export { errorAttributes, isErrorLike } from './error-attributes.ts'
export { createLevels } from './levels.ts'
export type { LevelAttributes, Levels } from './levels.ts'
export { toTimestamp } from './timestamp.ts'
