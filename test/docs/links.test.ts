/** Links of all Markdown files: each path is there, each anchor is a heading. Nothing is asked of the network. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packages, root } from '../package/workspace.ts'

interface Link {
  readonly line: number
  readonly target: string
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)))

describe('the links of the Markdown files', () => {
  it('are found', () => {
    expect(files).toContain('README.md')
    expect(linksOf('README.md').length).toBeGreaterThan(5)
  })

  it.each(files)('of %s lead somewhere', (file) => {
    const broken = linksOf(file).filter(({ target }) => !leadsSomewhere(file, target))
    expect(broken.map(({ line, target }) => `${file}:${line} ${target}`)).toEqual([])
  })
})

function linksOf(file: string): Link[] {
  return textOf(file)
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]: (\S+)|href="([^"]+)"/g)].map((match) => ({
        line: index + 1,
        target: match.slice(1).find((part) => part !== undefined) ?? '',
      })),
    )
}

/** Without code, in which brackets mean something else; lines keep their numbers. */
function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replaceAll(/^( *)```[^]*?^\1```$/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code))
}

function leadsSomewhere(file: string, target: string): boolean {
  const [path = '', anchor] = asPath(file, target).split('#')
  if (/^[a-z]+:/.test(path)) return true // another site
  const goal = path === '' ? file : relative(root, join(root, dirname(file), decodeURI(path)))
  if (goal.startsWith('..') || !existsSync(join(root, goal))) return false
  if (anchor === undefined) return true
  const page = statSync(join(root, goal)).isDirectory() ? join(goal, 'README.md') : goal
  return anchorsOf(page).has(anchor)
}

/** What npm shows of our packages stands here. */
function asPath(file: string, target: string): string {
  const [, name, anchor = ''] = /^https:\/\/www\.npmjs\.com\/package\/([\w-]+)(#.*)?$/.exec(target) ?? []
  const folder = packages.find((each) => each.name === name)?.folder
  if (folder === undefined) return target
  return `${relative(dirname(file), join('packages', folder, 'README.md'))}${anchor}`
}

/** As GitHub makes them of headings: small letters, hyphens for spaces, no punctuation, numbers behind repeated ones. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>()
  const headings = readFileSync(join(root, file), 'utf8')
    .replaceAll(/^```[^]*?^```$/gm, '')
    .matchAll(/^#{1,6} +(.+?) *#*$/gm)
  for (const [, heading = ''] of headings) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
    let anchor = slug
    for (let repeated = 1; anchors.has(anchor); repeated++) anchor = `${slug}-${repeated}`
    anchors.add(anchor)
  }
  return anchors
}
