import { type HeaderField, unfold } from './fields.ts'

/** RFC 4021 §2.1.54 and X-Priority: which of both says more is taken. */
export function importanceIn(fields: readonly HeaderField[]): 'Low' | 'Normal' | 'High' {
  const word = textOf(fields, 'importance')?.toLowerCase()
  if (word === 'high' || word === 'low') return word === 'high' ? 'High' : 'Low'
  const number = Number.parseInt(textOf(fields, 'x-priority') ?? '3', 10)
  return number < 3 ? 'High' : number > 3 ? 'Low' : 'Normal'
}

/** Sensitivity, RFC 4021 §2.1.55. */
export function sensitivityIn(
  fields: readonly HeaderField[],
): 'Normal' | 'Personal' | 'Private' | 'Confidential' {
  const word = textOf(fields, 'sensitivity')?.toLowerCase() ?? ''
  if (word.startsWith('company')) return 'Confidential'
  return word === 'personal' ? 'Personal' : word === 'private' ? 'Private' : 'Normal'
}

function textOf(fields: readonly HeaderField[], name: string): string | undefined {
  const field = fields.find(({ key }) => key === name)
  return field && unfold(field.value).trim()
}
