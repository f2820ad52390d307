/** The code blocks of the READMEs, and which of them a test has taken. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages, root } from '../package/workspace.ts'

export interface Block {
  readonly file: string
  readonly line: number
  /** What stands behind the fence. */
  readonly language: string
  readonly text: string
}

const readmes = ['README.md', ...packages.map(({ folder }) => `packages/${folder}/README.md`)]

const FENCED = /^```(\w*)\n([^]*?)^```$/gm

function blocksOf(file: string): Block[] {
  const markdown = readFileSync(join(root, file), 'utf8')
  return [...markdown.matchAll(FENCED)].map(({ index, 1: language = '', 2: text = '' }) => {
    return { file, line: markdown.slice(0, index).split('\n').length, language, text }
  })
}

const all = readmes.flatMap(blocksOf)
const taken = new Set<Block>()

/** The one block of a file that holds this text; from now on it counts as run. */
export function take(file: string, part: string): Block {
  const found = all.filter((block) => block.file === file && block.text.includes(part))
  const [block] = found
  if (block === undefined || found.length > 1) throw new Error(`${file} has ${found.length} blocks with ${part}`)
  taken.add(block)
  return block
}

/** Where the blocks stand that nobody has taken. */
export function notTaken(): string[] {
  return all.filter((block) => !taken.has(block)).map(({ file, line }) => `${file}:${line}`)
}
