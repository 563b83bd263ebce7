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
      'fetch now what arrived at the source of people who have moved, and say how much came; nothing is deleted, and what lies in Deleted Items there stays here where it is',
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
  return cli.administers(command, (session, options, project, only) =>
    fetchLate(session, options, project!, only),
  )
}

/** What the command does: of a batch, of each of a wave or of one mailbox. */
export async function fetchLate(session: Session, options: Options, project: string, only?: string) {
  const { mailbox } = options as Record<string, string | undefined>
  if (mailbox !== undefined) {
    if (only !== undefined || options.wave !== undefined)
      throw new UsageFault('--mailbox names one mailbox. Leave out the batch and --wave.')
    return asked(session, project, { Address: mailbox }, options)
  }
  // All of a wave are asked before the first is waited for, and once: what comes is counted from there. Who refuses is told in its turn.
  const begun = new Map<number, JsonObject>()
  if (options.wave !== undefined && options.wait !== false && session.serving) {
    const { batches } = await waveOf(session, project, String(options.wave))
    for (const no of batches.map(({ BatchNumber }) => Number(BatchNumber))) {
      const first = await ask(session, project, { BatchNumber: no }, options).catch(() => undefined)
      if (first !== undefined) begun.set(no, first)
    }
  }
  return withBatches(session, targetOf(project, only, options), {
    one: (batch) => {
      const no = batchNumber(batch)
      return asked(session, project, { BatchNumber: no }, options, begun.get(no))
    },
  })
}

const ask = (session: Session, project: string, which: Which, options: Options): Promise<JsonObject> =>
  session.callHere('CopyLateMigrationItems', { ProjectId: project, ...which, By: whoAsks(options) })

async function asked(session: Session, project: string, which: Which, options: Options, begun?: JsonObject) {
  const first = begun ?? (await ask(session, project, which, options))
  const name = 'Address' in which ? which.Address : `batch ${which.BatchNumber}`
  if (!session.serving || options.wait === false) {
    const many = counted(Number(first.Mailboxes), 'mailbox', 'mailboxes')
    const text = `What arrived late is asked for: ${name}, ${many}. "landbridge migrate status ${shellWord(project)}" counts it.\n`
    return { json: first, text: `${text}${unserved(session)}`, exitCode: 0 }
  }
  const { seen, isOver } = await waited(session, project, which, first)
  return {
    json: seen,
    text: lateWords(seen, { name, project, isOver }),
    exitCode: isOver && !isRefused(seen) ? 0 : 1,
  }
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
  const told = new Set<string>()
  const organization = await session.organization()
  let seen = first
  try {
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, SLOWEST_LOOK_MS)) {
      const [done, total] = [Number(seen.Looked), Number(seen.Mailboxes)]
      if (done >= total) return { seen, isOver: true }
      for (const { Address, Cause } of troublesOf(seen)) {
        // One that is tried again says another time at each.
        const cause = inFull(String(Cause)).replaceAll(/\d+/g, '')
        if (told.has(cause) || told.size >= MOST_NAMED) continue
        told.add(cause)
        progress.end()
        io.stderr.write(`${visibleText(`${Address}: ${inFull(String(Cause))}`)}\n`)
      }
      progress.show({ what: 'Mailboxes looked at', done, total })
      const isCalledOff = io.signal.aborted
      if (!isCalledOff) await pause(wait, undefined, { signal: io.signal }).catch(() => undefined)
      // Ctrl-C ends the waiting, and not the call that says how far it is.
      const input = { OrganizationId: organization, ProjectId: project, ...which, Since: first.Since! }
      seen = await session.callAnyway('CopyLateMigrationItems', input)
      if (io.signal.aborted) return { seen, isOver: Number(seen.Looked) >= Number(seen.Mailboxes) }
    }
  } finally {
    progress.end()
  }
}

const troublesOf = ({ Troubles }: JsonObject) => (Troubles ?? []) as readonly JsonObject[]

/** Nothing came, and nothing could be looked at. */
const isRefused = (seen: JsonObject): boolean => {
  const troubled = Number(seen.MailboxesTroubled)
  return troubled > 0 && Number(seen.Items) === 0 && (seen.Looked === 0 || troubled >= Number(seen.Mailboxes))
}

type Asked = { name: string; project: string; isOver: boolean }

function lateWords(seen: JsonObject, of: Asked): string {
  const { Items, Bytes, Mailboxes, Looked, Arrived } = seen
  const more = (all: unknown) => Math.max(0, Number(all) - MOST_NAMED)
  const [moreCame, moreTroubled] = [more(seen.MailboxesArrived), more(seen.MailboxesTroubled)]
  const came = (Arrived ?? []) as readonly JsonObject[]
  const troubles = troublesOf(seen)
  const many = Number(Mailboxes)
  const which = many === 1 ? of.name : `${Looked} of ${counted(many, 'mailbox', 'mailboxes')} of ${of.name}`
  const looked = Looked === 0 && many === 1 ? `${which} was not looked at yet` : `${which} looked at`
  const head = isRefused(seen)
    ? `Nothing could be looked at (${many === 1 ? of.name : `${of.name}, ${counted(many, 'mailbox', 'mailboxes')}`}): ${inFull(String(troubles[0]!.Cause))}`
    : Number(Items) > 0
      ? `${counted(Number(Items), 'item')} (${formatBytes(Bytes)}) arrived late and ${Number(Items) === 1 ? 'was' : 'were'} copied (${looked}).`
      : Looked === 0 && many > 0
        ? `Nothing was looked at yet (${of.name}, ${counted(many, 'mailbox', 'mailboxes')}).`
        : `Nothing arrived late (${looked}).`
  const lines = [
    ...came.slice(0, MOST_NAMED).map((each) => `  ${each.Address}: ${each.Items}`),
    ...(moreCame > 0 ? [`  and ${counted(moreCame, 'more mailbox', 'more mailboxes')}`] : []),
    ...troubles.slice(0, MOST_NAMED).map((each) => `  ${each.Address}: ${inFull(String(each.Cause))}`),
    ...(moreTroubled > 0 ? [`  and ${moreTroubled} more that could not be`] : []),
    ...(of.isOver
      ? []
      : [
          `The service goes on with it; "landbridge migrate status ${shellWord(of.project)}" counts what comes.`,
        ]),
  ]
  return `${visibleText(head)}\n${lines.map((line) => `${visibleText(line)}\n`).join('')}`
}
