export class Child {
  constructor(file: string)
  call(name: string, argument?: object): Promise<unknown>
  end(): Promise<void>
}
