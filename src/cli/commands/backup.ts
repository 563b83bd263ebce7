import { resolve } from 'node:path'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { runLong } from '../long-operation.ts'
import { examples } from '../options.ts'
import { formatBytes, formatDetails } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge backup` */
export function backupCommand(cli: Cli): Command {
  const command = new Command('backup')
    .argument('<folder>', 'a folder that is empty or not there yet')
    .description('write a consistent copy of all data while the service goes on')
    .option(
      '--with-keys',
      'put the organisation keys into it too; without them it opens only where the keys are',
    )
  examples(
    command,
    'landbridge backup /backup/2026-11-21',
    'landbridge backup /backup/2026-11-21 --with-keys',
  )
  return cli.administers(command, async (session, options, folder) => {
    if (folder === '')
      throw new UsageFault('<folder> is empty. Name the folder into which the backup is written.')
    const input = { Folder: resolve(folder!), WithKeys: options.withKeys === true }
    const result = await runLong(session, 'BackupStore', input)
    const keys = result.Keys as string[]
    const text = formatDetails([
      ['Backup', result.Folder],
      ['Size', formatBytes(result.Bytes)],
      ['Mailboxes', result.Mailboxes],
      [options.withKeys === true ? 'Keys in it' : 'Keys it needs', keys],
    ])
    return { json: result, text }
  })
}
