import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

type Check = {
  organizations: number
  mailboxes: number
  items: number
  bodies: number
  findingCount: number
  findings: readonly { where: string; what: string; remedy: string }[]
}

/** A check as the operation CheckStore tells it. */
export const checkMembers = (check: Check): JsonObject => ({
  Organizations: check.organizations,
  Mailboxes: check.mailboxes,
  Items: check.items,
  Bodies: check.bodies,
  FindingCount: check.findingCount,
  Findings: check.findings.map(({ where, what, remedy }) => ({ Where: where, What: what, Remedy: remedy })),
})

/** What a check found, for people. */
export function formatCheck(result: JsonObject): string {
  const number = (name: string) => Number(result[name]).toLocaleString('en')
  const seen = `organisations ${number('Organizations')}, mailboxes ${number('Mailboxes')}, items ${number('Items')}, bodies ${number('Bodies')}`
  if (result.FindingCount === 0) return `All is well (${seen}).\n`
  const listed = result.Findings as JsonObject[]
  const lines = listed.map(({ Where, What, Remedy }) => visibleText(`${Where}: ${What} ${Remedy}`))
  const more = Number(result.FindingCount) - listed.length
  if (more > 0) lines.push(`and ${more.toLocaleString('en')} more of the kind.`)
  return `${number('FindingCount')} findings (${seen}):\n${lines.map((line) => `  ${line}\n`).join('')}`
}
