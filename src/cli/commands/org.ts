import { Command } from 'commander'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { keyRemedy } from '../key-remedy.ts'
import { examples, examplesBelow } from '../options.ts'
import type { Session } from '../session.ts'
import { formatDetails, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge org` */
export function orgCommand(cli: Cli): Command {
  const org = new Command('org').description('organisations')
  examples(
    org,
    'landbridge org create acme',
    'landbridge org list',
    'landbridge org dmarc off --org acme',
    'landbridge org delete acme',
  )
  examplesBelow(
    org,
    'landbridge org show acme',
    'landbridge org interop on --org acme',
    'landbridge org tag cost-centre=4711 --org acme',
  )

  const create = org
    .command('create')
    .argument('<alias>')
    .description('make an organisation with its key and its test domain')
  create.option(
    '--key-provider <kind>',
    'where its key is kept: local or pkcs11 (default: setting keys.provider)',
  )
  cli.administers(create, async (session, options, alias) => {
    const made = await session.call('CreateOrganization', {
      Alias: alias!,
      KeyProvider: options.keyProvider as string | undefined,
    })
    const { DefaultMailDomain } = await session.call('DescribeOrganization', made)
    return {
      json: made,
      text: `Organisation ${alias} is made: ${made.OrganizationId}\nIts test domain is ${DefaultMailDomain}\n`,
    }
  })

  const list = org.command('list').description('every organisation')
  cli.administers(list, async (session) => ({
    pages: session.pages('ListOrganizations', 'OrganizationSummaries'),
    columns: [
      { title: 'Alias', show: 'Alias' },
      { title: 'Id', show: 'OrganizationId' },
      { title: 'State', show: 'State' },
      { title: 'Default domain', show: 'DefaultMailDomain' },
    ],
    empty: 'There is no organisation yet. Make one with "landbridge org create ALIAS".',
  }))

  const show = org
    .command('show')
    .argument('[alias]')
    .description('one organisation with its key and settings')
  cli.administers(show, async (session, _options, alias) => {
    const OrganizationId = await idOf(session, alias)
    const about = await session.call('DescribeOrganization', { OrganizationId })
    const settings = about.KeyState === 'enabled' ? await settingsOf(session, about) : {}
    const { DmarcEnforced, Tags = [] } = settings
    const migrator = about.KeyState === 'enabled' ? await migrationAdmin(session, about) : undefined
    const tags = (Tags as JsonObject[]).map(({ Key, Value }) => `${Key}=${Value}`)
    const text = formatDetails([
      ['Alias', about.Alias],
      ['Id', about.OrganizationId],
      ['State', about.State],
      ['Default domain', about.DefaultMailDomain],
      ['Made', formatTime(about.CompletedDate)],
      ['ARN', about.ARN],
      ['Key', about.KeyRef],
      ['Key is', about.KeyState],
      ['To mend it', keyRemedy(about)],
      ['DMARC enforced', DmarcEnforced],
      ['Joined to Exchange', about.InteroperabilityEnabled],
      ['Migration admin', migrator],
      ['Tags', tags.length > 0 ? tags : undefined],
    ])
    return { json: { ...about, ...settings }, text }
  })

  const dmarc = org
    .command('dmarc')
    .argument('<on|off>')
    .description('whether incoming mail is treated as the DMARC policy of its sender says')
  dmarc.option('--org <alias>', 'organisation (default: the only one there is)')
  cli.administers(dmarc, async (session, _options, word) => {
    if (word !== 'on' && word !== 'off') throw new UsageFault('Write "landbridge org dmarc on" or "off".')
    await session.callHere('PutInboundDmarcSettings', { Enforced: word === 'on' })
    return {
      json: { Enforced: word === 'on' },
      text: `DMARC policies of senders are ${word === 'on' ? '' : 'not '}enforced.\n`,
    }
  })

  const interop = org
    .command('interop')
    .argument('<on|off>')
    .description('whether the mail domain and address book are shared with an Exchange server')
  interop.option('--org <alias>', 'organisation (default: the only one there is)')
  cli.administers(interop, async (session, _options, word) => {
    if (word !== 'on' && word !== 'off') throw new UsageFault('Write "landbridge org interop on" or "off".')
    const question =
      'Stop sharing the mail domain with Exchange? Mail for its mailboxes is then refused here.'
    if (word === 'off') await confirm(session, question)
    await session.callHere('PutInteroperabilitySettings', { Enabled: word === 'on' })
    return {
      json: { Enabled: word === 'on' },
      text: `The mail domain is ${word === 'on' ? '' : 'no longer '}shared with Exchange. The address book follows within minutes, or at once by "landbridge gal sync".\n`,
    }
  })

  const tag = org
    .command('tag')
    .argument('<key=value...>')
    .description('set tags; an empty value removes one')
  tag.option('--org <alias>', 'organisation (default: the only one there is)')
  cli.administers(tag, async (session, _options, ...pairs) => {
    const { ARN } = await session.callHere('DescribeOrganization')
    const tags = (pairs.flat() as string[]).map((pair) => {
      const mark = pair.indexOf('=')
      if (mark < 1) throw new UsageFault(`${pair}: write a tag as KEY=VALUE.`)
      return { Key: pair.slice(0, mark), Value: pair.slice(mark + 1) }
    })
    const set = tags.filter(({ Value }) => Value !== '')
    const gone = tags.filter(({ Value }) => Value === '').map(({ Key }) => Key)
    if (set.length > 0) await session.call('TagResource', { ResourceARN: ARN, Tags: set })
    if (gone.length > 0) await session.call('UntagResource', { ResourceARN: ARN, TagKeys: gone })
    const now = await session.call('ListTagsForResource', { ResourceARN: ARN })
    return {
      json: now,
      text: formatDetails((now.Tags as JsonObject[]).map(({ Key, Value }) => [String(Key), Value])),
    }
  })

  const remove = org
    .command('delete')
    .argument('<alias>')
    .description('destroy an organisation: its key, mail and directory, for ever')
  remove.option('--force', 'also while it has enabled users')
  cli.administers(remove, async (session, options, alias) => {
    const OrganizationId = await idOf(session, alias)
    await confirm(
      session,
      `Destroy the organisation ${alias} with all its mail? It cannot be read again, not even from a backup.`,
    )
    const input = { OrganizationId, DeleteDirectory: true, ForceDelete: options.force === true }
    return {
      json: await session.call('DeleteOrganization', input),
      text: `Organisation ${alias} is destroyed.\n`,
    }
  })

  return org
}

/** What is sealed under the organisation's key. */
async function settingsOf(session: Session, { OrganizationId, ARN }: JsonObject): Promise<JsonObject> {
  const { Enforced } = await session.call('DescribeInboundDmarcSettings', { OrganizationId: OrganizationId! })
  const { Tags } = await session.call('ListTagsForResource', { ResourceARN: ARN! })
  return { DmarcEnforced: Enforced!, Tags: Tags! }
}

const idOf = (session: Session, alias: string | undefined): Promise<string> =>
  alias === undefined ? session.organization() : session.organizationNamed(alias)

/** Name of the user who may read all mailboxes, the first where there are several (MIG-02). */
async function migrationAdmin(
  session: Session,
  { OrganizationId, MigrationAdmin }: JsonObject,
): Promise<JsonValue | undefined> {
  if (MigrationAdmin === undefined) return undefined
  const { ImpersonationAccounts } = await session.call('ListImpersonationAccounts', {
    OrganizationId: OrganizationId!,
  })
  return (ImpersonationAccounts as JsonObject[]).find(({ UserId }) => UserId === MigrationAdmin)?.Name
}
