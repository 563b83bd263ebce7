import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { keyRemedy } from '../key-remedy.ts'
import { runLong } from '../long-operation.ts'
import { notThere } from '../not-there.ts'
import { examples, examplesBelow, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatDetails, formatTime } from '../table.ts'

/** `landbridge key` */
export function keyCommand(cli: Cli): Command {
  const key = new Command('key').description('the keys mail is encrypted under, and access keys for programs')
  examples(
    key,
    'landbridge key rotate --org acme',
    'landbridge key disable --org acme      its mail is unreadable within a minute',
    'landbridge key create-access           for the AWS command line or SDKs, all organisations',
    'landbridge key create-access --org acme --description "HR sync"',
  )
  examplesBelow(
    key,
    'landbridge key status --org acme',
    'landbridge key enable --org acme',
    'landbridge key list-access',
    'landbridge key delete-access AKIA…',
  )

  const status = inOrganization(
    key.command('status').description('which key an organisation has, and whether it can be used'),
  )
  cli.administers(status, async (session) => {
    const about = await session.callHere('DescribeOrganization')
    const { KeyRef, KeyState } = about
    const text = formatDetails([
      ['Key', KeyRef],
      ['State', KeyState],
      ['To mend it', keyRemedy(about)],
    ])
    const exitCode = KeyState === 'enabled' ? 0 : 1
    return { json: { KeyRef: KeyRef!, KeyState: KeyState! }, text, exitCode }
  })

  const rotate = inOrganization(
    key.command('rotate').description('let a new version of the key take over; mail stays as it is'),
  )
  cli.administers(rotate, async (session) => {
    const result = await runLong(session, 'RotateOrganizationKey', {
      OrganizationId: await session.organization(),
    })
    return { json: result, text: `The key is now ${result.KeyRef}.\n` }
  })

  const disable = inOrganization(
    key.command('disable').description('make everything of the organisation unreadable, until "enable"'),
  )
  cli.administers(disable, async (session) => {
    await confirm(
      session,
      'Disable the key? Nobody of the organisation can read or receive mail until it is enabled again.',
    )
    return { json: await session.callHere('DisableOrganizationKey'), text: 'The key is disabled.\n' }
  })

  const enable = inOrganization(key.command('enable').description('make it readable again'))
  cli.administers(enable, async (session) => ({
    json: await session.callHere('EnableOrganizationKey'),
    text: 'The key is enabled.\n',
  }))

  const create = key.command('create-access').description('make an access key; its secret is shown this once')
  create
    .option('--org <alias>', 'for this organisation alone (default: for all of them)')
    .option('--description <text>', 'what it is for')
    .option('--env', 'print it as a shell reads it: eval "$(landbridge key create-access --env)"')
  cli.administers(create, async (session, options) => {
    const made = await session.call('CreateAccessKey', {
      OrganizationId: options.org === undefined ? undefined : await session.organization(),
      Description: options.description as string | undefined,
    })
    const inShell = `export AWS_ACCESS_KEY_ID=${made.AccessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${made.SecretAccessKey}\n`
    if (options.env === true) return { json: made, text: inShell }
    const text = formatDetails([
      ['Access key id', made.AccessKeyId],
      ['Secret access key', `${made.SecretAccessKey}  (shown this once)`],
    ])
    return { json: made, text }
  })

  const list = key.command('list-access').description('the access keys there are')
  cli.administers(list, async (session) => {
    const { AccessKeys } = await session.call('ListAccessKeys')
    return {
      pages: (async function* () {
        yield AccessKeys as never
      })(),
      columns: [
        { title: 'Id', show: 'AccessKeyId' },
        { title: 'Organisation', show: (row) => String(row.OrganizationId ?? 'all') },
        { title: 'Made', show: (row) => formatTime(row.CreateDate) },
        { title: 'Description', show: 'Description' },
      ],
      empty: 'There is no access key.',
    }
  })

  const remove = key
    .command('delete-access')
    .argument('<id>')
    .description('refuse requests signed with it from now on')
  cli.administers(remove, async (session, _options, id) => {
    await requireAccessKey(session, id!)
    await confirm(session, `Delete the access key ${id}? Programs that use it are locked out.`)
    await session.call('DeleteAccessKey', { AccessKeyId: id! })
    return { json: {}, text: `Access key ${id} is deleted.\n` }
  })

  return key
}

async function requireAccessKey(session: Session, id: string): Promise<void> {
  const { AccessKeys } = await session.call('ListAccessKeys')
  if ((AccessKeys as JsonObject[]).some(({ AccessKeyId }) => AccessKeyId === id)) return
  throw notThere(`There is no access key ${id}. "landbridge key list-access" shows those there are.`)
}
