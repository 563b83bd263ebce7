import { Command } from 'commander'
import type { AvailabilityFinding } from '#src/app/interop-availability.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { readLine } from '../ask.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { endpointOf } from './availability.ts'

/** `landbridge interop check availability` */
export function interopAvailabilityCommand(cli: Cli): Command {
  const command = inOrganization(
    new Command('availability')
      .description('when people are free, in both directions; prints the cmdlet that is missing')
      .option('--routing-domain <name>', 'the domain that only this service owns')
      .option(
        '--password-stdin',
        'take the password of the account that Exchange asks with, and ask as it does',
      ),
  )
  cli.administers(command, async (session, options) => {
    const { config } = cli.config(options as GlobalOptions)
    const { checkInteropAvailability } = await import('#src/app/interop-availability.ts')
    const { AvailabilityAccounts, RoutingDomain } = await session.callHere('ListAvailabilityAccounts')
    const findings = await checkInteropAvailability(config, {
      configurations: await tested(session),
      accounts: (AvailabilityAccounts as JsonObject[]).flatMap(({ Email }) => (Email ? [String(Email)] : [])),
      routingDomain:
        (options.routingDomain as string | undefined) ?? (RoutingDomain as string | undefined) ?? null,
      password: options.passwordStdin === true ? await readLine(session) : undefined,
      webAddress: await webAddress(session),
    })
    return {
      json: { Findings: findings.map(asObject) },
      text: formatFindings(findings),
      exitCode: findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0,
    }
  })
  return command
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

const asObject = ({ direction, check, outcome, sentence, remedy }: AvailabilityFinding): JsonObject => ({
  Direction: direction,
  Check: check,
  Outcome: outcome,
  Sentence: sentence,
  ...(remedy !== undefined && { Remedy: remedy }),
})

function formatFindings(findings: readonly AvailabilityFinding[]): string {
  const lines = findings.flatMap(({ direction, check, outcome, sentence, remedy }, index) => [
    ...(findings[index - 1]?.direction === direction ? [] : [`Questions ${direction}:`]),
    `  ${outcome.padEnd(11)}  ${check}: ${visibleText(sentence)}`,
    ...(remedy === undefined || outcome === 'good' ? [] : [`               ${visibleText(remedy)}`]),
  ])
  return `${lines.join('\n')}\n`
}
