/** What a process knows of itself and its machine without asking. */
import { hostname } from 'node:os'
import { basename } from 'node:path'

import type { Attributes } from '../event.ts'

export function hostAttributes(): Attributes {
  return { 'host.name': hostname() }
}

export function processAttributes(): Attributes {
  return {
    'process.pid': process.pid,
    'process.executable.name': basename(process.execPath),
  }
}
