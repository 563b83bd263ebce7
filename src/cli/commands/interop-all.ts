import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { type CheckFinding, type CheckResult, formatFindings } from '../findings.ts'
import type { Session } from '../session.ts'
import { Interrupted, UsageFault } from '../usage-fault.ts'
import { checkAvailability } from './interop-availability.ts'
import { checkDirectory } from './interop-directory.ts'
import { checkMail } from './interop-mail.ts'

/** `landbridge interop check`: every check in one list. One that cannot be made is told as failed, and does not hold up the others. */
export async function checkAll(
  cli: Cli,
  session: Session,
  options: Record<string, unknown>,
): Promise<{ json: JsonObject; text: string; exitCode: number }> {
  const checks = {
    Directory: () => checkDirectory(session),
    Mail: () => checkMail(cli, session, options),
    Availability: () => checkAvailability(cli, session, options),
  }
  const results: [name: string, result: CheckResult][] = []
  for (const [name, check] of Object.entries(checks)) {
    const result = await check().catch(async (error: unknown) =>
      couldNot(session, name, await sentenceOf(error)),
    )
    results.push([name, result])
  }
  const failed = results.filter(([, result]) => result.failed).map(([name]) => name.toLowerCase())
  const sum =
    failed.length === 0
      ? sumOf(results.flatMap(([, { findings }]) => findings))
      : `To be mended: ${failed.join(', ')}. Each failed line says how.`
  return {
    json: Object.fromEntries(results.map(([name, { json }]) => [name, json])),
    text: `${results.map(([, { text }]) => text).join('\n')}\n${sum}\n`,
    exitCode: failed.length === 0 ? 0 : 1,
  }
}

/** Of checks of which none failed. */
function sumOf(findings: readonly CheckFinding[]): string {
  const of = (outcome: CheckFinding['outcome']) => findings.filter((one) => one.outcome === outcome).length
  const [warnings, unchecked] = [of('warning'), of('not checked')]
  const but = [
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
    ...(unchecked === 0 ? [] : [`${unchecked} not checked`]),
  ]
  if (but.length === 0) return 'Everything that was checked is good.'
  return `Nothing failed: ${of('good')} good, ${but.join(', ')}. Each line says why.`
}

function couldNot(session: Session, name: string, sentence: string): CheckResult {
  const findings = [{ heading: name, check: 'this check', outcome: 'failed', sentence }] as const
  return { json: { Failure: sentence }, text: formatFindings(session.io, findings), failed: true, findings }
}

/** Why a check cannot be made. Rejects with what is our own fault, or somebody's who called it off. */
async function sentenceOf(error: unknown): Promise<string> {
  if (error instanceof UsageFault) return error.message
  const { knownFailure } = await import('#src/app/failure.ts')
  const known = error instanceof Interrupted ? undefined : knownFailure(error)
  if (known === undefined) throw error
  return known.sentence
}
