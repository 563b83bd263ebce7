import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { entryId, isListed } from '../entry-names.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatBytes } from '../table.ts'

/** `landbridge permission folder` */
export function permissionFolderCommand(cli: Cli): Command {
  const folder = new Command('folder').description('what others may do with single folders')
  examples(
    folder,
    'landbridge permission folder tree anna                      the folders that can be named',
    'landbridge permission folder set anna calendar ben reviewer',
    'landbridge permission folder set anna Inbox/Projects sales ReadItems FolderVisible',
    'landbridge permission folder set anna calendar default LimitedDetails',
    'landbridge permission folder list anna calendar',
    'landbridge permission folder remove anna calendar ben',
  )
  folder.addHelpText(
    'after',
    `
A folder is named by its path, by its number, or as calendar, inbox, contacts, …
Who: a user or group; "default" is everybody in the organisation, "anonymous" everybody else.
Roles: Owner, PublishingEditor, Editor, PublishingAuthor, Author, NonEditingAuthor, Reviewer, Contributor,
None; of calendars also AvailabilityOnly, LimitedDetails.
Single rights: ReadItems, CreateItems, EditOwnedItems, DeleteOwnedItems, EditAllItems, DeleteAllItems,
CreateSubfolders, FolderOwner, FolderContact, FolderVisible.
`,
  )

  const set = inOrganization(
    folder
      .command('set')
      .argument('<owner>')
      .argument('<folder>')
      .argument('<grantee>', 'user, group, default or anonymous')
      .argument('<right...>', 'a role or single rights, as Exchange names them')
      .description('replace what the grantee may do with a folder'),
  )
  cli.administers(set, async (session, _options, owner, name, grantee, ...rest) => {
    const rights = rest.flat() as string[]
    await session.callHere('PutMailboxFolderPermission', {
      EntityId: owner!,
      FolderId: name!,
      GranteeId: grantee!,
      AccessRights: rights,
    })
    return { json: {}, text: `${grantee} has ${rights.join(', ')} on ${name} of ${owner}.\n` }
  })

  const list = inOrganization(
    folder
      .command('list')
      .argument('<owner>')
      .argument('<folder>')
      .description('who may do what with a folder'),
  )
  cli.administers(list, async (session, _options, owner, name) => ({
    pages: permissionPages(session, owner!, name!),
    columns: [
      { title: 'Name', show: (row) => String(row.GranteeName ?? row.GranteeId) },
      { title: 'Type', show: 'GranteeType' },
      { title: 'Rights', show: 'AccessRights' },
      { title: 'Set', show: (row) => (row.Implied === true ? 'no, this holds anyway' : 'yes') },
      { title: 'Id', show: (row) => (row.GranteeName === undefined ? '' : String(row.GranteeId)) },
    ],
    empty: 'Nobody has a right on this folder.',
  }))

  const remove = inOrganization(
    folder
      .command('remove')
      .argument('<owner>')
      .argument('<folder>')
      .argument('<grantee>', 'user, group, default or anonymous')
      .description('take away what was set for the grantee'),
  )
  cli.administers(remove, async (session, _options, owner, name, grantee) => {
    const word = grantee!.toLowerCase()
    const GranteeId =
      word === 'default' || word === 'anonymous' ? word : await entryId(session, grantee!, 'user', 'group')
    const isSet = await isListed(
      permissionPages(session, owner!, name!),
      (row) => row.GranteeId === GranteeId && row.Implied !== true,
    )
    if (!isSet)
      throw new NothingChanged(`Nothing is set for ${grantee} on ${name} of ${owner}. Nothing was changed.`)
    await session.callHere('DeleteMailboxFolderPermission', { EntityId: owner!, FolderId: name!, GranteeId })
    return { json: {}, text: `Nothing is set for ${grantee} on ${name} of ${owner} any more.\n` }
  })

  const tree = inOrganization(
    folder.command('tree').argument('<owner>').description('the folders of a mailbox'),
  )
  tree.option('--all', 'also those that are for programs')
  cli.administers(tree, async (session, options, owner) => ({
    pages: session.pagesHere('ListMailboxFolders', 'Folders', {
      EntityId: owner!,
      AllFolders: options.all as boolean | undefined,
    }),
    columns: [
      { title: 'Path', show: 'Path' },
      { title: 'Known as', show: 'DistinguishedName' },
      { title: 'Items', show: 'ItemCount' },
      { title: 'Unread', show: 'UnreadCount' },
      { title: 'Size', show: (row) => formatBytes(row.SizeBytes) },
      { title: 'Number', show: 'FolderId' },
    ],
    empty: 'There is no folder.',
  }))

  return folder
}

const permissionPages = (session: Session, owner: string, name: string) =>
  session.pagesHere('ListMailboxFolderPermissions', 'Permissions', { EntityId: owner, FolderId: name })
