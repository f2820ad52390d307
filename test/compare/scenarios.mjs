/** The cells of the comparison: how the server behaves, what is logged, and how the process ends. */

const PADDING = 'x'.repeat(10_000)

/** `wait`: until all has arrived, or 15 seconds; then the documented close. */
export const scenarios = {
  'natural end': { title: '2,500 records, natural end', count: 2500, end: 'nothing', behaviour: {} },
  exit: { title: '200 records, `process.exit()` after 50 ms', count: 200, end: 'exit', behaviour: { latencyMs: 150 } },
  close: {
    title: '200 records, documented close, then `process.exit()`',
    count: 200,
    end: 'close',
    behaviour: { latencyMs: 400 },
  },
  flush: { title: '200 records, flush awaited, then SIGKILL', count: 200, end: 'flush', behaviour: { latencyMs: 150 } },
  'too large': {
    title: '300 × 10 KB, 413 above 1,000,000 bytes',
    count: 300,
    padding: PADDING,
    end: 'wait',
    behaviour: { maxBytes: 1_000_000 },
  },
  poison: {
    title: '100 records and one that is refused with 400',
    count: 100,
    poison: true,
    end: 'wait',
    behaviour: { poison: true },
  },
  unavailable: {
    title: '100 records, 503 twice',
    count: 100,
    end: 'wait',
    behaviour: { first: { times: 2, status: 503 } },
  },
  throttled: {
    title: '100 records, 429 with `Retry-After: 3` once',
    count: 100,
    end: 'wait',
    behaviour: { first: { times: 1, status: 429, headers: { 'retry-after': '3' } } },
  },
  hang: {
    title: '100 records, server hangs, documented close: seconds, exit code',
    count: 100,
    end: 'close',
    behaviour: { hang: true },
    isAboutEnd: true,
  },
}
