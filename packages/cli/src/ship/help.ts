/** The help text of `openpipeline ship`. */

export interface Defaults {
  readonly timeoutMs: number
  readonly intervalMs: number
  readonly maxAgeMs: number
}

export function shipHelp({ intervalMs, maxAgeMs, timeoutMs }: Defaults): string {
  return `Usage: openpipeline ship DIRECTORY [options]

Delivers what ended processes have left in a spool (option spool.directory of the transports): beside the application
in a side-car, after it in ExecStopPost=, or from a timer. What a running process writes is never touched, so it may be
run at any time, also several times at once. Run it as the user of the application, with its URL: a spool belongs to
one endpoint, and events for another one are left alone and told.

Options
  --url URL           environment URL or complete ingest URL (default: OPENPIPELINE_URL)
  --token-file FILE   file with the access token (default: the variable OPENPIPELINE_TOKEN)
  --proxy URL         proxy on the way; env takes it from HTTPS_PROXY and NO_PROXY (default: none)
  --ca FILE           certificate authority that is trusted instead of Node's own
  --watch             go on until a signal comes, and wait for an endpoint that is down
  --interval MS       with --watch, time between two looks at the directory (default ${intervalMs})
  --timeout MS        without --watch, gives up when nothing was accepted for so long (default ${timeoutMs})
  --dead-letter FILE  keep events there that the service refuses, or that are too old; else they are lost, and counted
  --max-age MS        give up events that are older (default ${maxAgeMs}, seven days)
  --json              print the result as JSON; with --watch, a line whenever something was delivered
  -h, --help          print this

Examples
  openpipeline ship /var/lib/orders/spool
  openpipeline ship /spool --watch --token-file /run/secrets/dynatrace
  openpipeline ship /spool --json | jq .left.bytes

Exit status
  0  everything was delivered; with --watch, nothing was lost until the signal came
  1  some events are left, in the dead letter or lost      2  wrong arguments or settings`
}
