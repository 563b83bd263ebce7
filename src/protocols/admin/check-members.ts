import type { CheckResult } from '#src/domain/maintenance/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** What a check found. `WithoutKey`: organisations of which most was not verified, as their key cannot be used. */
export const checkMembers = (check: CheckResult): JsonObject => ({
  Organizations: check.organizations,
  Mailboxes: check.mailboxes,
  Items: check.items,
  Bodies: check.bodies,
  WithoutKey: check.withoutKey.map(({ organization, why }) => ({ OrganizationId: organization, Why: why })),
  FindingCount: check.findingCount,
  Findings: check.findings.map(({ where, what, remedy }) => ({ Where: where, What: what, Remedy: remedy })),
})
