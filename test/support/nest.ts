/** A Nest application that logs by whatever logger it is given. Decorators are called as functions: the tests are compiled without them. */
import 'reflect-metadata'
import type { Server } from 'node:http'
import type { DynamicModule, INestApplication, LoggerService, Type } from '@nestjs/common'
import { Controller, Get, HttpCode, Inject, Logger, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { send } from './http-exchange.ts'

/** What the controller says of a request by the logger that is injected. */
type Say = (injected: unknown) => void

export interface NestOptions {
  /** The logger's module. */
  readonly module: DynamicModule
  /** What the module provides to a controller. */
  readonly token: unknown
  /** Called by the handler with what was injected. */
  readonly say: Say
  /** The application's own logger, from the application. */
  readonly logger: (app: INestApplication) => LoggerService
}

/** Starts the application, sends it these requests, and ends it. */
export async function runNest(options: NestOptions, paths: readonly string[]): Promise<void> {
  const app = await NestFactory.create(applicationOf(options), { bufferLogs: true })
  app.useLogger(options.logger(app))
  await app.listen(0, '127.0.0.1')
  for (const path of paths) await send(app.getHttpServer() as Server, path)
  await app.close()
}

function applicationOf({ module, say, token }: NestOptions): Type {
  class OrdersController {
    readonly #injected: unknown
    readonly #logger = new Logger('OrdersController')

    constructor(injected: unknown) {
      this.#injected = injected
    }

    find(): object {
      this.#logger.log('found')
      this.#logger.error('lost', 'Error: lost\n    at shelf')
      say(this.#injected)
      return { ok: true }
    }

    fail(): never {
      throw new RangeError('out of stock')
    }
  }
  class Application {}
  const { prototype } = OrdersController
  Inject(token as string)(OrdersController, undefined, 0)
  route(prototype, 'find', ':id')
  route(prototype, 'fail', 'fails/now')
  HttpCode(200)(prototype, 'find', descriptorOf(prototype, 'find'))
  Controller('orders')(OrdersController)
  Module({ imports: [module], controllers: [OrdersController] })(Application)
  return Application
}

function route(prototype: object, method: string, path: string): void {
  Get(path)(prototype, method, descriptorOf(prototype, method))
}

function descriptorOf(prototype: object, method: string): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(prototype, method) ?? {}
}
