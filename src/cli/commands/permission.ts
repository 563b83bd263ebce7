import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { entryId, isListed, withNames } from '../entry-names.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, inOrganization } from '../options.ts'
import { UsageFault } from '../usage-fault.ts'
import { permissionFolderCommand } from './permission-folder.ts'

const words: Record<string, string> = {
  full: 'FULL_ACCESS',
  'send-as': 'SEND_AS',
  'send-on-behalf': 'SEND_ON_BEHALF',
}

/** `landbridge permission` */
export function permissionCommand(cli: Cli): Command {
  const permission = new Command('permission').description("what others may do with somebody's mailbox")
  examples(
    permission,
    'landbridge permission set anna ben full send-as   ben may open the mailbox of anna and send as her',
    'landbridge permission list anna',
    'landbridge permission remove anna ben',
    'landbridge permission folder set anna calendar ben reviewer',
  )

  const set = inOrganization(
    permission
      .command('set')
      .argument('<owner>')
      .argument('<grantee>')
      .argument('<right...>', 'full, send-as, send-on-behalf')
      .description('replace what the grantee may do'),
  )
  cli.administers(set, async (session, _options, owner, grantee, ...rest) => {
    const rights = (rest.flat() as string[]).map((word) => {
      if (Object.hasOwn(words, word)) return words[word]!
      throw new UsageFault(`There is no right "${word}". Use ${Object.keys(words).join(', ')}.`)
    })
    await session.callHere('PutMailboxPermissions', {
      EntityId: owner!,
      GranteeId: grantee!,
      PermissionValues: rights,
    })
    return { json: {}, text: `${grantee} has ${rights.join(', ')} on ${owner}.\n` }
  })

  const remove = inOrganization(
    permission
      .command('remove')
      .argument('<owner>')
      .argument('<grantee>')
      .description('take every right away'),
  )
  cli.administers(remove, async (session, _options, owner, grantee) => {
    const GranteeId = await entryId(session, grantee!, 'user', 'group')
    const there = session.pagesHere('ListMailboxPermissions', 'Permissions', { EntityId: owner! })
    if (!(await isListed(there, (row) => row.GranteeId === GranteeId)))
      throw new NothingChanged(`${grantee} has no right on ${owner}. Nothing was changed.`)
    await session.callHere('DeleteMailboxPermissions', { EntityId: owner!, GranteeId })
    return { json: {}, text: `${grantee} has no right on ${owner} any more.\n` }
  })

  const list = inOrganization(permission.command('list').argument('<owner>').description('who may do what'))
  cli.administers(list, async (session, _options, owner) => ({
    pages: withNames(
      session,
      session.pagesHere('ListMailboxPermissions', 'Permissions', { EntityId: owner! }),
      { member: 'GranteeId', type: 'GranteeType', as: 'GranteeName' },
    ),
    columns: [
      { title: 'Name', show: 'GranteeName' },
      { title: 'Type', show: 'GranteeType' },
      { title: 'Rights', show: 'PermissionValues' },
      { title: 'Id', show: 'GranteeId' },
    ],
    empty: 'Nobody has a right on this mailbox.',
  }))

  return permission.addCommand(permissionFolderCommand(cli))
}
