/** The adapters' door: what every logger's records have in common. Not covered by semantic versioning. */
export { errorAttributes, isError, isErrorLike, mapErrorField } from './error-attributes.ts'
export { mapHttp } from './http-attributes.ts'
export type { KeySet } from './key-set.ts'
export { createLevels, setLevel } from './levels.ts'
export type { LevelAttributes, Levels } from './levels.ts'
export type { Mapping } from './mapping.ts'
export { get, mapInside, mappingOf, take } from './mapping.ts'
export { setTimestamp, toTimestamp } from './timestamp.ts'
