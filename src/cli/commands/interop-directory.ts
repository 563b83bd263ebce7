import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type CheckFinding, type CheckResult, formatFindings, hasFailed } from '../findings.ts'
import { runLong } from '../long-operation.ts'
import type { Session } from '../session.ts'

/** `landbridge interop check directory` */
export async function checkDirectory(session: Session): Promise<CheckResult> {
  const { Findings } = await runLong(session, 'CheckDirectory', {
    OrganizationId: await session.organization(),
  })
  const found = Findings as JsonObject[]
  const findings = found.map(
    ({ Check, Ok, Detail, Remedy }): CheckFinding => ({
      heading: 'Directory',
      check: String(Check),
      outcome: Ok === true ? 'good' : 'failed',
      sentence: String(Detail),
      remedy: Remedy === undefined ? undefined : String(Remedy),
    }),
  )
  return {
    json: { Findings: found },
    text: formatFindings(session.io, findings),
    failed: hasFailed(findings),
    findings,
  }
}
