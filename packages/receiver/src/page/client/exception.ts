/** An exception with its causes: type, message, and the stack with the frames of libraries held back. */
import { make } from './dom.ts'
import { cut, textOf, visible } from './format.ts'
import type { Attributes } from './parse.ts'

const MAX_CAUSES = 10
const MAX_TITLE = 5000
const MAX_STACK = 100_000

/** `exception.*`, then `exception.cause.*` and so on; nothing where the event has no exception. */
export function exceptionSection(attributes: Attributes): HTMLElement | undefined {
  const parts: HTMLElement[] = []
  for (let prefix = 'exception'; parts.length < MAX_CAUSES; prefix += '.cause') {
    const part = exceptionPart(attributes, prefix)
    if (part === undefined) break
    parts.push(part)
  }
  if (parts.length === 0) return undefined
  return make('section', { class: 'exception' }, make('h3', {}, 'Exception'), ...parts)
}

function exceptionPart(attributes: Attributes, prefix: string): HTMLElement | undefined {
  const { [`${prefix}.type`]: type, [`${prefix}.message`]: message, [`${prefix}.stack_trace`]: stack } = attributes
  if (type === undefined && message === undefined && stack === undefined) return undefined
  const title = [type, message]
    .filter((part) => part !== undefined)
    .map((part) => cut(visible(textOf(part)), MAX_TITLE))
  return make(
    'div',
    { class: 'cause' },
    make('p', { class: 'title' }, prefix === 'exception' ? '' : 'caused by ', make('strong', {}, title.join(': '))),
    stack === undefined ? undefined : stackTrace(cut(visible(textOf(stack)), MAX_STACK), title),
  )
}

const MAX_FRAMES = 200

function stackTrace(stack: string, title: readonly string[]): HTMLElement {
  const lines = stack.split('\n')
  // The first line says again what stands above it.
  const frames = lines[0]?.trim() === title.join(': ') ? lines.slice(1) : lines
  const shown = frames.slice(0, MAX_FRAMES).map((line) => make('span', { class: frameClass(line) }, line.trim()))
  return make('pre', { class: 'stack' }, ...shown)
}

function frameClass(line: string): string {
  return /node_modules|\(node:|at node:/.test(line) ? 'frame library' : 'frame'
}
