import { Command } from 'commander'
import { isSameName } from '#src/base/same-name.ts'
import { shellWord } from '#src/base/shell-word.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { entryId } from '../entry-names.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatTable } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

type Proxy = { Kind: string; Address: string }

/** `landbridge alias` */
export function aliasCommand(cli: Cli): Command {
  const alias = new Command('alias').description('further addresses of users, groups, resources and contacts')
  examples(
    alias,
    'landbridge alias add anna anna.ash@acme.example',
    'landbridge alias primary anna anna.ash@acme.example   the old primary address stays as an alias',
    'landbridge alias add anna --x500 "/o=Acme/ou=Exchange/cn=Recipients/cn=anna" --sip anna@acme.example',
    'landbridge alias list anna',
    'landbridge alias remove anna anna.ash@acme.example',
  )

  const add = proxyOptions(
    alias
      .command('add')
      .argument('<entry>')
      .argument('[address]')
      .description('give an entry more addresses'),
  )
  cli.administers(add, async (session, options, entry, address) => {
    const wanted = given(options, address)
    const before = await proxies(session, entry!)
    if (address !== undefined) await session.callHere('CreateAlias', { EntityId: entry!, Alias: address })
    for (const kind of kindsOf(wanted)) {
      const addresses = [...before, ...wanted].filter(({ Kind }) => Kind === kind)
      await replace(session, entry!, kind, addresses)
    }
    return { json: {}, text: sentences(entry!, 'now has the address', wanted, address) }
  })

  const remove = proxyOptions(
    alias.command('remove').argument('<entry>').argument('[address]').description('take addresses away'),
  )
  cli.administers(remove, async (session, options, entry, address) => {
    const gone = given(options, address)
    const before = await proxies(session, entry!)
    const missing = gone.find((each) => !before.some((other) => isSame(each, other)))
    if (missing !== undefined) throw notThere(entry!, missing.Address)
    if (address !== undefined) await requireAddress(session, entry!, address)
    for (const kind of kindsOf(gone)) {
      const left = before.filter((each) => each.Kind === kind && !gone.some((other) => isSame(each, other)))
      await replace(session, entry!, kind, left)
    }
    if (address !== undefined) await session.callHere('DeleteAlias', { EntityId: entry!, Alias: address })
    return { json: {}, text: sentences(entry!, 'no longer has the address', gone, address) }
  })

  const primary = inOrganization(
    alias
      .command('primary')
      .argument('<entry>')
      .argument('<address>')
      .description('send from this address from now on; one that the entry does not have yet is given to it'),
  )
  cli.administers(primary, async (session, _options, entry, address) => {
    const before = await listAliases(session, entry!)
    await session.callHere('UpdatePrimaryEmailAddress', { EntityId: entry!, Email: address! })
    const former = (await listAliases(session, entry!)).find((each) => !before.includes(each))
    const isNew = former !== undefined && !before.some((each) => isSameName(each, address!))
    return {
      json: { Email: address!, New: isNew, FormerEmail: former ?? null },
      text: primaryText(entry!, address!, former, isNew),
    }
  })

  const list = inOrganization(
    alias.command('list').argument('<entry>').description('its addresses beside the primary one'),
  )
  cli.administers(list, async (session, _options, entry) => {
    const others = await proxies(session, entry!)
    const aliases = await aliasesOf(session, entry!)
    const rows: JsonObject[] = [...aliases.map((Address) => ({ Kind: 'SMTP', Address })), ...others]
    const columns = ['Kind', 'Address'].map((title) => ({ title, show: title }))
    return { json: rows, text: rows.length === 0 ? '' : formatTable(columns, rows) }
  })

  return alias
}

function primaryText(entry: string, address: string, former: string | undefined, isNew: boolean): string {
  if (former === undefined)
    return `${entry} sends from ${address} already; its other addresses stay as they were.\n`
  const made = isNew ? ', which it did not have before' : ''
  return `${entry} now sends from ${address}${made}; ${former} stays as an alias.\n`
}

const proxyOptions = (command: Command): Command =>
  inOrganization(command)
    .option('--x500 <name...>', 'X500 address: the LegacyExchangeDN that old mail is answered to')
    .option('--sip <address...>', 'SIP address')

/** The X500 and SIP addresses of the options. */
function given(options: Readonly<Record<string, unknown>>, address: string | undefined): Proxy[] {
  const found = (['x500', 'sip'] as const).flatMap((option) =>
    ((options[option] ?? []) as string[]).map((text) => ({ Kind: option.toUpperCase(), Address: text })),
  )
  if (found.length === 0 && address === undefined)
    throw new UsageFault(
      'Say which address, for example anna.ash@acme.example, --x500 NAME or --sip ADDRESS.',
    )
  return found
}

const kindsOf = (addresses: readonly Proxy[]): Set<string> => new Set(addresses.map(({ Kind }) => Kind))

const plain = (text: string): string =>
  text
    .trim()
    .replace(/^(x500|sip):\s*/i, '')
    .toLowerCase()
const isSame = (a: Proxy, b: Proxy): boolean => a.Kind === b.Kind && plain(a.Address) === plain(b.Address)

async function proxies(session: Session, entry: string): Promise<Proxy[]> {
  const { ProxyAddresses } = await session.callHere('ListProxyAddresses', { EntityId: entry })
  return ProxyAddresses as Proxy[]
}

async function replace(
  session: Session,
  EntityId: string,
  Kind: string,
  all: readonly Proxy[],
): Promise<void> {
  const Addresses = all.map(({ Address }) => Address)
  await session.callHere('ReplaceProxyAddresses', { EntityId, Kind, Addresses })
}

async function listAliases(session: Session, entry: string): Promise<string[]> {
  const aliases: string[] = []
  for (let next: string | undefined; ; ) {
    const page = await session.callHere('ListAliases', { EntityId: entry, NextToken: next })
    aliases.push(...(page.Aliases as string[]))
    if (typeof page.NextToken !== 'string') return aliases
    next = page.NextToken
  }
}

/** Those of a contact too. */
async function aliasesOf(session: Session, entry: string): Promise<string[]> {
  try {
    return await listAliases(session, entry)
  } catch (error) {
    if (!(error instanceof AdminFault) || error.type !== 'EntityNotFoundException') throw error
    const { EmailAddresses } = await session.callHere('DescribeContact', { ContactId: entry })
    return (EmailAddresses as string[]).slice(1)
  }
}

/** Of the primary address the service says itself why it stays. */
async function requireAddress(session: Session, entry: string, address: string): Promise<void> {
  if ((await aliasesOf(session, entry)).some((each) => isSameName(each, address))) return
  const id = await entryId(session, entry, 'user', 'group', 'resource')
  const holder = await entryId(session, address, 'user', 'group', 'resource').catch(() => undefined)
  if (id !== holder) throw notThere(entry, address)
}

const notThere = (entry: string, address: string): NothingChanged =>
  new NothingChanged(
    `${entry} does not have the address ${address}. "landbridge alias list ${shellWord(entry)}" shows those there are. Nothing was changed.`,
  )

const sentences = (entry: string, done: string, all: readonly Proxy[], address: string | undefined): string =>
  [...(address === undefined ? [] : [address]), ...all.map(({ Address }) => Address)]
    .map((each) => `${entry} ${done} ${each}.\n`)
    .join('')
