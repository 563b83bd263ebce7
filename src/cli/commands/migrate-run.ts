import { Command } from 'commander'
import { requireNewScript, scriptFiles, writeCutOverScript } from '#src/app/cut-over-script.ts'
import { mayCutOver, takesStep } from '#src/app/migration-words.ts'
import { shellWord } from '#src/base/shell-word.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { notThere } from '../not-there.ts'
import { inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { batchNumber, cutOverSentence, steeredSentence, whoAsks, withBy } from './migrate-words.ts'

type Steered = {
  name: string
  description: string
  operation: string
  /** What was done, for people: `begun`. */
  done: string
  /** What is asked first, for what cannot simply be taken back. */
  question?: (batch: string) => string
}

const plain: readonly Steered[] = [
  {
    name: 'run',
    description: 'begin a batch: the pre-flight, then the copies when its window opens',
    operation: 'StartMigrationBatch',
    done: 'begun',
  },
  {
    name: 'pause',
    description: 'drain what runs of a batch; nothing else of it begins',
    operation: 'PauseMigrationBatch',
    done: 'paused',
  },
  {
    name: 'resume',
    description: 'let a batch go on; one that waits for a source that refused asks it anew at once',
    operation: 'ResumeMigrationBatch',
    done: 'let go on',
  },
  {
    name: 'cancel',
    description: 'end a batch before its flip; its copies stay until they are rolled back',
    operation: 'CancelMigrationBatch',
    done: 'cancelled',
    question: (batch) => `Cancel batch ${batch}? It cannot be begun again.`,
  },
  {
    name: 'retry',
    description:
      'try failed mailboxes, items that were left behind and rights that were refused once more; also of a way back',
    operation: 'RetryMigrationBatch',
    done: 'tried again',
  },
]

/** `landbridge migrate run|pause|resume|cancel|retry|approve|cutover|script|rollback`; freeze and announce: `migrate-freeze.ts` */
export function migrateRunCommands(cli: Cli): Command[] {
  return [...plain.map((each) => steered(cli, each)), approve(cli), cutOver(cli), script(cli), rollBack(cli)]
}

export const onBatch = (command: Command): Command =>
  withBy(inOrganization(command.argument('<project>').argument('<batch>')))

export const named = (project: string, batch: string, options: Record<string, unknown>) => ({
  ProjectId: project,
  BatchNumber: batchNumber(batch),
  By: whoAsks(options),
})

function steered(cli: Cli, { name, description, operation, done, question }: Steered): Command {
  const command = onBatch(new Command(name).description(description))
  return cli.administers(command, async (session, options, project, batch) => {
    if (question)
      await confirmBatch(session, project!, batch!, {
        question: question(batch!),
        takes: (state) => takesStep(state, 'cancel'),
      })
    const answer = await session.callHere(operation, named(project!, batch!, options))
    return {
      json: answer,
      text: `${steeredSentence(answer, { project: project!, batch: batch!, done })}${unserved(session)}`,
    }
  })
}

type BatchState = Parameters<typeof takesStep>[0]

/** Asks about a batch that is there; not about a step that it does not take: the service says why. */
export async function confirmBatch(
  session: Session,
  project: string,
  batch: string,
  { question, takes }: { question: string; takes: (state: BatchState) => boolean },
): Promise<void> {
  const no = batchNumber(batch)
  const { Batches } = await session.callHere('DescribeMigration', { ProjectId: project })
  const found = (Batches as readonly JsonObject[]).find(({ BatchNumber }) => BatchNumber === no)
  if (found === undefined)
    throw notThere(
      `The project has no batch ${no}. "landbridge migrate status ${shellWord(project)}" shows its batches.`,
    )
  if (takes(found.State as BatchState)) await confirm(session, question)
}

/** Of the file that a script is written to. */
export function requireName(file: string): void {
  if (file.trim() === '') throw new UsageFault('The script has no name. Name the file that it is written to.')
}

/** Commands only steer. */
export const unserved = (session: Session): string =>
  session.serving ? '' : 'No service runs: start it with "landbridge serve", which does the work.\n'

function approve(cli: Cli): Command {
  const command = inOrganization(
    new Command('approve')
      .argument('<project>')
      .argument('<batch>')
      .description('accept the losses of a batch, by your name; look at its report first'),
  )
    .requiredOption('--by <name>', 'who accepts them')
    .option('--note <text>', 'why')
  return cli.administers(command, async (session, options, project, batch) => {
    const Note = options.note as string | undefined
    const answer = await session.callHere('ApproveMigrationBatch', {
      ...named(project!, batch!, options),
      Note,
    })
    return {
      json: answer,
      text: steeredSentence(answer, { project: project!, batch: batch!, done: 'approved' }),
    }
  })
}

function cutOver(cli: Cli): Command {
  const command = onBatch(
    new Command('cutover').description(
      'the last deltas of a batch, then its flip: people are at home here from then on',
    ),
  )
    .option('--at <time>', 'not before, as 2027-01-12T22:00 (default: now)')
    .option('--failing <hold|leave>', 'whether a mailbox that fails holds its batch, or leaves it')
    .option('--script <file>', 'also write what to run on the Exchange side, as "migrate script" does')
  return cli.administers(command, async (session, options, project, batch) => {
    const at = options.at === undefined ? undefined : momentOf('--at', String(options.at))
    // Before anybody moves: a cut-over without its script would be worse than none.
    if (options.script !== undefined) {
      requireName(String(options.script))
      await requireNewScript(String(options.script))
      const { ProjectId, BatchNumber } = named(project!, batch!, options)
      await session.callHere('ListMigrationScriptSteps', { ProjectId, BatchNumber, MaxResults: 1 })
    }
    if (at === undefined)
      await confirmBatch(session, project!, batch!, {
        question: `Move the people of batch ${batch} now?`,
        takes: mayCutOver,
      })
    const answer = await session.callHere('CutOverMigrationBatch', {
      ...named(project!, batch!, options),
      At: at,
      FailingMember: options.failing as string | undefined,
    })
    const written =
      options.script === undefined
        ? ''
        : (await scripted(session, project!, batch!, String(options.script))).text
    const told = cutOverSentence(answer, { project: project!, batch: batch!, at })
    return { json: answer, text: `${told}${written}${unserved(session)}` }
  })
}

function script(cli: Cli): Command {
  const command = inOrganization(
    new Command('script')
      .argument('<project>')
      .argument('<batch>')
      .argument('<file>')
      .description(
        'write what to run in the Exchange Management Shell once a batch has moved, what undoes it, and every object as it was',
      ),
  )
  return cli.administers(command, async (session, _options, project, batch, file) => {
    requireName(file!)
    const { text, hasMoved } = await scripted(session, project!, batch!, file!)
    if (!hasMoved)
      cli.io.stderr.write(
        `landbridge: The people of batch ${batchNumber(batch!)} have not moved here yet. Run the script once they have, not before.\n`,
      )
    return { json: { Files: Object.values(scriptFiles(file!)) }, text }
  })
}

async function scripted(
  session: Session,
  project: string,
  batch: string,
  file: string,
): Promise<{ text: string; hasMoved: boolean }> {
  const { BatchNumber } = named(project, batch, {})
  const { steps, hasMoved } = await writeCutOverScript(
    (operation, input) => session.callHere(operation, input),
    {
      project,
      batch: BatchNumber,
      script: file,
    },
  )
  const { script: forward, rollback, before } = scriptFiles(file)
  const text =
    `Written, with ${steps} steps:\n  ${forward}  run it in the Exchange Management Shell once the batch has moved\n` +
    `  ${rollback}  undoes it\n  ${before}  every object as it was\n`
  return { text, hasMoved }
}

/**
 * Epoch seconds of a time that is to come: on the clock of the zone, that of the machine unless it is named, or with its difference
 * to UTC behind it. One that the clocks skip is as much later as they are set forward.
 */
export function momentOf(option: string, text: string, zone: string = Temporal.Now.timeZoneId()): number {
  const [, clock, offset] = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?$/i.exec(text) ?? []
  // Midnight is hardly meant by a day alone.
  const wrong = new UsageFault(`${option} is a day and a time as 2027-01-12T22:00, not "${text}".`)
  if (clock === undefined) throw wrong
  let at: number
  try {
    at = offset
      ? Temporal.Instant.from(text).epochMilliseconds
      : Temporal.PlainDateTime.from(clock).toZonedDateTime(zone).epochMilliseconds
  } catch {
    throw wrong
  }
  if (at >= Date.now()) return at / 1_000
  throw new UsageFault(
    `${option} ${text} is past. Name a time that is to come${option === '--at' ? '; without --at it is now' : ''}.`,
  )
}

/** What came in and what was changed; of a mailbox that was not counted to its end, at least. */
function countWords({ Items, Changed, AtLeast }: JsonObject): string {
  if (AtLeast === true && Items === 0 && Changed === 0) return 'not counted'
  return `${AtLeast === true ? 'at least ' : ''}${Items} came in, ${Changed} changed or deleted`
}

function rollBack(cli: Cli): Command {
  const command = onBatch(
    new Command('rollback').description(
      'undo a batch: before its flip the copies go, after it people are back at home there',
    ),
  )
  return cli.administers(command, async (session, options, project, batch) => {
    await confirmBatch(session, project!, batch!, {
      question: `Undo batch ${batch}?`,
      takes: (state) => takesStep(state, 'roll-back'),
    })
    let answer: JsonObject = {}
    const parts = session.partsHere('RollBackMigrationBatch', named(project!, batch!, options))
    for await (const part of parts) answer = part
    const late = answer.ArrivedSince as readonly JsonObject[]
    const words = late.map((each) => `  ${each.Address}: ${countWords(each)}\n`).join('')
    const note =
      late.length === 0
        ? ''
        : `What came in or was changed since the flip is taken back there now; "landbridge migrate report" says how far that is:\n${words}`
    return {
      json: answer,
      text: `${steeredSentence(answer, { project: project!, batch: batch!, done: 'rolled back' })}${note}`,
    }
  })
}
