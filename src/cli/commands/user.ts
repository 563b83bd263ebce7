import { Command } from 'commander'
import { oneTimePassword } from '#src/app/one-time-password.ts'
import { confirm, readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import {
  detailMembers,
  detailOptions,
  putAttachments,
  readAttachments,
  shownDetails,
} from '../detail-options.ts'
import { addDeregister, addRegister, undoing } from '../entry-commands.ts'
import { hiddenOption, requireChange } from '../hidden-option.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatDetails, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { userJunkCommand } from './user-junk.ts'

/** `landbridge user` */
export function userCommand(cli: Cli): Command {
  const user = new Command('user').description('users and their mailboxes')
  examples(
    user,
    'landbridge user add anna --display-name "Anna Ash"',
    'printf %s "$PASSWORD" | landbridge user add ben --email ben@acme.example --password-stdin',
    'landbridge user set anna --department Sales --telephone "+49 30 1234"',
    'landbridge user set anna --title Buyer --manager ben --photo anna.jpg --certificate anna.cer',
    'landbridge user quota anna 10240',
    'landbridge user disable anna && landbridge user delete anna',
  )
  examplesBelow(
    user,
    'landbridge user list --state DISABLED',
    'landbridge user show anna',
    'landbridge user password anna   a new one is shown this once',
    'printf %s "$PASSWORD" | landbridge user password anna --password-stdin',
    'landbridge user enable anna anna@acme.example',
  )

  const add = inOrganization(user.command('add').argument('<name>').description('make a user with a mailbox'))
  add
    .option('--email <address>', 'first address (default: NAME in the default domain)')
    .option('--password-stdin', 'take the password from the first line of stdin')
    .option('--no-password', 'give it none (default: one is made and shown this once)')
    .option('--no-enable', 'give it no address and no mailbox')
    .option('--hidden', 'leave it out of the global address list')
  detailOptions(add)
  cli.administers(add, async (session, options, name) => {
    const attachments = await readAttachments(options)
    const made = options.passwordStdin !== true && options.password !== false ? oneTimePassword() : undefined
    const password = options.passwordStdin === true ? await readLine(session) : made
    const email =
      options.enable === false
        ? undefined
        : ((options.email as string) ?? (await proposedAddress(session, name!)))
    const { UserId } = await session.callHere('CreateUser', {
      Name: name!,
      DisplayName: (options.displayName as string) ?? name!,
      Password: password,
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
    })
    await undoing(session, 'DeleteUser', { UserId: UserId! }, async () => {
      const given = detailMembers(options)
      if (Object.keys(given).length > 0) await session.callHere('UpdateUser', { UserId, ...given })
      await putAttachments(session, UserId!, attachments)
      if (email !== undefined)
        await session.callHere('RegisterToWorkMail', { EntityId: UserId, Email: email })
    })
    const text = formatDetails([
      ['User', name],
      ['Id', UserId],
      ['Address', email],
      ['Password', made === undefined ? undefined : `${made}  (shown this once)`],
    ])
    return {
      json: { UserId: UserId!, Email: email ?? null, ...(made !== undefined && { Password: made }) },
      text,
    }
  })

  const list = inOrganization(user.command('list').description('the users of the organisation'))
  list
    .option('--prefix <text>', 'whose names begin so')
    .option('--state <state>', 'ENABLED, DISABLED or DELETED')
  cli.administers(list, async (session, options) => {
    const filters = {
      ...(options.prefix !== undefined && { UsernamePrefix: options.prefix as string }),
      ...(options.state !== undefined && { State: String(options.state).toUpperCase() }),
    }
    return {
      pages: session.pagesHere('ListUsers', 'Users', { Filters: filters }),
      columns: [
        { title: 'Name', show: 'Name' },
        { title: 'Display name', show: 'DisplayName' },
        { title: 'Address', show: 'Email' },
        { title: 'State', show: 'State' },
        { title: 'Id', show: 'Id' },
      ],
      empty: 'There is no such user.',
    }
  })

  const show = inOrganization(user.command('show').argument('<user>').description('one user'))
  cli.administers(show, async (session, _options, name) => {
    const found = await session.callHere('DescribeUser', { UserId: name! })
    const box =
      found.MailboxProvisionedDate === undefined
        ? {}
        : await session.callHere('GetMailboxDetails', { UserId: name! })
    const text = formatDetails([
      ['Name', found.Name],
      ['Id', found.UserId],
      ['Address', found.Email],
      ['State', found.State],
      ['Role', found.UserRole],
      ...shownDetails(found),
      ['Hidden', found.HiddenFromGlobalAddressList],
      ['Enabled', formatTime(found.EnabledDate)],
      ['Disabled', formatTime(found.DisabledDate)],
      [
        'Mailbox',
        box.MailboxQuota === undefined
          ? undefined
          : `${Number(box.MailboxSize).toFixed(1)} of ${box.MailboxQuota} MB`,
      ],
    ])
    return { json: { ...found, ...box }, text }
  })

  const set = inOrganization(
    user
      .command('set')
      .argument('<user>')
      .description('change what the address book shows; an empty text removes'),
  )
  hiddenOption(detailOptions(set, { removes: true }))
  cli.administers(set, async (session, options, name) => {
    const attachments = await readAttachments(options)
    const found = await session.callHere('DescribeUser', { UserId: name! })
    const change = {
      ...detailMembers(options, found),
      HiddenFromGlobalAddressList: options.hidden as boolean | undefined,
    }
    requireChange(set, { ...change, ...attachments })
    const UserId = found.UserId!
    await putAttachments(session, UserId, attachments)
    await session.callHere('UpdateUser', { UserId, ...change })
    return { json: {}, text: `User ${name} is changed.\n` }
  })

  const password = inOrganization(
    user.command('password').argument('<user>').description('set a new password'),
  )
  password.option(
    '--password-stdin',
    'take it from the first line of stdin (default: one is made and shown this once)',
  )
  cli.administers(password, async (session, options, name) => {
    const made = options.passwordStdin === true ? undefined : oneTimePassword()
    await session.callHere('ResetPassword', { UserId: name!, Password: made ?? (await readLine(session)) })
    if (made === undefined) return { json: {}, text: `User ${name} has a new password.\n` }
    return { json: { Password: made }, text: `The new password of ${name}, shown this once: ${made}\n` }
  })

  const quota = inOrganization(
    user
      .command('quota')
      .argument('<user>')
      .argument('<megabytes>')
      .description('how large the mailbox may become, up to 51200'),
  )
  cli.administers(quota, async (session, _options, name, megabytes) => {
    if (!/^\d{1,9}$/.test(megabytes!))
      throw new UsageFault('The quota is a number of megabytes, for example 10240.')
    await session.callHere('UpdateMailboxQuota', { UserId: name!, MailboxQuota: Number(megabytes) })
    return { json: {}, text: `The mailbox of ${name} may hold ${megabytes} MB.\n` }
  })

  addRegister(cli, user, 'user')
  addDeregister(cli, user, 'user')

  const remove = inOrganization(
    user.command('delete').argument('<user>').description('delete a disabled user for good'),
  )
  cli.administers(remove, async (session, _options, name) => {
    await session.callHere('DescribeUser', { UserId: name! })
    await confirm(session, `Delete the user ${name}? The mailbox is destroyed after 30 days.`)
    await session.callHere('DeleteUser', { UserId: name! })
    return { json: {}, text: `User ${name} is deleted.\n` }
  })

  return user.addCommand(userJunkCommand(cli))
}

async function proposedAddress(session: Session, name: string): Promise<string> {
  if (name.includes('@')) return name
  const { DefaultMailDomain } = await session.callHere('DescribeOrganization')
  if (typeof DefaultMailDomain === 'string') return `${name}@${DefaultMailDomain}`
  throw new UsageFault('The organisation has no default domain. Say the address with --email.')
}
