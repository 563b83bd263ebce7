import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import { formatTable } from '../table.ts'

/** `landbridge alias` */
export function aliasCommand(cli: Cli): Command {
  const alias = new Command('alias').description('further addresses of users, groups and resources')
  examples(
    alias,
    'landbridge alias add anna anna.ash@acme.example',
    'landbridge alias primary anna anna.ash@acme.example   the old primary address stays as an alias',
    'landbridge alias list anna',
  )

  const steps = [
    ['add', 'CreateAlias', 'Alias', 'give an entry one more address', 'now has the address'],
    ['remove', 'DeleteAlias', 'Alias', 'take an address away', 'no longer has the address'],
    ['primary', 'UpdatePrimaryEmailAddress', 'Email', 'send from this address from now on', 'now sends from'],
  ] as const
  for (const [word, operation, member, what, done] of steps) {
    const step = inOrganization(
      alias.command(word).argument('<entry>').argument('<address>').description(what),
    )
    cli.administers(step, async (session, _options, entry, address) => {
      await session.callHere(operation, { EntityId: entry!, [member]: address! })
      return { json: {}, text: `${entry} ${done} ${address}.\n` }
    })
  }

  const list = inOrganization(
    alias.command('list').argument('<entry>').description('its addresses beside the primary one'),
  )
  cli.administers(list, async (session, _options, entry) => {
    const { Aliases } = await session.callHere('ListAliases', { EntityId: entry! })
    const rows = (Aliases as string[]).map((address): JsonObject => ({ Alias: address }))
    return {
      json: Aliases!,
      text: rows.length === 0 ? '' : formatTable([{ title: 'Alias', show: 'Alias' }], rows),
    }
  })

  return alias
}
