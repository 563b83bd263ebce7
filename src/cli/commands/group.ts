import { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { addDeregister, addRegister, undoing } from '../entry-commands.ts'
import { entryId, isListed } from '../entry-names.ts'
import { hiddenOption, requireChange } from '../hidden-option.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import { formatDetails, formatTime } from '../table.ts'

/** `landbridge group` */
export function groupCommand(cli: Cli): Command {
  const group = new Command('group').description('groups: distribution lists and security groups in one')
  examples(
    group,
    'landbridge group add Sales --email sales@acme.example',
    'landbridge group join Sales anna ben',
    'landbridge group leave Sales ben',
    'landbridge group members Sales',
  )
  examplesBelow(
    group,
    'landbridge group list --prefix Sal',
    'landbridge group show Sales',
    'landbridge group set Sales --hidden',
    'landbridge group enable Sales sales@acme.example',
    'landbridge group disable Sales',
    'landbridge group delete Sales',
  )

  const add = inOrganization(group.command('add').argument('<name>').description('make a group'))
  add
    .option('--email <address>', 'enable it with this address')
    .option('--hidden', 'leave it out of the global address list')
  cli.administers(add, async (session, options, name) => {
    const { GroupId } = await session.callHere('CreateGroup', {
      Name: name!,
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
    })
    const email = options.email as string | undefined
    await undoing(session, 'DeleteGroup', { GroupId: GroupId! }, async () => {
      if (email !== undefined)
        await session.callHere('RegisterToWorkMail', { EntityId: GroupId, Email: email })
    })
    const text = formatDetails([
      ['Group', name],
      ['Id', GroupId],
      ['Address', email],
    ])
    return { json: { GroupId: GroupId!, Email: email ?? null }, text }
  })

  const list = inOrganization(group.command('list').description('the groups of the organisation'))
  list.option('--prefix <text>', 'whose names begin so')
  cli.administers(list, async (session, options) => ({
    pages: session.pagesHere('ListGroups', 'Groups', {
      Filters: options.prefix === undefined ? undefined : { NamePrefix: options.prefix as string },
    }),
    columns: [
      { title: 'Name', show: 'Name' },
      { title: 'Address', show: 'Email' },
      { title: 'State', show: 'State' },
      { title: 'Id', show: 'Id' },
    ],
    empty: 'There is no such group.',
  }))

  const show = inOrganization(group.command('show').argument('<group>').description('one group'))
  cli.administers(show, async (session, _options, name) => {
    const found = await session.callHere('DescribeGroup', { GroupId: name! })
    const text = formatDetails([
      ['Name', found.Name],
      ['Id', found.GroupId],
      ['Address', found.Email],
      ['State', found.State],
      ['Hidden', found.HiddenFromGlobalAddressList],
      ['Enabled', formatTime(found.EnabledDate)],
      ['Disabled', formatTime(found.DisabledDate)],
    ])
    return { json: found, text }
  })

  const set = inOrganization(
    group.command('set').argument('<group>').description('whether the global address list shows it'),
  )
  hiddenOption(set)
  cli.administers(set, async (session, options, name) => {
    const HiddenFromGlobalAddressList = options.hidden as boolean | undefined
    requireChange(set, { HiddenFromGlobalAddressList })
    await session.callHere('UpdateGroup', { GroupId: name!, HiddenFromGlobalAddressList })
    return { json: {}, text: `Group ${name} is changed.\n` }
  })

  const members = inOrganization(group.command('members').argument('<group>').description('who is in it'))
  cli.administers(members, async (session, _options, name) => ({
    pages: session.pagesHere('ListGroupMembers', 'Members', { GroupId: name! }),
    columns: [
      { title: 'Name', show: 'Name' },
      { title: 'Type', show: 'Type' },
      { title: 'State', show: 'State' },
      { title: 'Id', show: 'Id' },
    ],
    empty: 'Nobody is in this group.',
  }))

  const join = inOrganization(
    group
      .command('join')
      .argument('<group>')
      .argument('<member...>')
      .description('put users, groups, resources or contacts into it'),
  )
  cli.administers(join, async (session, _options, name, ...rest) => {
    const given = rest.flat() as string[]
    for (const MemberId of given)
      await session.callHere('AssociateMemberToGroup', { GroupId: name!, MemberId })
    return { json: {}, text: given.map((member) => `${member} is now in ${name}.\n`).join('') }
  })

  const leave = inOrganization(
    group.command('leave').argument('<group>').argument('<member...>').description('take members out of it'),
  )
  cli.administers(leave, async (session, _options, name, ...rest) => {
    const given = rest.flat() as string[]
    const GroupId = await entryId(session, name!, 'group')
    for (const member of given) {
      const groups = session.pagesHere('ListGroupsForEntity', 'Groups', { EntityId: member })
      if (await isListed(groups, (row) => row.GroupId === GroupId)) continue
      throw new NothingChanged(`${member} is not a direct member of ${name}. Nothing was changed.`)
    }
    for (const MemberId of given) await session.callHere('DisassociateMemberFromGroup', { GroupId, MemberId })
    return { json: {}, text: given.map((member) => `${member} is no longer in ${name}.\n`).join('') }
  })

  addRegister(cli, group, 'group')
  addDeregister(cli, group, 'group')

  const remove = inOrganization(
    group.command('delete').argument('<group>').description('delete a disabled group for good'),
  )
  cli.administers(remove, async (session, _options, name) => {
    await session.callHere('DescribeGroup', { GroupId: name! })
    await confirm(session, `Delete the group ${name}?`)
    await session.callHere('DeleteGroup', { GroupId: name! })
    return { json: {}, text: `Group ${name} is deleted.\n` }
  })

  return group
}
