import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { inOrganization } from '../options.ts'

/** `landbridge impersonation account` */
export function impersonationAccountCommand(cli: Cli): Command {
  const account = new Command('account').description(
    'users who may act in any mailbox over EWS, as who moves mailboxes does',
  )

  const add = inOrganization(account.command('add').argument('<user>').description('make a user one'))
  cli.administers(add, async (session, _options, user) => {
    await session.callHere('PutImpersonationAccount', { UserId: user!, Enabled: true })
    return { json: {}, text: `${user} may act in any mailbox of the organisation.\n` }
  })

  const list = inOrganization(account.command('list').description('the users who are one'))
  cli.administers(list, async (session) => {
    const { ImpersonationAccounts } = await session.callHere('ListImpersonationAccounts')
    const rows = ImpersonationAccounts as { Name: string; Email?: string }[]
    const lines = rows.map(({ Name, Email }) => `${Name}${Email === undefined ? '' : `  ${Email}`}\n`)
    return { json: rows, text: lines.join('') || 'There is none.\n' }
  })

  const remove = inOrganization(
    account.command('remove').argument('<user>').description('make a user one like any other again'),
  )
  cli.administers(remove, async (session, _options, user) => {
    await session.callHere('PutImpersonationAccount', { UserId: user!, Enabled: false })
    return { json: {}, text: `${user} is a user like any other again.\n` }
  })
  return account
}
