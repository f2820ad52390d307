/** The help text of `openpipeline pipe`. */

export function pipeHelp(defaultFlushTimeoutMs: number): string {
  return `Usage: node app.js | openpipeline pipe [options]

Reads log lines from stdin and delivers them to Dynatrace OpenPipeline: pino's lines, any other JSON object per line,
or plain text. It does not end before stdin does, whatever signal comes, so that the last lines of the application
arrive; then it goes on sending for a while. A summary is printed to stderr.

Options
  --url URL           environment URL or complete ingest URL (default: OPENPIPELINE_URL)
  --token-file FILE   file with the access token (default: the variable OPENPIPELINE_TOKEN)
  --proxy URL         proxy on the way; env takes it from HTTPS_PROXY and NO_PROXY (default: none)
  --ca FILE           certificate authority that is trusted instead of Node's own
  --config FILE       JSON file with options of the transports (attributes, redact, spool, …); flags go before it
  --tee               pass everything through to stdout
  --wait              wait for the endpoint instead of dropping lines when it is slower than the input;
                      on where stdin is a file
  --flush-timeout MS  how long to go on sending after the end of stdin (default ${defaultFlushTimeoutMs})
  -h, --help          print this

Examples
  export OPENPIPELINE_URL=https://abc12345.live.dynatrace.com OPENPIPELINE_TOKEN=dt0c01…
  node app.js | openpipeline pipe
  node app.js 2>&1 | openpipeline pipe --tee | pino-pretty
  openpipeline pipe --token-file /run/secrets/dynatrace < old.log

Exit status
  0  every line was delivered      1  some were lost or left      2  wrong arguments or settings`
}
