import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { NothingChanged } from '../nothing-changed.ts'
import { examples, inOrganization } from '../options.ts'

const words: Readonly<Record<string, string>> = {
  BLOCKED: 'blocked',
  SAFE: 'safe',
  SAFE_RECIPIENT: 'safe recipient',
}

/** `landbridge user junk` */
export function userJunkCommand(cli: Cli): Command {
  const junk = new Command('junk').description(
    'whose mail goes to the Junk folder of a user, and whose never',
  )
  examples(
    junk,
    'landbridge user junk list anna',
    'landbridge user junk block anna spam@bad.example worse.example',
    'landbridge user junk trust anna boss@partner.example @news.example',
    'landbridge user junk forget anna worse.example',
  )
  junk.addHelpText(
    'after',
    `
An entry is an address, a domain with those below it (worse.example), or one domain alone (@news.example).
Who is blocked is trusted no more, and the other way round. Trust spares the verdict of the spam scanner alone.
`,
  )

  const list = inOrganization(
    junk.command('list').argument('<user>').description('who is blocked and who is safe'),
  )
  cli.administers(list, async (session, _options, user) => ({
    pages: session.pagesHere('ListJunkSenders', 'JunkSenders', { EntityId: user! }),
    columns: [
      { title: 'List', show: (row) => words[String(row.List)] ?? String(row.List) },
      { title: 'Entry', show: 'Entry' },
    ],
    empty: 'Nobody is blocked, and nobody is safe.',
  }))

  const change = (name: 'block' | 'trust' | 'forget', member: string, does: string, said: string) => {
    const command = inOrganization(
      junk.command(name).argument('<user>').argument('<entry...>', 'addresses and domains').description(does),
    )
    cli.administers(command, async (session, _options, user, ...rest) => {
      const entries = rest.flat() as string[]
      const json = await session.callHere('UpdateJunkSenders', { EntityId: user!, [member]: entries })
      const text = `${entries.join(', ')}: ${said} of ${user}.`
      if (json.Changed !== true) throw new NothingChanged(`${text} It was so already, nothing was changed.`)
      return { json, text: `${text}\n` }
    })
  }
  change('block', 'Block', 'send mail from them to Junk', 'mail goes to the Junk folder')
  change('trust', 'Trust', 'keep mail from them out of Junk', 'mail is kept out of the Junk folder')
  change('forget', 'Forget', 'take them out of every list', 'in no list')

  return junk
}
