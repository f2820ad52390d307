/** A vitest reporter that prints `N passed, N failed, N skipped` as the very last line, for CI and for people. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const line = summary(modules, unhandledErrors)
      // Coverage tables are printed after this hook, hence the exit listener.
      process.once('exit', () => process.stdout.write(`${line}\n`))
    },
  }
}

function summary(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): string {
  const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
  for (const module of modules) {
    // A module or suite has errors of its own when an import or a hook failed: its tests may not even be known.
    count.failed += module.errors().length
    for (const suite of module.children.allSuites()) count.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      count[state === 'pending' ? 'failed' : state] += 1
    }
  }
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
}
