/** The help text of `openpipeline receive`. */

export function receiveHelp(defaultPort: number): string {
  return `Usage: openpipeline receive [options]

Starts a stand-in of the Dynatrace OpenPipeline ingest endpoint on this machine: it accepts, checks and answers
as the service does and keeps the events in memory, until it is ended with Ctrl-C or SIGTERM. Its address, opened
in a browser on this machine, shows events and requests as they come, and has buttons that make it fail.

Options
  --port N           port to listen on, 0 takes a free one (default ${defaultPort})
  --host ADDRESS     address to listen on (default 127.0.0.1; any other lets other machines in)
  --token-file FILE  accept only the token in this file, answer 401 to others (default: accept any)
  --latency MS       answer MS milliseconds later (default 0)
  --gzip             accept compressed bodies (default: answer 415)
  --json             print each event as a line of JSON to stdout, and all else to stderr
  -v, --verbose      print a line per request even where stdout is no terminal
  -h, --help         print this

Examples
  openpipeline receive
  openpipeline receive --port 0 --latency 200
  openpipeline receive --json | jq 'select(.loglevel == "ERROR")'

Exit status
  0  ended by a signal      1  the address cannot be used      2  wrong arguments`
}
