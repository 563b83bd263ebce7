import { administrationOf } from './administration.ts'
import { inParallel } from './rounds.ts'
import { ROUTING_DOMAIN, type Scene } from './scene.ts'

/** What the administrator of the Exchange side does there, with the same effect as Exchange's cmdlets have. */

const AT_ONCE = 8

/** `New-SendConnector` for the routing domain, and the address list of the directory. */
export async function connectExchange({
  stage,
  exchange,
  landbridge,
  directory,
  smartHost,
  company,
}: Scene): Promise<void> {
  const connector = ['gateway', 'add', 'to-landbridge', '--host', '127.0.0.1', '--tls', 'opportunistic']
  await exchange.quietly([
    ...connector,
    '--port',
    String(smartHost ?? landbridge.ports['smtp.mxPort']),
    '--for',
    ROUTING_DOMAIN,
  ])
  await exchange.quietly(['org', 'interop', 'on'])
  const { args, stdin } = directory.connection
  await exchange.quietly(['gal', 'connect', ...args], stdin)
  await exchange.quietly(['gal', 'sync'])
  const there = await administrationOf(exchange)
  const settled = new Map(company.settled.map(({ alias, address }) => [alias, address]))
  for (const { alias, members } of company.groups)
    for (const member of members)
      if (settled.has(member))
        await there('AssociateMemberToGroup', { GroupId: alias, MemberId: settled.get(member)! })
  stage.say('On Exchange: who is on Landbridge is a mail user there, and a send connector leads to them.')
}

/** `Disable-Mailbox` and `Enable-MailUser -ExternalEmailAddress` for each: from now on the directory says that they live here. */
export async function makeMailUsers(
  { exchange, directory, company }: Scene,
  aliases: readonly string[],
): Promise<void> {
  const resources = new Set(
    company.mailboxes.filter(({ kind }) => kind === 'room' || kind === 'equipment').map(({ alias }) => alias),
  )
  const there = await administrationOf(exchange)
  await inParallel(aliases, AT_ONCE, async (alias) => {
    await there('DeregisterFromWorkMail', { EntityId: alias })
    await (resources.has(alias)
      ? there('DeleteResource', { ResourceId: alias })
      : there('DeleteUser', { UserId: alias }))
  })
  await directory.makeMailUsers(aliases)
  await exchange.quietly(['gal', 'sync'])
}
