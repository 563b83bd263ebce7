import { Command } from 'commander'
import type { Finding, RunningService } from '#src/app/interop-check.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { runLong } from '../long-operation.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { interopAvailabilityCommand } from './interop-availability.ts'

type Options = GlobalOptions & { domain?: string; routingDomain?: string; recipient?: string }

/** `landbridge interop` */
export function interopCommand(cli: Cli): Command {
  const interop = new Command('interop').description('what this service shares with an Exchange server')
  const check = interop
    .command('check')
    .description('whether what is shared works; prints what is missing and the cmdlet that mends it')
  const mail = check
    .command('mail')
    .description('mail in both directions, as far as it can be tested from here; nothing is sent')
    .option('--domain <name>', 'the mail domain that both sides share (default: the only one there is)')
    .option('--routing-domain <name>', 'the domain that only this service owns')
    .option('--recipient <address>', 'an address whose mailbox is in Exchange')
  inOrganization(mail)
  examples(
    mail,
    'landbridge interop check mail',
    'landbridge interop check mail --domain corp.example --routing-domain lb.corp.example --recipient eve@corp.example',
  )
  cli.administers(mail, async (session, given) => {
    const options = given as Options
    const { domain, routingDomain, recipient } = options
    const { config, file } = cli.config(options)
    const sharedDomain = await domainToCheck(session, domain, routingDomain)
    const running = await runningService(session)
    const { checkInteropMail, judgedBy } = await import('#src/app/interop-check.ts')
    const findings = await checkInteropMail(
      config,
      { sharedDomain, routingDomain: routingDomain ?? null, recipient: recipient ?? null },
      running,
    )
    const judged = judgedBy(config, file ?? undefined, running)
    const failed = findings.some(({ outcome }) => outcome === 'failed')
    return {
      json: { Domain: sharedDomain, JudgedBy: judged, Findings: findings.map(asObject) },
      text: `${judged.map((each) => `${visibleText(each)}\n`).join('')}${formatFindings(findings)}`,
      exitCode: failed ? 1 : 0,
    }
  })
  check.addCommand(interopAvailabilityCommand(cli))
  const directory = check
    .command('directory')
    .description('whether the directory that the address book comes from can be read as it is connected')
  inOrganization(directory)
  cli.administers(directory, async (session) => {
    const { Findings } = await runLong(session, 'CheckDirectory', {
      OrganizationId: await session.organization(),
    })
    const found = Findings as JsonObject[]
    const lines = found.flatMap(({ Check, Ok, Detail, Remedy }) => [
      `  ${(Ok === true ? 'good' : 'failed').padEnd(11)}  ${Check}: ${visibleText(String(Detail))}`,
      ...(Ok === true || Remedy === undefined ? [] : [`               ${visibleText(String(Remedy))}`]),
    ])
    return {
      json: { Findings: found },
      text: `${lines.join('\n')}\n`,
      exitCode: found.every(({ Ok }) => Ok === true) ? 0 : 1,
    }
  })
  return interop
}

/** The domain to ask about, which the organisation has; a domain to try things out with is none to share. */
async function domainToCheck(
  session: Session,
  wanted: string | undefined,
  routing: string | undefined,
): Promise<string> {
  const names: string[] = []
  for await (const page of session.pagesHere('ListMailDomains', 'MailDomains'))
    names.push(...page.map(({ DomainName }) => String(DomainName)))
  const there = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`
  for (const name of [wanted, routing]) {
    if (name !== undefined && !names.includes(name.toLowerCase()))
      throw new UsageFault(`The organisation has no domain "${name}". ${there}`)
  }
  if (wanted !== undefined) return wanted.toLowerCase()
  const choice: string[] = []
  for (const name of names) {
    if (name === routing?.toLowerCase()) continue
    const { IsTestDomain } = await session.callHere('GetMailDomain', { DomainName: name })
    if (IsTestDomain !== true) choice.push(name)
  }
  if (choice.length !== 1) throw new UsageFault(`Say which domain with --domain. ${there}`)
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

const asObject = ({ direction, check, outcome, sentence, remedy }: Finding): JsonObject => ({
  Direction: direction,
  Check: check,
  Outcome: outcome,
  Sentence: sentence,
  ...(remedy !== undefined && { Remedy: remedy }),
})

/** What servers said comes from outside, so it is made visible. */
function formatFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ direction, check, outcome, sentence, remedy }, index) => [
    ...(findings[index - 1]?.direction === direction ? [] : [`Mail ${direction}:`]),
    `  ${outcome.padEnd(11)}  ${check}: ${visibleText(sentence)}`,
    ...(remedy === undefined || outcome === 'good' ? [] : [`               ${remedy}`]),
  ])
  return `${lines.join('\n')}\n`
}
