import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { formatFindings } from '../findings.ts'
import type { Session } from '../session.ts'
import { Interrupted, UsageFault } from '../usage-fault.ts'
import { checkAvailability } from './interop-availability.ts'
import { checkDirectory } from './interop-directory.ts'
import { checkMail } from './interop-mail.ts'

/** What one check came to: lines of `good`, `warning`, `failed` and `not checked`, each with its remedy. */
export type CheckResult = { json: JsonObject; text: string; failed: boolean }

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
      ? 'Everything that was checked is good.'
      : `To be mended: ${failed.join(', ')}. Each failed line says how.`
  return {
    json: Object.fromEntries(results.map(([name, { json }]) => [name, json])),
    text: `${results.map(([, { text }]) => text).join('\n')}\n${sum}\n`,
    exitCode: failed.length === 0 ? 0 : 1,
  }
}

const couldNot = (session: Session, name: string, sentence: string): CheckResult => ({
  json: { Failure: sentence },
  text: formatFindings(session.io, [{ heading: name, check: 'this check', outcome: 'failed', sentence }]),
  failed: true,
})

/** Why a check cannot be made. Rejects with what is our own fault, or somebody's who called it off. */
async function sentenceOf(error: unknown): Promise<string> {
  if (error instanceof UsageFault) return error.message
  const { knownFailure } = await import('#src/app/failure.ts')
  const known = error instanceof Interrupted ? undefined : knownFailure(error)
  if (known === undefined) throw error
  return known.sentence
}
