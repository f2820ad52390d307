import { ShipperOptions, MapFunction, ModuleExport, FlushOptions, FlushResult, Stats, ShutdownOptions } from 'openpipeline-core';
export { DiagnosticEvent, FlushOptions, FlushResult, GenericEvent, LossReason, OpenPipelineError, Stats } from 'openpipeline-core';
import { Writable } from 'node:stream';
import { SpanAttributes } from 'openpipeline-core/mapping';

/** What `pino.transport()` returns, as far as it is used here. */
interface Transport {
    flushSync(): void;
    emit(name: string, ...args: unknown[]): boolean;
    on(name: string, listener: (...args: unknown[]) => void): unknown;
    off(name: string, listener: (...args: unknown[]) => void): unknown;
}

/** Options of the pino adapter: plain data, because they cross a thread. */

/** Options of `pino.transport({ target: 'pino-openpipeline', options })`. */
interface PinoOpenPipelineOptions extends Omit<ShipperOptions, 'map'> {
    /**
     * Sees each event last, and may change it or, by returning `undefined`, keep it from being sent; such an event is counted nowhere. Where
     * it throws, the event is sent as it was. In the worker: the module that exports it, a package name or a path.
     * @defaultValue none
     */
    readonly map?: MapFunction | ModuleExport;
    /**
     * The logger's own `nestedKey`, where it has one: errors and requests are then looked for in there too. In process pino tells it; a
     * worker is told every key but this one.
     * @defaultValue none
     */
    readonly nestedKey?: string;
}
/** Options of `openPipelineStream(options)`. */
type OpenPipelineStreamOptions = ShipperOptions;

/** The writable that pino writes lines to, in a worker and in process: each line is pushed within the write, nothing ever waits. */

type Callback = (error?: Error | null) => void;
/** A destination for `pino(options, stream)` and `pino.multistream`. It never asks for a pause and never emits `error`. */
interface OpenPipelineStream extends Writable {
    /** Resolves when everything logged before the call is delivered or has ended otherwise. `logger.flush(callback)` calls it with a callback. */
    flush(options?: FlushOptions): Promise<FlushResult>;
    /** The same, as `logger.flush(callback)` calls it. */
    flush(callback: Callback): Promise<FlushResult>;
    /** Ends the stream: takes nothing more, delivers what it holds within `closeTimeoutMs`, counts the rest. */
    close(options?: FlushOptions): Promise<FlushResult>;
    /** Counts of everything since the start, at this moment. */
    stats(): Stats;
}
/**
 * Logs in the application's own thread: less work in all than a worker, and the same promises.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
declare function openPipelineStream(options?: OpenPipelineStreamOptions): OpenPipelineStream;

/** What is used of a pino logger: it is told from other objects by this. */
interface PinoLogger {
    bindings(): object;
}

/** `flushTransport`: a flush of the worker from the main thread, for `targets` too, where `logger.flush` does not reach a target. */

/**
 * Resolves when everything logged before the call is delivered by every `pino-openpipeline` target of this transport, or has
 * ended otherwise, or after `timeoutMs` (default 10000); later where the worker is too busy to answer, as long as it lives. Keeps
 * the process alive until then.
 * @param given what `pino.transport()` returned, or a logger that logs to it
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target, has refused its options or has ended;
 * `INVALID_OPTIONS` for anything else than a transport or its logger
 */
declare function flushTransport(given: Transport | PinoLogger, { timeoutMs }?: FlushOptions): Promise<FlushResult>;

/** `installShutdown`: a logger that is flushed and closed when the process is told to end. */

/**
 * At SIGTERM or SIGINT delivers what the logger holds, within `timeoutMs`, and raises the signal again. Opt-in: without it no
 * signal is handled here.
 * @param logger a pino logger, a transport, an `openPipelineStream` or a `pino.multistream` with one of these
 * @returns a function that takes it back
 */
declare function installShutdown(logger: object, options?: ShutdownOptions): () => void;

/** `traceMixin`: the active span in every line, for pino's option `mixin`. */

/**
 * For `pino({ mixin: traceMixin() }, transport)`: `trace_id`, `span_id` and `trace_flags` of the span in which a record is logged, where
 * `@opentelemetry/api` is in use. It must run in the application's thread, since the worker knows no spans. Beside
 * `@opentelemetry/instrumentation-pino`, which writes the same fields, it changes nothing.
 */
declare function traceMixin(): () => SpanAttributes | Record<string, never>;

/** `transportStats` and `observeTransport`: the worker's counters on the main thread, where an application's metrics are. */

/**
 * The counters of every `pino-openpipeline` target of this transport, added up. They are the worker's: a record that it has not
 * read yet is in none of them.
 * @param given what `pino.transport()` returned, or a logger that logs to it
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target, has ended or does not answer within `timeoutMs` (default 5000);
 * `INVALID_OPTIONS` for anything else than a transport or its logger
 */
declare function transportStats(given: Transport | PinoLogger, { timeoutMs }?: FlushOptions): Promise<Stats>;
/**
 * Gives the worker's counters to the OpenTelemetry SDK of the application, as the other ways of logging do by themselves: asked for
 * whenever metrics are collected. Does nothing where no MeterProvider is registered.
 * @param given what `pino.transport()` returned, or a logger that logs to it
 * @returns a function that ends it; the end of the transport does, too
 * @throws OpenPipelineError `INVALID_OPTIONS` for anything else than a transport or its logger
 */
declare function observeTransport(given: Transport | PinoLogger): () => void;

/**
 * Use it by name: `pino.transport({ target: 'pino-openpipeline', options })`. It also works in process.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option; from a worker it arrives as the transport's `error` event
 */
declare function pinoOpenPipeline(options?: PinoOpenPipelineOptions): Promise<Writable>;

export { type OpenPipelineStream, type OpenPipelineStreamOptions, type PinoOpenPipelineOptions, pinoOpenPipeline as default, flushTransport, installShutdown, observeTransport, openPipelineStream, traceMixin, transportStats };
