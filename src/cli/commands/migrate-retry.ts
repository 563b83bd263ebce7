import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { examples } from '../options.ts'
import { UsageFault } from '../usage-fault.ts'
import { onBatches, withBatches } from './migrate-batches.ts'
import { named, targetOf, unserved } from './migrate-run.ts'
import { steeredSentence, whoAsks } from './migrate-words.ts'

/** `landbridge migrate retry` */
export function migrateRetryCommand(cli: Cli): Command {
  const command = onBatches(
    new Command('retry').description(
      'try failed mailboxes, items that were left behind and rights that were refused once more; also of a way back',
    ),
  ).option('--mailbox <address>', 'only this mailbox, whatever its batch')
  examples(
    command,
    'landbridge migrate retry move 1',
    'landbridge migrate retry move --mailbox anna@corp.example',
  )
  return cli.administers(command, async (session, options, project, only) => {
    const { mailbox } = options as Record<string, string | undefined>
    const done = 'tried again'
    if (mailbox !== undefined) {
      if (only !== undefined || options.wave !== undefined)
        throw new UsageFault('--mailbox names one mailbox. Leave out the batch and --wave.')
      const input = { ProjectId: project!, Address: mailbox, By: whoAsks(options) }
      const json = await session.callHere('RetryMigrationBatch', input)
      const text = steeredSentence(json, { project: project!, batch: '', name: mailbox, done })
      return { json, text: `${text}${unserved(session)}` }
    }
    const result = await withBatches(session, targetOf(project, only, options), {
      isDone: () => false,
      one: async (batch) => {
        const json = await session.callHere('RetryMigrationBatch', named(project!, batch, options))
        return { json, text: steeredSentence(json, { project: project!, batch, done }) }
      },
    })
    return { ...result, text: `${result.text}${unserved(session)}` }
  })
}
