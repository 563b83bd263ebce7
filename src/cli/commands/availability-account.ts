import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { inOrganization } from '../options.ts'

/** `landbridge availability account` */
export function availabilityAccountCommand(cli: Cli): Command {
  const account = new Command('account').description(
    'users who may ask when people are free, and do nothing else',
  )

  const add = inOrganization(
    account.command('add').argument('<user>').description('make a user one; Exchange signs in as it'),
  )
  cli.administers(add, async (session, _options, user) => {
    await session.callHere('PutAvailabilityAccount', { UserId: user!, Enabled: true })
    return { json: {}, text: `${user} may ask when people are free, and do nothing else.\n` }
  })

  const list = inOrganization(account.command('list').description('the users who are one'))
  cli.administers(list, async (session) => {
    const { AvailabilityAccounts } = await session.callHere('ListAvailabilityAccounts')
    const rows = AvailabilityAccounts as { Name: string; Email?: string }[]
    const lines = rows.map(({ Name, Email }) => `${Name}${Email === undefined ? '' : `  ${Email}`}\n`)
    return { json: rows, text: lines.join('') || 'There is none: Exchange cannot ask.\n' }
  })

  const remove = inOrganization(
    account.command('remove').argument('<user>').description('make a user one like any other again'),
  )
  cli.administers(remove, async (session, _options, user) => {
    await session.callHere('PutAvailabilityAccount', { UserId: user!, Enabled: false })
    return { json: {}, text: `${user} is a user like any other again.\n` }
  })
  return account
}
