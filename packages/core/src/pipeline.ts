/** Composition: the stages behind `push`, each told only of what it needs. The one file that imports them all. */
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { DeadLetter } from './dead-letter.ts'
import { Gate } from './deliver/gate.ts'
import type { GateState } from './deliver/gate.ts'
import { composeDelivery } from './deliver/deliver.ts'
import type { DiagnosticEvent } from './diagnostics.ts'
import { Diagnostics } from './diagnostics.ts'
import type { MetadataFiles } from './enrichment/metadata-files.ts'
import { composeIntake } from './intake.ts'
import type { Intake } from './intake.ts'
import { Ledger } from './ledger.ts'
import { LossReport } from './loss-report.ts'
import { Losses } from './losses.ts'
import { MaxBodyBytes } from './max-body-bytes.ts'
import { Pump } from './pump.ts'
import { Queue } from './queue.ts'
import { Settlement } from './settle.ts'
import type { Host, Settings } from './settings.ts'
import { composeSpool } from './spool/compose.ts'
import type { Spool } from './spool/spool.ts'
import { VERSION } from './version.ts'

/** What tests pass in instead of the machine's time and chance, and adapters to hear of trouble. */
export interface Surroundings {
  readonly clock?: Clock
  readonly random?: () => number
  readonly onEvent?: (event: DiagnosticEvent) => void
  /** False where somebody else observes its counters as metrics. */
  readonly isObserved?: boolean
  /** Where the files of OneAgent and the Dynatrace Operator are. */
  readonly metadata?: MetadataFiles
}

export interface Pipeline {
  readonly clock: Clock
  readonly intake: Intake
  readonly queue: Queue
  readonly pump: Pump
  readonly gate: Gate
  readonly ledger: Ledger
  readonly losses: Losses
  readonly lossReport: LossReport
  /** Undefined where events are kept in memory only. */
  readonly spool: Spool | undefined
  /** Most bytes of an encoded event. */
  readonly maxEventBytes: number
  /** Ends connections and files, and tells what is untold. */
  readonly dispose: () => void
}

/** Brackets around a body with one event. */
const BRACKETS = 2

export function composePipeline(settings: Settings, host: Host, surroundings: Surroundings): Pipeline {
  const { clock = systemClock, metadata, onEvent, random = Math.random } = surroundings
  const maxBytesPerBatch = Math.min(settings.batch.maxBytes, settings.queue.maxBytes)
  const maxEventBytes = maxBytesPerBatch - BRACKETS

  const ledger = new Ledger()
  const diagnostics = new Diagnostics(settings.diagnostics, host.name, clock, onEvent)
  const warn = (message: string): void => diagnostics.tell({ kind: 'warning', message })
  const intake = composeIntake(settings, host, { clock, warn, maxEventBytes, metadata })
  const { encoder } = intake
  const userAgent = `${host.name}/${VERSION} node/${process.versions.node}`
  const { deliver, close: closeConnections } = composeDelivery(settings, { userAgent, clock, traffic: ledger })
  const lossReport = new LossReport(deliver, encoder, clock)
  const deadLetter = settings.deadLetter && new DeadLetter(settings.deadLetter, warn)
  const losses = new Losses({ ledger, diagnostics, clock, deadLetter, lossReport })
  const queue = new Queue(
    { ...settings.queue, maxEventsPerBatch: settings.batch.maxEvents, maxBytesPerBatch },
    (span) => losses.record('queue-full', span),
  )
  const gate = new Gate({ ...settings.delivery, ...settings.retry }, clock, random, tellState(diagnostics))
  const maxBodyBytes = new MaxBodyBytes(maxBytesPerBatch, (bytes) => (queue.maxBodyBytes = bytes))
  const settlement = new Settlement({ queue, gate, ledger, losses, lossReport, maxBodyBytes, warn })
  const spool = composeSpool(settings, { clock, queue, ledger, losses, warn, onMore: () => pump.added() })
  const { lingerMs } = settings.batch
  const pump: Pump = new Pump({ queue, gate, ledger, clock, deliver, settlement, spool, lingerMs })
  const dispose = (): void => {
    intake.close()
    closeConnections()
    losses.tell()
    deadLetter?.close()
    diagnostics.close()
  }
  return { clock, intake, queue, pump, gate, ledger, losses, lossReport, spool, maxEventBytes, dispose }
}

const STATE_MESSAGES: Readonly<Record<GateState, string>> = {
  open: 'delivering again',
  throttled: 'waiting after a failure, nothing is lost yet',
  held: 'delivery is held until this is mended; events are kept',
}

function tellState(diagnostics: Diagnostics): (state: GateState, cause: string) => void {
  return (state, cause) => {
    const message = cause === '' ? STATE_MESSAGES[state] : `${STATE_MESSAGES[state]}: ${cause}`
    diagnostics.tell({ kind: 'state', state, message })
  }
}
