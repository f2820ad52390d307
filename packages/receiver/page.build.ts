/** Compiles the live page into the package: script, style and HTML become one text, and their hashes its security policy. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]
type Esbuild = Parameters<Plugin['setup']>[0]['esbuild']

/** Replaces `RECEIVER_PAGE` (`src/page/asset.ts`). */
export const pagePlugin: Plugin = {
  name: 'page',
  async setup(build) {
    const page = JSON.stringify(await buildPage(build.esbuild))
    build.initialOptions.define = { ...build.initialOptions.define, RECEIVER_PAGE: page }
    build.onEnd(({ outputFiles = [] }) => {
      for (const output of outputFiles.filter(({ path }) => path.endsWith('.map'))) {
        output.contents = Buffer.from(withoutPage(output.text))
      }
    })
  },
}

/** Nobody debugs the page from the receiver's source map, where it would stand a second time. */
function withoutPage(sourceMap: string): string {
  const map: { sources: string[]; sourcesContent: (string | null)[] } = JSON.parse(sourceMap)
  const sourcesContent = map.sourcesContent.map((text, index) =>
    map.sources[index]?.startsWith('<define:') === true ? null : text,
  )
  return JSON.stringify({ ...map, sourcesContent })
}

async function buildPage(esbuild: Esbuild): Promise<{ html: string; scriptHash: string; styleHash: string }> {
  const script = await bundle(esbuild, 'main.ts')
  const style = await bundle(esbuild, 'page.css')
  const html = readFileSync(file('page.html'), 'utf8')
    .replaceAll(/\n\s+/g, '\n')
    .replace(/<style>[^]*?<\/style>/, () => `<style>${style}</style>`)
    .replace(/<script>[^]*?<\/script>/, () => `<script>${script}</script>`)
  return { html, scriptHash: hashOf(script), styleHash: hashOf(style) }
}

async function bundle(esbuild: Esbuild, name: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [file(name)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: name.endsWith('.ts') ? 'es2022' : 'esnext',
    platform: 'browser',
    charset: 'utf8',
    legalComments: 'none',
  })
  return outputFiles[0]?.text.trim() ?? ''
}

function file(name: string): string {
  return fileURLToPath(new URL(`src/page/client/${name}`, import.meta.url))
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
