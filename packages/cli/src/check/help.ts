/** The help text of `openpipeline check`. */

export function checkHelp(defaultTimeoutMs: number): string {
  return `Usage: openpipeline check [options]

Tells which endpoint and which token are used and where they come from, sends one test event there, and says
what to change where it is not accepted. The event has the type openpipeline.check.

Options
  --url URL           environment URL or complete ingest URL (default: OPENPIPELINE_URL)
  --token-file FILE   file with the access token (default: the variable OPENPIPELINE_TOKEN)
  --proxy URL         proxy on the way; env takes it from HTTPS_PROXY and NO_PROXY (default: none)
  --ca FILE           certificate authority that is trusted instead of Node's own
  --config FILE       JSON file with options of the transports (url, endpoint, token, batch, …); flags go before it
  --timeout MS        how long to go on trying where the cause may pass by itself (default ${defaultTimeoutMs})
  --json              print the result as JSON
  -h, --help          print this

Examples
  openpipeline check
  openpipeline check --url https://abc12345.live.dynatrace.com --token-file /run/secrets/dynatrace
  openpipeline check --json | jq -r .problem

Exit status
  0  the event was accepted      1  it was not      2  wrong arguments or settings`
}
