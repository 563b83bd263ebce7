import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { formatBytes, formatDetails, formatTime } from '../table.ts'

/** `landbridge status` */
export function statusCommand(cli: Cli): Command {
  const command = new Command('status').description(
    'whether a service runs on the data folder, where it listens, how much it holds',
  )
  return cli.administers(command, async (session) => {
    const about = await session.call('DescribeService')
    const listeners = (about.Listeners as JsonObject[]).map(
      ({ Name, Address }) => [String(Name), Address] as const,
    )
    const text = formatDetails([
      ['Service', about.Serving === true ? `running since ${formatTime(about.StartTime)}` : 'not running'],
      ['Version', about.Version],
      ['Data folder', about.DataFolder],
      ...listeners,
      ['Organisations', about.Organizations],
      ['Mailboxes', about.Mailboxes],
      ['Database', formatBytes(about.DatabaseBytes)],
      ['Large bodies', formatBytes(about.BodyBytes)],
      ['Free disk', formatBytes(about.FreeBytes)],
      ['Schema', about.Schema],
    ])
    return { json: about, text }
  })
}
