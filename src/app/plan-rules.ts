import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'

const names = z.array(z.string().min(1))
const shape = z.strictObject({
  together: z.array(names).default([]),
  apart: z.array(names).default([]),
  ignoreGrantees: names.default([]),
})

type RulesFile = z.infer<typeof shape>

export const noRules: RulesFile = { together: [], apart: [], ignoreGrantees: [] }

/** Rules that are too long for a command line: a YAML or JSON file with together, apart and ignoreGrantees. */
export async function readRules(file: string): Promise<RulesFile> {
  const text = await readFile(file, 'utf8')
  const refuse = (what: string, cause: unknown) =>
    new Refusal(
      'invalid-parameter',
      `${basename(file)}: ${what}. It may have together and apart, each a list of lists of addresses, and ignoreGrantees, a list of names.`,
      { cause },
    )
  let read: unknown
  try {
    read = parse(text)
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined
    throw refuse(`${line === undefined ? 'it' : `line ${line}`} is neither YAML nor JSON`, error)
  }
  const checked = shape.safeParse(read ?? {})
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw refuse(issueWords(issue!), checked.error)
}

function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `there is no rule ${issue.keys.map((key) => `"${key}"`).join(', ')}`
  const [rule, ...places] = issue.path.map((part) =>
    typeof part === 'number' ? `entry ${part + 1}` : String(part),
  )
  if (rule === undefined) return 'it has no rules by name'
  return `${[rule, ...places].join(', ')} is not ${issue.code === 'invalid_type' && issue.expected === 'array' ? 'a list' : 'a name'}`
}
