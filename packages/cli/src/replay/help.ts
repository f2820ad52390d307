/** The help text of `openpipeline replay`. */

export function replayHelp(defaultTimeoutMs: number): string {
  return `Usage: openpipeline replay FILE [options]

Sends the events of a dead letter file again. What is refused again stays in the file, with the new answer, and so
does what could not be sent; all else leaves it. The file is exchanged in one step at the end, so that a replay that
is killed leaves it as it was. Applications may go on writing to it meanwhile.

Options
  --url URL           environment URL or complete ingest URL (default: OPENPIPELINE_URL)
  --token-file FILE   file with the access token (default: the variable OPENPIPELINE_TOKEN)
  --proxy URL         proxy on the way; env takes it from HTTPS_PROXY and NO_PROXY (default: none)
  --ca FILE           certificate authority that is trusted instead of Node's own
  --config FILE       JSON file with options of the transports (url, endpoint, token, batch, …); flags go before it
  --timeout MS        gives up when nothing was accepted for so long (default ${defaultTimeoutMs})
  --json              print the result as JSON
  -h, --help          print this

Examples
  openpipeline replay /var/lib/app/dead-letter.ndjson
  openpipeline replay dead-letter.ndjson --json | jq .left

Exit status
  0  every event was delivered      1  some are left in the file      2  wrong arguments or settings`
}
