import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../compare/main.mjs', import.meta.url))

describe('npm run compare', () => {
  it.each([
    ['unavailable', '| 100 records, 503 twice | 100 |'],
    ['too large', '| 300 × 10 KB, 413 above 1,000,000 bytes | 300 |'],
  ])('shows what arrives of the records, case %s', (scenario, row) => {
    const output = execFileSync(process.execPath, [main, '--only', 'winston-openpipeline', '--scenario', scenario], {
      encoding: 'utf8',
    })
    expect(output).toContain(row)
  })

  it('shows what is lost', () => {
    const output = execFileSync(process.execPath, [main, '--only', 'in process', '--scenario', 'exit'], {
      encoding: 'utf8',
    })
    expect(output).toMatch(/\| 200 records, `process.exit\(\)` after 50 ms \| 0 \|/)
  })
})
