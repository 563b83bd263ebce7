import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { formatRecords } from '../dns-records.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import { formatDetails } from '../table.ts'
import { domainMailFromCommand } from './domain-mail-from.ts'

/** `landbridge domain` */
export function domainCommand(cli: Cli): Command {
  const domain = new Command('domain').description('mail domains of an organisation')
  examples(
    domain,
    'landbridge domain add acme.example     shows the DNS records to publish',
    'landbridge domain check acme.example   looks whether they are there',
    'landbridge domain default acme.example',
    'landbridge domain add lb.acme.example --routing   beside an Exchange server',
    'landbridge domain mail-from set acme.example bounce.acme.example',
  )
  examplesBelow(
    domain,
    'landbridge domain list',
    'landbridge domain show acme.example',
    'landbridge domain routing lb.acme.example',
    'landbridge domain remove acme.example',
  )

  const add = inOrganization(domain.command('add').argument('<name>').description('register a domain'))
  add.option('--routing', 'a domain of this service alone, by which Exchange sends to mailboxes here')
  cli.administers(add, async (session, options, name) => {
    const use = options.routing === true ? { Use: 'ROUTING' } : {}
    await session.callHere('RegisterMailDomain', { DomainName: name!, ...use })
    const made = await session.callHere('GetMailDomain', { DomainName: name! })
    return {
      json: made,
      text: `Publish these records, then run "landbridge domain check ${name}":\n${recordsOf(made)}`,
    }
  })

  const list = inOrganization(domain.command('list').description('the domains of the organisation'))
  cli.administers(list, async (session) => ({
    pages: session.pagesHere('ListMailDomains', 'MailDomains'),
    columns: [
      { title: 'Domain', show: 'DomainName' },
      { title: 'Default', show: 'DefaultDomain' },
    ],
    empty: 'The organisation has no domain.',
  }))

  const show = inOrganization(
    domain.command('show').argument('<name>').description('a domain and its DNS records'),
  )
  cli.administers(show, async (session, _options, name) => {
    const found = await session.callHere('GetMailDomain', { DomainName: name! })
    return { json: found, text: formatDomain(found) }
  })

  const check = inOrganization(
    domain.command('check').argument('<name>').description('look up its DNS records now'),
  )
  cli.administers(check, async (session, _options, name) => {
    const found = await session.callHere('VerifyMailDomain', { DomainName: name! })
    return {
      json: found,
      text: formatDomain(found),
      exitCode: found.OwnershipVerificationStatus === 'VERIFIED' ? 0 : 1,
    }
  })

  const choose = inOrganization(
    domain.command('default').argument('<name>').description('propose new addresses in this domain'),
  )
  cli.administers(choose, async (session, _options, name) => {
    await session.callHere('UpdateDefaultMailDomain', { DomainName: name! })
    return { json: {}, text: `New addresses are proposed in ${name}.\n` }
  })

  const routing = inOrganization(
    domain
      .command('routing')
      .argument('<name>')
      .description('give mailboxes enabled from now on a second address in this routing domain'),
  )
  cli.administers(routing, async (session, _options, name) => {
    await session.callHere('UpdateRoutingDomain', { DomainName: name! })
    return { json: {}, text: `New mailboxes get an address in ${name}.\n` }
  })

  domain.addCommand(domainMailFromCommand(cli))

  const remove = inOrganization(
    domain.command('remove').argument('<name>').description('take a domain away that no address uses'),
  )
  cli.administers(remove, async (session, _options, name) => {
    await session.callHere('GetMailDomain', { DomainName: name! })
    await confirm(session, `Remove the domain ${name}, with the key that signs its mail?`)
    await session.callHere('DeregisterMailDomain', { DomainName: name! })
    return { json: {}, text: `The domain ${name} is removed.\n` }
  })

  return domain
}

function formatDomain(domain: JsonObject): string {
  const details = formatDetails([
    ['Ownership', domain.OwnershipVerificationStatus],
    ['DKIM', domain.DkimVerificationStatus],
    ['Default', domain.IsDefault],
    ['Test domain', domain.IsTestDomain],
    ['MAIL FROM domain', domain.MailFromDomain],
    ['MAIL FROM is', domain.MailFromDomainStatus],
  ])
  return `${details}\n${recordsOf(domain)}`
}

const recordsOf = ({ Records }: JsonObject): string =>
  formatRecords(Records as JsonObject[], ['Status', 'Type', 'Hostname', 'Value'])
