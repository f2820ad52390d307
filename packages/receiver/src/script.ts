/** Scripted answers in turn: one is used up per ingest request, then the receiver answers as usual again. */
import { invalidOption } from './errors.ts'
import { type ScriptedAnswer, type Step, toStep, USUAL_STEP } from './step.ts'

export class Script {
  #steps: Step[] = []
  #usesLeft = 0

  /** Forgets what is left of the old script. */
  replace(script: readonly ScriptedAnswer[]): void {
    if (!Array.isArray(script)) throw invalidOption('script', 'a list of answers', script)
    this.#steps = script.map((answer, index) => toStep(answer, `script[${index}]`))
    this.#usesLeft = this.#steps[0]?.times ?? 0
  }

  /** What `next` will answer with, unless it is the usual step. */
  peek(): { readonly step: Step; readonly usesLeft: number; readonly hasMore: boolean } | undefined {
    const [step, following] = this.#steps
    return step === undefined ? undefined : { step, usesLeft: this.#usesLeft, hasMore: following !== undefined }
  }

  next(): Step {
    const step = this.#steps[0]
    if (step === undefined) return USUAL_STEP
    this.#usesLeft -= 1
    if (this.#usesLeft <= 0) {
      this.#steps.shift()
      this.#usesLeft = this.#steps[0]?.times ?? 0
    }
    return step
  }
}
