import { Command } from 'commander'
import type { Finding } from '#src/app/interop-check.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { examples } from '../options.ts'

type Options = GlobalOptions & { domain: string; routingDomain?: string; recipient?: string }

/** `landbridge interop` */
export function interopCommand(cli: Cli): Command {
  const interop = new Command('interop').description('what this service shares with an Exchange server')
  const check = interop
    .command('check')
    .description('whether what is shared works; prints what is missing and the cmdlet that mends it')
  const mail = check
    .command('mail')
    .description('mail in both directions, as far as it can be tested from here; nothing is sent')
    .requiredOption('--domain <name>', 'the mail domain that both sides share')
    .option('--routing-domain <name>', 'the domain that only this service owns')
    .option('--recipient <address>', 'an address whose mailbox is in Exchange')
  examples(
    mail,
    'landbridge interop check mail --domain corp.example --routing-domain lb.corp.example --recipient eve@corp.example',
  )
  cli.does(mail, async (options) => {
    const { domain, routingDomain, recipient } = options as Options
    const { config } = cli.config(options)
    const { checkInteropMail } = await import('#src/app/interop-check.ts')
    const findings = await checkInteropMail(config, {
      sharedDomain: domain,
      routingDomain: routingDomain ?? null,
      recipient: recipient ?? null,
    })
    const failed = findings.some(({ outcome }) => outcome === 'failed')
    return cli.print(
      { json: findings.map(asObject), text: formatFindings(findings), exitCode: failed ? 1 : 0 },
      options,
    )
  })
  return interop
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
