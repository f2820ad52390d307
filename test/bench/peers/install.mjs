/** Installs the other transports into this folder, once: nobody else needs them. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export function installPeers() {
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  if (existsSync(`${cwd}/node_modules`)) return
  console.log('installing the peers')
  execFileSync('npm', ['ci'], { cwd, stdio: 'inherit' })
}
