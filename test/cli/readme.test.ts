/** The READMEs' tables of options and flags. Their code is run by `test/docs`. */
import { readFileSync } from 'node:fs'
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, it } from 'vitest'
import { start } from './program.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('the README of the receiver lists every option, and no other', async () => {
  const readme = read('packages/receiver/README.md')
  const table = readme.slice(readme.indexOf('## Options of'), readme.indexOf('## The receiver'))
  const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  const refusal = startReceiver({ none: true } as never)
  await expect(refusal).rejects.toThrow(`known are ${listed.join(', ')}`)
})

describe('the README of the command line', () => {
  it.each(['check', 'pipe', 'receive', 'replay', 'ship'])(
    'lists every flag of %s that its help knows, and no other',
    async (command) => {
      const readme = read('packages/cli/README.md')
      const section = readme.split(/^## /m).find((part) => part.startsWith(`openpipeline ${command}\n`)) ?? ''
      const listed = [...section.matchAll(/^\| `(--[\w-]+)/gm)].map(([, flag]) => flag)
      const program = start([command, '--help'])
      await program.exit
      const known = [...program.stdout().matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag)
      expect(listed.concat('--help')).toEqual(known)
    },
  )
})
