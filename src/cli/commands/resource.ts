import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { addDeregister, addRegister, undoing } from '../entry-commands.ts'
import { entryId, isListed, withNames } from '../entry-names.ts'
import { hiddenOption, requireChange } from '../hidden-option.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import { formatDetails } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

const booking = [
  ['auto-accept', 'AutoAcceptRequests', 'accept requests by itself'],
  ['decline-recurring', 'AutoDeclineRecurringRequests', 'decline recurring requests'],
  ['decline-conflicting', 'AutoDeclineConflictingRequests', 'decline requests for a time that is taken'],
] as const

/** `landbridge resource` */
export function resourceCommand(cli: Cli): Command {
  const resource = new Command('resource').description('rooms and equipment that meetings book')
  examples(
    resource,
    'landbridge resource add room-101 --type room --email room-101@acme.example',
    'landbridge resource delegate room-101 anna',
    'landbridge resource set room-101 --auto-accept off',
  )
  examplesBelow(
    resource,
    'landbridge resource list',
    'landbridge resource show room-101',
    'landbridge resource delegates room-101',
    'landbridge resource undelegate room-101 anna',
    'landbridge resource enable room-101 room-101@acme.example',
    'landbridge resource disable room-101',
    'landbridge resource delete room-101',
  )

  const add = inOrganization(
    resource.command('add').argument('<name>').description('make a room or equipment'),
  )
  add
    .requiredOption('--type <type>', 'room or equipment')
    .option('--email <address>', 'enable it with this address')
    .option('--description <text>', 'up to 64 characters')
    .option('--hidden', 'leave it out of the global address list')
  cli.administers(add, async (session, options, name) => {
    const { ResourceId } = await session.callHere('CreateResource', {
      Name: name!,
      Type: String(options.type).toUpperCase(),
      Description: options.description as string | undefined,
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
    })
    const email = options.email as string | undefined
    await undoing(session, 'DeleteResource', { ResourceId: ResourceId! }, async () => {
      if (email !== undefined)
        await session.callHere('RegisterToWorkMail', { EntityId: ResourceId, Email: email })
    })
    const text = formatDetails([
      ['Resource', name],
      ['Id', ResourceId],
      ['Address', email],
    ])
    return { json: { ResourceId: ResourceId!, Email: email ?? null }, text }
  })

  const list = inOrganization(resource.command('list').description('the resources of the organisation'))
  cli.administers(list, async (session) => ({
    pages: session.pagesHere('ListResources', 'Resources'),
    columns: [
      { title: 'Name', show: 'Name' },
      { title: 'Type', show: 'Type' },
      { title: 'Address', show: 'Email' },
      { title: 'State', show: 'State' },
      { title: 'Description', show: 'Description' },
      { title: 'Id', show: 'Id' },
    ],
    empty: 'There is no resource.',
  }))

  const show = inOrganization(resource.command('show').argument('<resource>').description('one resource'))
  cli.administers(show, async (session, _options, name) => {
    const found = await session.callHere('DescribeResource', { ResourceId: name! })
    const options = found.BookingOptions as JsonObject
    const text = formatDetails([
      ['Name', found.Name],
      ['Id', found.ResourceId],
      ['Type', found.Type],
      ['Address', found.Email],
      ['State', found.State],
      ['Description', found.Description],
      ['Hidden', found.HiddenFromGlobalAddressList],
      ...booking.map(([option, member]) => [option, options[member]] as const),
    ])
    return { json: found, text }
  })

  const set = inOrganization(resource.command('set').argument('<resource>').description('change a resource'))
  set
    .option('--name <name>', 'another name')
    .option('--type <type>', 'room or equipment')
    .option('--description <text>', 'up to 64 characters; empty removes')
  hiddenOption(set)
  for (const [option, , what] of booking) set.option(`--${option} <on|off>`, what)
  cli.administers(set, async (session, options, name) => {
    const change = {
      Name: options.name as string | undefined,
      Type: options.type === undefined ? undefined : String(options.type).toUpperCase(),
      Description: options.description as string | undefined,
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
      BookingOptions: bookingOf(options),
    }
    requireChange(set, change)
    await session.callHere('UpdateResource', { ResourceId: name!, ...change })
    return { json: {}, text: `Resource ${name} is changed.\n` }
  })

  const delegates = inOrganization(
    resource.command('delegates').argument('<resource>').description('who answers for it'),
  )
  cli.administers(delegates, async (session, _options, name) => ({
    pages: withNames(
      session,
      session.pagesHere('ListResourceDelegates', 'Delegates', { ResourceId: name! }),
      { member: 'Id', type: 'Type', as: 'Name' },
    ),
    columns: [
      { title: 'Name', show: 'Name' },
      { title: 'Type', show: 'Type' },
      { title: 'Id', show: 'Id' },
    ],
    empty: 'Nobody answers for this resource.',
  }))

  const delegate = inOrganization(
    resource
      .command('delegate')
      .argument('<resource>')
      .argument('<delegate>')
      .description('let a user or group answer for it'),
  )
  cli.administers(delegate, async (session, _options, name, who) => {
    await session.callHere('AssociateDelegateToResource', { ResourceId: name!, EntityId: who! })
    return { json: {}, text: `${who} answers for ${name}.\n` }
  })

  const undelegate = inOrganization(
    resource
      .command('undelegate')
      .argument('<resource>')
      .argument('<delegate>')
      .description('take that away again'),
  )
  cli.administers(undelegate, async (session, _options, name, who) => {
    const EntityId = await entryId(session, who!, 'user', 'group')
    const there = session.pagesHere('ListResourceDelegates', 'Delegates', { ResourceId: name! })
    if (!(await isListed(there, ({ Id }) => Id === EntityId)))
      throw new NothingChanged(`${who} does not answer for ${name}. Nothing was changed.`)
    await session.callHere('DisassociateDelegateFromResource', { ResourceId: name!, EntityId })
    return { json: {}, text: `${who} no longer answers for ${name}.\n` }
  })

  addRegister(cli, resource, 'resource')
  addDeregister(cli, resource, 'resource')

  const remove = inOrganization(
    resource.command('delete').argument('<resource>').description('delete a disabled resource for good'),
  )
  cli.administers(remove, async (session, _options, name) => {
    await session.callHere('DescribeResource', { ResourceId: name! })
    await confirm(session, `Delete the resource ${name}?`)
    await session.callHere('DeleteResource', { ResourceId: name! })
    return { json: {}, text: `Resource ${name} is deleted.\n` }
  })

  return resource
}

function bookingOf(options: Record<string, unknown>): JsonObject | undefined {
  const given: Record<string, boolean> = {}
  for (const [option, member] of booking) {
    const word = options[option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())]
    if (word === undefined) continue
    if (word !== 'on' && word !== 'off') throw new UsageFault(`--${option} takes on or off.`)
    given[member] = word === 'on'
  }
  return Object.keys(given).length === 0 ? undefined : given
}
