import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** Whether everything was verified, and nothing found. */
export const isClean = (result: JsonObject): boolean =>
  result.FindingCount === 0 && (result.WithoutKey as JsonObject[]).length === 0

/** What a check found, for people. */
export function formatCheck(result: JsonObject): string {
  const number = (name: string) => Number(result[name]).toLocaleString('en')
  const seen = `organisations ${number('Organizations')}, mailboxes ${number('Mailboxes')}, items ${number('Items')}, bodies ${number('Bodies')}`
  const locked = (result.WithoutKey as JsonObject[]).map(
    ({ OrganizationId, Why }) => `not verified: organisation ${OrganizationId}: ${Why}`,
  )
  const listed = (result.Findings as JsonObject[]).map(
    ({ Where, What, Remedy }) => `${Where}: ${What} ${Remedy}`,
  )
  const more = Number(result.FindingCount) - listed.length
  if (more > 0) listed.push(`and ${more.toLocaleString('en')} more of the kind.`)
  return `${summary(result, seen)}${[...locked, ...listed].map((line) => `  ${visibleText(line)}\n`).join('')}`
}

function summary(result: JsonObject, seen: string): string {
  if (isClean(result)) return `All is well (${seen}).\n`
  if (result.FindingCount === 0) return `Nothing is wrong in what could be verified (${seen}):\n`
  const count = Number(result.FindingCount)
  return `${count.toLocaleString('en')} ${count === 1 ? 'finding' : 'findings'} (${seen}):\n`
}
