/** What `push` was given. */
export interface Pushed {
  readonly event: object
  readonly fields?: object | undefined
  readonly except?: ReadonlySet<string> | undefined
}
