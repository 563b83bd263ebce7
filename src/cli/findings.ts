import { styleText } from 'node:util'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Io } from './io.ts'

/** What one check came to, under a heading that it shares with its neighbours. `remedy` is what to do or type. */
export type CheckFinding = {
  heading: string
  check: string
  outcome: 'good' | 'warning' | 'failed' | 'not checked'
  sentence: string
  remedy?: string | undefined
}

/** What several checks came to, as JSON and as lines. */
export type CheckResult = {
  json: JsonObject
  text: string
  failed: boolean
  findings: readonly CheckFinding[]
}

const colourOf = { good: 'green', warning: 'yellow', failed: 'red', 'not checked': 'gray' } as const
const wordWidth = 'not checked'.length

/** A line for each, coloured where somebody looks at a terminal (NO_COLOR is obeyed). What servers said is made visible. */
export function formatFindings(io: Io, findings: readonly CheckFinding[]): string {
  const coloured = io.stdout.isTTY === true && !io.environment.NO_COLOR
  const lines = findings.flatMap(({ heading, check, outcome, sentence, remedy }, index) => {
    const word = outcome.padEnd(wordWidth)
    const shown = coloured ? styleText(colourOf[outcome], word, { validateStream: false }) : word
    return [
      ...(findings[index - 1]?.heading === heading ? [] : [`${heading}:`]),
      `  ${shown}  ${check}: ${visibleText(sentence)}`,
      ...(remedy === undefined || outcome === 'good'
        ? []
        : [`${' '.repeat(wordWidth + 4)}${visibleText(remedy)}`]),
    ]
  })
  return lines.map((line) => `${line}\n`).join('')
}

export const hasFailed = (findings: readonly CheckFinding[]): boolean =>
  findings.some(({ outcome }) => outcome === 'failed')

/** For programs. */
export const findingMembers = (
  { check, outcome, sentence, remedy }: CheckFinding,
  direction: string,
): JsonObject => ({
  Direction: direction,
  Check: check,
  Outcome: outcome,
  Sentence: sentence,
  ...(remedy !== undefined && { Remedy: remedy }),
})
