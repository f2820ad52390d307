/** A folder of the test's own, removed after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** @param onFinished of the test's context, where tests run side by side: there the common one is another test's */
export function temporaryFolder(onFinished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-test-'))
  onFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
