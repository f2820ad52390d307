/** `npm run soak -- [minutes]`: reads the argument, draws a seed where `SEED` names none, and runs the soak. */
import { fileURLToPath } from 'node:url'

import { startVitest } from 'vitest/node'

const MAX_MINUTES = 720

const [argument = '1', ...others] = process.argv.slice(2)
const minutes = Number(argument)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
if (others.length > 0 || !(minutes > 0 && minutes <= MAX_MINUTES) || !Number.isSafeInteger(seed)) {
  console.error(`usage: [SEED=<integer>] npm run soak -- [minutes from 0 to ${MAX_MINUTES}]`)
  process.exit(2)
}
console.log(`soak of ${minutes} min, SEED=${seed}`)
// The soak itself reads them there.
Object.assign(process.env, { SEED: String(seed), SOAK_MINUTES: String(minutes) })
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url))
const vitest = await startVitest('test', [], { config, watch: false })
await vitest.close() // it has set the exit code
console.log(`repeat with SEED=${seed} npm run soak -- ${minutes}`)
