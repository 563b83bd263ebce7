import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'

const names = z.array(z.string().min(1))
const shape = z.strictObject({
  together: z.array(names).default([]),
  apart: z.array(names).default([]),
  ignoreGrantees: names.default([]),
})

export type RulesFile = z.infer<typeof shape>

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
    throw refuse((error as Error).message.split('\n')[0]!, error)
  }
  const checked = shape.safeParse(read ?? {})
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw refuse(`${issue!.path.join('.') || 'the file'}: ${issue!.message}`, checked.error)
}
