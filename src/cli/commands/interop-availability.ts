import type { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { readLine } from '../ask.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { type CheckResult, findingMembers, formatFindings, hasFailed } from '../findings.ts'
import type { Session } from '../session.ts'
import { endpointOf } from './availability.ts'
import { requireDomainName } from './interop-domains.ts'

export const availabilityOptions = (command: Command): Command =>
  command.option(
    '--password-stdin',
    'take the password of the account that Exchange asks with, and ask as it does',
  )

/** `landbridge interop check availability` */
export async function checkAvailability(
  cli: Cli,
  session: Session,
  options: Record<string, unknown>,
): Promise<CheckResult> {
  const { config } = cli.config(options as GlobalOptions)
  const { checkInteropAvailability } = await import('#src/app/interop-availability.ts')
  const named = options.routingDomain as string | undefined
  if (named !== undefined) await requireDomainName(session, named)
  const { AvailabilityAccounts, RoutingDomain } = await session.callHere('ListAvailabilityAccounts')
  const findings = await checkInteropAvailability(config, {
    configurations: await tested(session),
    accounts: (AvailabilityAccounts as JsonObject[]).flatMap(({ Email }) => (Email ? [String(Email)] : [])),
    routingDomain: named ?? (RoutingDomain as string | undefined) ?? null,
    password: options.passwordStdin === true ? await readLine(session) : undefined,
    webAddress: await webAddress(session),
  })
  const found = findings.map((each) => ({ ...each, heading: `Questions ${each.direction}` }))
  return {
    json: { Findings: findings.map((each, index) => findingMembers(found[index]!, each.direction)) },
    text: formatFindings(session.io, found),
    failed: hasFailed(found),
    findings: found,
  }
}

async function tested(session: Session) {
  const found: { domain: string; endpoint: string; problem: string | null }[] = []
  for await (const page of session.pagesHere(
    'ListAvailabilityConfigurations',
    'AvailabilityConfigurations',
  )) {
    for (const configuration of page) {
      const domain = String(configuration.DomainName)
      const { TestPassed, FailureReason } = await session.callHere('TestAvailabilityConfiguration', {
        DomainName: domain,
      })
      const problem = TestPassed === true ? null : String(FailureReason)
      found.push({ domain, endpoint: endpointOf(configuration), problem })
    }
  }
  return found
}

async function webAddress(session: Session): Promise<string | undefined> {
  if (!session.serving) return undefined
  const { Listeners } = await session.call('DescribeService')
  const found = (Listeners as JsonObject[]).find(({ Name }) => String(Name).includes('calendars'))
  return found === undefined ? undefined : String(found.Address)
}
