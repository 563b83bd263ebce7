import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { counted } from '#src/base/figure-words.ts'
import { inFull } from '#src/base/in-full.ts'
import { shellWord } from '#src/base/shell-word.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../options.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { formatBytes } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { onBatches, waveOf, withBatches } from './migrate-batches.ts'
import { targetOf, unserved } from './migrate-run.ts'
import { batchNumber, whoAsks } from './migrate-words.ts'

const FIRST_LOOK_MS = 50
const SLOWEST_LOOK_MS = 2_000
const MOST_NAMED = 10

type Options = Record<string, unknown>
/** A batch by its number, or a mailbox by its address. */
type Which = { BatchNumber: number } | { Address: string }

/** `landbridge migrate late` */
export function migrateLateCommand(cli: Cli): Command {
  const command = onBatches(
    new Command('late').description(
      'fetch now what arrived at the source of people who have moved, and say how much came; nothing is deleted',
    ),
  )
    .option('--mailbox <address>', 'only this mailbox, whatever its batch')
    .option('--no-wait', 'ask for it, and do not wait until it is done')
  examples(
    command,
    'landbridge migrate late move 1',
    'landbridge migrate late move --wave Berlin',
    'landbridge migrate late move --mailbox anna@corp.example',
  )
  return cli.administers(command, async (session, options, project, only) => {
    const { mailbox } = options as Record<string, string | undefined>
    if (mailbox !== undefined) {
      if (only !== undefined || options.wave !== undefined)
        throw new UsageFault('--mailbox names one mailbox. Leave out the batch and --wave.')
      return asked(session, project!, { Address: mailbox }, options)
    }
    // All of a wave are asked before the first is waited for.
    if (options.wave !== undefined && options.wait !== false && session.serving) {
      const { batches } = await waveOf(session, project!, String(options.wave))
      for (const { BatchNumber } of batches)
        await ask(session, project!, { BatchNumber: Number(BatchNumber) }, options).catch(() => undefined)
    }
    return withBatches(session, targetOf(project, only, options), {
      one: (batch) => asked(session, project!, { BatchNumber: batchNumber(batch) }, options),
    })
  })
}

const ask = (session: Session, project: string, which: Which, options: Options): Promise<JsonObject> =>
  session.callHere('CopyLateMigrationItems', { ProjectId: project, ...which, By: whoAsks(options) })

async function asked(session: Session, project: string, which: Which, options: Options) {
  const first = await ask(session, project, which, options)
  const name = 'Address' in which ? which.Address : `batch ${which.BatchNumber}`
  if (!session.serving || options.wait === false) {
    const many = counted(Number(first.Mailboxes), 'mailbox', 'mailboxes')
    const text = `What arrived late is asked for: ${name}, ${many}. "landbridge migrate status ${shellWord(project)}" counts it.\n`
    return { json: first, text: `${text}${unserved(session)}`, exitCode: 0 }
  }
  const { seen, isOver } = await waited(session, project, which, first)
  return { json: seen, text: lateWords(seen, { name, project, isOver }), exitCode: isOver ? 0 : 1 }
}

/** Until every mailbox was looked at, or Ctrl-C: then the service goes on by itself. */
async function waited(
  session: Session,
  project: string,
  which: Which,
  first: JsonObject,
): Promise<{ seen: JsonObject; isOver: boolean }> {
  const { io } = session
  const progress = new Progress(io)
  let seen = first
  try {
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, SLOWEST_LOOK_MS)) {
      const [done, total] = [Number(seen.Looked), Number(seen.Mailboxes)]
      if (done >= total) return { seen, isOver: true }
      if (io.signal.aborted) return { seen, isOver: false }
      progress.show({ what: 'Mailboxes looked at', done, total })
      await pause(wait, undefined, { signal: io.signal }).catch(() => undefined)
      if (io.signal.aborted) return { seen, isOver: false }
      seen = await session.callHere('CopyLateMigrationItems', {
        ...{ ProjectId: project, ...which },
        Since: first.Since,
      })
    }
  } finally {
    progress.end()
  }
}

type Asked = { name: string; project: string; isOver: boolean }

function lateWords({ Items, Bytes, Mailboxes, Looked, Arrived, Troubles }: JsonObject, of: Asked): string {
  const came = (Arrived ?? []) as readonly JsonObject[]
  const troubles = (Troubles ?? []) as readonly JsonObject[]
  const many = Number(Mailboxes)
  const which = many === 1 ? of.name : `${Looked} of ${counted(many, 'mailbox', 'mailboxes')} of ${of.name}`
  const looked = Looked === 0 && many === 1 ? `${which} was not looked at yet` : `${which} looked at`
  const head =
    Number(Items) === 0
      ? `Nothing arrived late (${looked}).`
      : `${counted(Number(Items), 'item')} (${formatBytes(Bytes)}) arrived late and ${Number(Items) === 1 ? 'was' : 'were'} copied (${looked}).`
  const lines = [
    ...came.slice(0, MOST_NAMED).map((each) => `  ${each.Address}: ${each.Items}`),
    ...(came.length > MOST_NAMED ? [`  and ${came.length - MOST_NAMED} more mailboxes`] : []),
    ...troubles.slice(0, MOST_NAMED).map((each) => `  ${each.Address}: ${inFull(String(each.Cause))}`),
    ...(troubles.length > MOST_NAMED ? [`  and ${troubles.length - MOST_NAMED} more that could not be`] : []),
    ...(of.isOver
      ? []
      : [
          `The service goes on with it; "landbridge migrate status ${shellWord(of.project)}" counts what comes.`,
        ]),
  ]
  return `${visibleText(head)}\n${lines.map((line) => `${visibleText(line)}\n`).join('')}`
}
