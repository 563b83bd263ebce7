import { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { withNames } from '../entry-names.ts'
import { examples, inOrganization } from '../options.ts'
import { formatDetails, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge token` */
export function tokenCommand(cli: Cli): Command {
  const token = new Command('token').description(
    'personal access tokens: passwords for one mail program each',
  )
  examples(
    token,
    'landbridge token create anna phone --days 90 --scope imap smtp',
    'landbridge token list',
    'landbridge token delete ID',
  )

  const create = inOrganization(
    token
      .command('create')
      .argument('<user>')
      .argument('<name>')
      .description('make a token; it is shown this once'),
  )
  create
    .option('--days <number>', 'how long it lives')
    .option('--scope <scope...>', 'what it opens: imap, smtp, ews, eas, jmap, dav (default: all)')
  cli.administers(create, async (session, options, user, name) => {
    const days = options.days as string | undefined
    if (days !== undefined && !/^\d{1,4}$/.test(days))
      throw new UsageFault('--days is a number of days, for example 90.')
    const made = await session.callHere('CreatePersonalAccessToken', {
      UserId: user!,
      Name: name!,
      LifetimeInDays: days === undefined ? undefined : Number(days),
      Scopes: options.scope as string[] | undefined,
    })
    const text = formatDetails([
      ['Token', `${made.PersonalAccessToken}  (shown this once)`],
      ['Id', made.PersonalAccessTokenId],
      ['Scopes', made.Scopes],
      ['Expires', formatTime(made.ExpiresTime)],
    ])
    return { json: made, text }
  })

  const list = inOrganization(
    token.command('list').argument('[user]').description('tokens of one user, or of all'),
  )
  cli.administers(list, async (session, _options, user) => ({
    pages: withNames(
      session,
      session.pagesHere('ListPersonalAccessTokens', 'PersonalAccessTokenSummaries', { UserId: user }),
      { member: 'UserId', as: 'UserName' },
    ),
    columns: [
      { title: 'Id', show: 'PersonalAccessTokenId' },
      { title: 'Name', show: 'Name' },
      { title: 'User', show: 'UserName' },
      { title: 'Scopes', show: 'Scopes' },
      { title: 'Last used', show: (row) => formatTime(row.DateLastUsed) },
      { title: 'Expires', show: (row) => formatTime(row.ExpiresTime) },
    ],
    empty: 'There is no token.',
  }))

  const remove = inOrganization(
    token.command('delete').argument('<id>').description('nobody gets in with it from now on'),
  )
  cli.administers(remove, async (session, _options, id) => {
    await session.callHere('GetPersonalAccessTokenMetadata', { PersonalAccessTokenId: id! })
    await confirm(session, `Delete the token ${id}? The program that uses it is locked out.`)
    await session.callHere('DeletePersonalAccessToken', { PersonalAccessTokenId: id! })
    return { json: {}, text: `Token ${id} is deleted.\n` }
  })

  return token
}
