import { ShipperOptions, ShutdownOptions, FlushOptions, FlushResult, Stats, DiagnosticEvent } from 'openpipeline-core';
export { DiagnosticEvent, FlushOptions, FlushResult, GenericEvent, LossReason, OpenPipelineError, Stats } from 'openpipeline-core';
import TransportStream from 'winston-transport';

/** Options of the winston adapter: winston's own for every transport, and the core's. */

/** Options of `new OpenPipelineTransport(options)`. */
interface WinstonOpenPipelineOptions extends ShipperOptions {
    /** Least severe level that is sent; the logger's own where it is absent. */
    readonly level?: string;
    /** Format of this transport alone. A `format.json()` is never needed: events are encoded from the info itself. */
    readonly format?: NonNullable<TransportStream.TransportStreamOptions['format']>;
    /** Sends nothing. */
    readonly silent?: boolean;
    /** Sends uncaught exceptions, which winston then reports to this transport. */
    readonly handleExceptions?: boolean;
    /** Sends unhandled rejections, which winston then reports to this transport. */
    readonly handleRejections?: boolean;
}

/** `installShutdown`: a logger that is closed when the process is told to end. */

/** What is used of a winston logger. */
interface ClosableLogger {
    end(): unknown;
    once(event: 'finish', listener: () => void): unknown;
}
/**
 * At SIGTERM or SIGINT ends the logger, waits until its transports have delivered what they hold, at most `timeoutMs`, and raises
 * the signal again. Opt-in: without it no signal is handled here.
 * @returns a function that takes it back
 */
declare function installShutdown(logger: ClosableLogger, options?: ShutdownOptions): () => void;

/** The transport: winston's contract on one side, the core on the other. Each info is pushed within `log`; nothing ever waits or throws. */

/** What `warn` is emitted with: trouble with delivery, which the logger passes on. Never `error`: winston would unpipe the transport. */
interface OpenPipelineWarning extends Error {
    /** What the message is made of. */
    readonly event: DiagnosticEvent;
}
/** A transport of winston's: `winston.createLogger({ transports: [new OpenPipelineTransport(options)] })`. */
declare class OpenPipelineTransport extends TransportStream {
    #private;
    /** Name of the transport in the logger. */
    readonly name = "openpipeline";
    /** @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option */
    constructor(options?: WinstonOpenPipelineOptions);
    /** Called by winston for each info. The callback is called within the call, also when the queue is full: other transports must not wait for us. */
    log(info: object, next?: () => void): void;
    /** Resolves when everything logged before the call is delivered, has ended otherwise, or after `timeoutMs` (default 10000). */
    flush(options?: FlushOptions): Promise<FlushResult>;
    /** Called by winston when the transport is removed or the logger closed; delivers what it holds within `closeTimeoutMs`. */
    close(): Promise<FlushResult>;
    /** Counts of everything since the start, at this moment. */
    stats(): Stats;
    /** `logger.end()` waits for this: the logger's `finish` means delivered. */
    _final(done: (error?: Error | null) => void): void;
}

export { OpenPipelineTransport, type OpenPipelineWarning, type WinstonOpenPipelineOptions, OpenPipelineTransport as default, installShutdown };
