import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { formatRecords } from '../dns-records.ts'
import { examples, inOrganization } from '../options.ts'
import { formatDetails } from '../table.ts'

/** `landbridge domain mail-from` */
export function domainMailFromCommand(cli: Cli): Command {
  const mailFrom = new Command('mail-from').description(
    'a subdomain for the envelope senders of mail that leaves (MAIL FROM)',
  )
  examples(
    mailFrom,
    'landbridge domain mail-from set acme.example bounce.acme.example',
    'landbridge domain mail-from show acme.example',
    'landbridge domain mail-from clear acme.example',
  )

  const set = inOrganization(
    mailFrom
      .command('set')
      .argument('<domain>')
      .argument('<subdomain>')
      .description('choose it; used once its MX and SPF records are found'),
  )
  set.option('--reject', 'give mail back while those records are not there, and not send it from the domain')
  cli.administers(set, async (session, options, DomainName, MailFromDomain) => {
    const made = await session.callHere('PutMailFromDomain', {
      DomainName: DomainName!,
      MailFromDomain: MailFromDomain!,
      BehaviorOnMxFailure: options.reject === true ? 'REJECT_MESSAGE' : 'USE_DEFAULT_VALUE',
    })
    const next = `Publish these records, then run "landbridge domain check ${DomainName}":\n`
    const text =
      made.MailFromDomainStatus === 'VERIFIED' ? recordsOf(made) : `${next}${recordsOf(made)}${warning(made)}`
    return { json: made, text }
  })

  const show = inOrganization(
    mailFrom.command('show').argument('<domain>').description('which it is, and whether it is used'),
  )
  cli.administers(show, async (session, _options, DomainName) => {
    const found = await session.callHere('DescribeMailFromDomain', { DomainName: DomainName! })
    if (found.MailFromDomain === undefined) {
      return {
        json: found,
        text: `${DomainName} has no MAIL FROM domain: mail leaves from the domain itself.\n`,
      }
    }
    const details = formatDetails([
      ['MAIL FROM domain', found.MailFromDomain],
      ['State', found.MailFromDomainStatus],
      ['While not verified', meanwhile(found)],
    ])
    return { json: found, text: `${details}\n${recordsOf(found)}` }
  })

  const clear = inOrganization(
    mailFrom.command('clear').argument('<domain>').description('let mail leave from the domain itself again'),
  )
  cli.administers(clear, async (session, _options, DomainName) => {
    const { MailFromDomain: before } = await session.callHere('DescribeMailFromDomain', {
      DomainName: DomainName!,
    })
    const json = await session.callHere('PutMailFromDomain', { DomainName: DomainName! })
    const text =
      before === undefined
        ? `${DomainName} had no MAIL FROM domain.\n`
        : `Mail leaves from ${DomainName} itself. Reports about mail that has left before and come from now on to ${before} are refused.\n`
    return { json, text }
  })

  return mailFrom
}

const warning = ({ BehaviorOnMxFailure }: JsonObject): string =>
  BehaviorOnMxFailure === 'REJECT_MESSAGE'
    ? '\nUntil they are found, mail that leaves goes back to its sender.\n'
    : ''

const meanwhile = ({ BehaviorOnMxFailure }: JsonObject): string =>
  BehaviorOnMxFailure === 'REJECT_MESSAGE'
    ? 'mail goes back to its sender'
    : 'mail leaves from the domain itself'

const recordsOf = ({ Records }: JsonObject): string =>
  formatRecords(Records as JsonObject[], ['Status', 'Type', 'Hostname', 'Value'])
