/** A folder for what test files share, such as the packed packages, removed after the run. Its name alone costs nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

export default function setUp(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-run-'))
  project.provide('sharedFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly sharedFolder: string
  }
}
