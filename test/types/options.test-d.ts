/** What the types of the options and of an event say; `npm run typecheck` is the test. */
import type {
  AttributeValue,
  GenericEvent,
  LogLevel,
  MapFunction,
  ModuleExport,
  ShipperOptions,
  Status,
} from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import type pino from 'pino'
import type { OpenPipelineStreamOptions, PinoOpenPipelineOptions } from 'pino-openpipeline'
import { openPipelineStream, traceMixin } from 'pino-openpipeline'
import { describe, expectTypeOf, it } from 'vitest'
import type { WinstonOpenPipelineOptions } from 'winston-openpipeline'
import { OpenPipelineTransport } from 'winston-openpipeline'

describe('a generic event', () => {
  it('knows the types of the attributes that Dynatrace knows, and takes any other', () => {
    expectTypeOf<GenericEvent['timestamp']>().toEqualTypeOf<number | string | undefined>()
    expectTypeOf<GenericEvent['content']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<GenericEvent['loglevel']>().toEqualTypeOf<LogLevel | undefined>()
    expectTypeOf<GenericEvent['status']>().toEqualTypeOf<Status | undefined>()
    expectTypeOf<GenericEvent['anything.else']>().toEqualTypeOf<unknown>()
    expectTypeOf({ content: 'c', 'order.id': 7, nested: { a: [1] } }).toExtend<GenericEvent>()
    expectTypeOf({ loglevel: 'LOUD' }).not.toExtend<GenericEvent>()
    expectTypeOf({ timestamp: new Date() }).not.toExtend<GenericEvent>()
  })
})

describe('the options', () => {
  it('are optional, and have the same names everywhere', () => {
    expectTypeOf<ShipperOptions>().toBeObject()
    expectTypeOf({}).toExtend<ShipperOptions>()
    expectTypeOf<OpenPipelineStreamOptions>().toEqualTypeOf<ShipperOptions>()
    expectTypeOf<WinstonOpenPipelineOptions>().toExtend<ShipperOptions>()
    expectTypeOf<keyof PinoOpenPipelineOptions>().toEqualTypeOf<keyof ShipperOptions | 'nestedKey'>()
    expectTypeOf<Omit<PinoOpenPipelineOptions, 'map' | 'nestedKey'>>().toEqualTypeOf<Omit<ShipperOptions, 'map'>>()
    expectTypeOf<PinoOpenPipelineOptions['nestedKey']>().toEqualTypeOf<string | undefined>()
    type WinstonsOwn = 'level' | 'format' | 'silent' | 'handleExceptions' | 'handleRejections'
    expectTypeOf<keyof WinstonOpenPipelineOptions>().toEqualTypeOf<keyof ShipperOptions | WinstonsOwn>()
  })

  it('have these types', () => {
    expectTypeOf<ShipperOptions['enrichment']>().toEqualTypeOf<boolean | undefined>()
    expectTypeOf<ShipperOptions['minLevel']>().toEqualTypeOf<string | number | undefined>()
    expectTypeOf<ShipperOptions['levels']>().toEqualTypeOf<Readonly<Record<string, LogLevel>> | undefined>()
    expectTypeOf<ShipperOptions['redact']>().toEqualTypeOf<readonly string[] | undefined>()
    expectTypeOf<ShipperOptions['secretHeaders']>().toEqualTypeOf<readonly string[] | undefined>()
    expectTypeOf<ShipperOptions['attributes']>().toEqualTypeOf<Readonly<Record<string, AttributeValue>> | undefined>()
    expectTypeOf<ShipperOptions['map']>().toEqualTypeOf<MapFunction | undefined>()
    expectTypeOf<PinoOpenPipelineOptions['map']>().toEqualTypeOf<MapFunction | ModuleExport | undefined>()
    expectTypeOf<WinstonOpenPipelineOptions['map']>().toEqualTypeOf<MapFunction | undefined>()
  })

  it('refuse what is mistyped', () => {
    // @ts-expect-error -- a level that Dynatrace does not know
    createShipper({ levels: { audit: 'LOUD' } })
    // @ts-expect-error -- a function cannot be a module here
    openPipelineStream({ map: { module: 'x' } })
    // @ts-expect-error -- no such option
    createShipper({ redakt: [] })
    // @ts-expect-error -- paths are text
    createShipper({ redact: [7] })
    // @ts-expect-error -- an attribute is no object
    createShipper({ attributes: { team: { name: 'shop' } } })
    // @ts-expect-error -- what is returned is sent, and a promise cannot be
    createShipper({ map: (event) => Promise.resolve(event) })
  })
})

describe('map', () => {
  it('is given the event and the record, and returns an event or nothing', () => {
    expectTypeOf<MapFunction>().parameters.toEqualTypeOf<[GenericEvent, Readonly<Record<string, unknown>>]>()
    expectTypeOf<MapFunction>().returns.toEqualTypeOf<GenericEvent | undefined>()
    expectTypeOf((event: GenericEvent) => ({ ...event, 'order.id': 7 })).toExtend<MapFunction>()
    expectTypeOf(() => undefined).toExtend<MapFunction>()
  })
})

describe('the destinations', () => {
  it('are what the loggers take', () => {
    expectTypeOf(openPipelineStream).returns.toExtend<pino.DestinationStream>()
    expectTypeOf(traceMixin).returns.toExtend<NonNullable<pino.LoggerOptions['mixin']>>()
    expectTypeOf<OpenPipelineTransport>().toHaveProperty('flush')
    expectTypeOf(OpenPipelineTransport).toBeConstructibleWith({ minLevel: 'warn', level: 'info' })
  })
})
