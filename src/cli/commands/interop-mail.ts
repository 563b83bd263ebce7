import type { Command } from 'commander'
import type { RunningService } from '#src/app/interop-check.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { type CheckResult, findingMembers, formatFindings, hasFailed } from '../findings.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { ownDomains, thereAre } from './interop-domains.ts'
import { requireInExchange } from './interop-recipient.ts'
import { findResident } from './interop-resident.ts'

type Options = GlobalOptions & {
  domain?: string
  routingDomain?: string
  recipient?: string
  resident?: string
}

export const mailOptions = (command: Command): Command =>
  routingDomainOption(command)
    .option('--domain <name>', 'the mail domain that both sides share (default: the only one there is)')
    .option('--recipient <address>', 'an address whose mailbox is in Exchange')
    .option('--resident <address>', 'an address whose mailbox is here (default: that of the first user)')

export const routingDomainOption = (command: Command): Command =>
  command.option(
    '--routing-domain <name>',
    'the domain that only this service owns (default: the one that is chosen)',
  )

/** `landbridge interop check mail` */
export async function checkMail(
  cli: Cli,
  session: Session,
  given: Record<string, unknown>,
): Promise<CheckResult> {
  const options = given as Options
  const { domain, recipient } = options
  const { config, file } = cli.config(options)
  const { RoutingDomain } = await session.callHere('ListAvailabilityAccounts')
  const routingDomain = options.routingDomain ?? (RoutingDomain as string | undefined)
  const sharedDomain = await domainToCheck(session, domain, routingDomain)
  if (recipient !== undefined) await requireInExchange(session, recipient)
  const resident = await findResident(session, sharedDomain, routingDomain, options.resident)
  const running = await runningService(session)
  const { checkInteropMail, judgedBy } = await import('#src/app/interop-check.ts')
  const findings = await checkInteropMail(
    config,
    { sharedDomain, routingDomain: routingDomain ?? null, recipient: recipient ?? null, resident },
    running,
  )
  const found = findings.map((each) => ({ ...each, heading: `Mail ${each.direction}` }))
  const judged = judgedBy(config, file ?? undefined, running)
  return {
    json: {
      Domain: sharedDomain,
      JudgedBy: judged,
      Findings: findings.map((each, index) => findingMembers(found[index]!, each.direction)),
    },
    text: `${judged.map((each) => `${visibleText(each)}\n`).join('')}${formatFindings(session.io, found)}`,
    failed: hasFailed(found),
    findings: found,
  }
}

/** The domain to ask about, which the organisation has; a domain to try things out with is none to share. */
async function domainToCheck(
  session: Session,
  wanted: string | undefined,
  routing: string | undefined,
): Promise<string> {
  const names = await ownDomains(session, [wanted, routing])
  if (wanted !== undefined) return wanted.toLowerCase()
  const choice: string[] = []
  for (const name of names) {
    if (name === routing?.toLowerCase()) continue
    const { IsTestDomain } = await session.callHere('GetMailDomain', { DomainName: name })
    if (IsTestDomain !== true) choice.push(name)
  }
  if (choice.length !== 1) throw new UsageFault(`Say which domain with --domain. ${thereAre(names)}`)
  return choice[0]!
}

async function runningService(session: Session): Promise<RunningService | undefined> {
  if (!session.serving) return undefined
  const about = await session.call('DescribeService')
  const listeners = about.Listeners as readonly JsonObject[]
  const mx = listeners.find(({ Name }) => Name === 'mail from other servers')
  return {
    mxAddress: mx === undefined ? undefined : String(mx.Address),
    startedAt: Number(about.StartTime) * 1_000,
  }
}
