import { Command } from 'commander'
import { fileOfBatch, requireNewScript, scriptFiles, writeCutOverScript } from '#src/app/cut-over-script.ts'
import { mayCutOver, takesStep } from '#src/app/migration-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import {
  type BatchState,
  ofBatches,
  ofBatchFiles,
  onBatches,
  requireName,
  targetOfFiles,
  withBatches,
} from './migrate-batches.ts'
import {
  batchNumber,
  cutOverSentence,
  leavingQuestion,
  steeredSentence,
  watchWords,
  whoAsks,
} from './migrate-words.ts'

type Steered = {
  name: string
  description: string
  operation: string
  /** What was done, for people: `begun`. */
  done: string
  /** What is asked first, for what cannot simply be taken back. */
  question?: (what: string) => string
  /** Of a wave, which batches need it no more. */
  isDone: (batch: JsonObject) => boolean
}

const stateIs =
  (...states: readonly BatchState[]) =>
  ({ State }: JsonObject): boolean =>
    states.includes(State as BatchState)
const moved = ['flipped', 'verifying', 'done', 'done-with-skips'] as const
/** It was begun and goes its way. */
const begun = stateIs(
  ...([
    'preflight',
    'waiting-window',
    'initial-sync',
    'synced',
    'approving',
    'finalising',
    ...moved,
  ] as const),
)

const plain: readonly Steered[] = [
  {
    name: 'run',
    description: 'begin a batch: the pre-flight, then the copies when its window opens',
    operation: 'StartMigrationBatch',
    done: 'begun',
    isDone: begun,
  },
  {
    name: 'pause',
    description: 'drain what runs of a batch; nothing else of it begins',
    operation: 'PauseMigrationBatch',
    done: 'paused',
    isDone: ({ Paused }) => Paused === true,
  },
  {
    name: 'resume',
    description: 'let a batch go on; one that waits for a source that refused asks it anew at once',
    operation: 'ResumeMigrationBatch',
    done: 'let go on',
    isDone: stateIs('done', 'done-with-skips', 'cancelled', 'rolled-back'),
  },
  {
    name: 'cancel',
    description: 'end a batch before its flip; its copies stay until they are rolled back',
    operation: 'CancelMigrationBatch',
    done: 'cancelled',
    isDone: stateIs('cancelled'),
    question: (what) => `Cancel ${what}? It cannot be begun again.`,
  },
]

/** `landbridge migrate run|pause|resume|cancel|approve|cutover|script|rollback`; others in files of their own */
export function migrateRunCommands(cli: Cli): Command[] {
  return [...plain.map((each) => steered(cli, each)), approve(cli), cutOver(cli), script(cli), rollBack(cli)]
}

export const targetOf = (
  project: string | undefined,
  batch: string | undefined,
  { wave }: Record<string, unknown>,
) => ({
  ...{ project: project!, batch, wave },
})

export const named = (project: string, batch: string, options: Record<string, unknown>) => ({
  ProjectId: project,
  BatchNumber: batchNumber(batch),
  By: whoAsks(options),
})

function steered(cli: Cli, { name, description, operation, done, question, isDone }: Steered): Command {
  const command = onBatches(new Command(name).description(description))
  return cli.administers(command, async (session, options, project, only) => {
    const result = await withBatches(session, targetOf(project, only, options), {
      ...(question && { question, takes: (state) => takesStep(state, 'cancel') }),
      isDone,
      one: async (batch) => {
        const answer = await session.callHere(operation, named(project!, batch, options))
        const text = steeredSentence(answer, { project: project!, batch, done })
        return { json: answer, text, look: watchWords(answer, project!) }
      },
    })
    return { ...result, text: `${result.text}${unserved(session)}` }
  })
}

/** Commands only steer. */
export const unserved = (session: Session): string =>
  session.serving ? '' : 'No service runs: start it with "landbridge serve", which does the work.\n'

function approve(cli: Cli): Command {
  const command = ofBatches(
    new Command('approve').description(
      'accept the losses of a batch, by your name; look at its report first',
    ),
  )
    .requiredOption('--by <name>', 'who accepts them')
    .option('--note <text>', 'why')
  return cli.administers(command, (session, options, project, only) =>
    withBatches(session, targetOf(project, only, options), {
      isDone: stateIs('done', 'done-with-skips', 'cancelled', 'rolled-back'),
      one: async (batch) => {
        const Note = options.note as string | undefined
        const input = { ...named(project!, batch, options), Note }
        const answer = await session.callHere('ApproveMigrationBatch', input)
        return {
          json: answer,
          text: steeredSentence(answer, { project: project!, batch, done: 'approved' }),
          look: watchWords(answer, project!),
        }
      },
    }),
  )
}

function cutOver(cli: Cli): Command {
  const command = onBatches(
    new Command('cutover').description(
      'the last deltas of a batch, then its flip: people are at home here from then on',
    ),
  )
    .option('--at <time>', 'not before, as 2027-01-12T22:00 (default: now)')
    .option('--failing <hold|leave>', 'whether a mailbox that fails holds its batch, or leaves it')
    .option('--script <file>', 'also write what to run on the Exchange side, as "migrate script" does')
  return cli.administers(command, async (session, options, project, only) => {
    const at = options.at === undefined ? undefined : momentOf('--at', String(options.at))
    const file = options.script as string | undefined
    if (file !== undefined) requireName(file)
    const fileOf = (batch: string) =>
      options.wave === undefined ? file! : fileOfBatch(file!, batchNumber(batch))
    // Before anybody moves: a cut-over without its script would be worse than none.
    const mayWrite = async (batch: string) => {
      await requireNewScript(fileOf(batch))
      const { ProjectId, BatchNumber } = named(project!, batch, options)
      await session.callHere('ListMigrationScriptSteps', { ProjectId, BatchNumber, MaxResults: 1 })
    }
    if (file !== undefined && only !== undefined) await mayWrite(only)
    const result = await withBatches(session, targetOf(project, only, options), {
      ...(at === undefined && {
        question: (what, batches) =>
          `${leavingQuestion(batches, options.failing)}Move the people of ${what} now?`,
        takes: mayCutOver,
      }),
      isDone: stateIs('finalising', ...moved),
      one: async (batch) => {
        if (file !== undefined && only === undefined) await mayWrite(batch)
        const answer = await session.callHere('CutOverMigrationBatch', {
          ...named(project!, batch, options),
          At: at,
          FailingMember: options.failing as string | undefined,
        })
        const written =
          file === undefined ? '' : (await scripted(session, project!, batch, fileOf(batch))).text
        return {
          json: answer,
          text: `${cutOverSentence(answer, { project: project!, batch, at })}${written}`,
          look: watchWords(answer, project!),
        }
      },
    })
    return { ...result, text: `${result.text}${unserved(session)}` }
  })
}

function script(cli: Cli): Command {
  const command = ofBatchFiles(
    new Command('script').description(
      'write what to run in the Exchange Management Shell once a batch has moved, what undoes it, and every object as it was',
    ),
  )
  examples(
    command,
    'landbridge migrate script move 1 move-1.ps1',
    'landbridge migrate script move --wave Berlin berlin.ps1',
  )
  return cli.administers(command, async (session, options, project, ...named) => {
    const { target, fileOf } = targetOfFiles(project, named as string[], options)
    return withBatches(session, target, {
      one: async (batch) => {
        const file = fileOf(batch)
        const { text, hasMoved } = await scripted(session, project!, batch, file)
        if (!hasMoved)
          cli.io.stderr.write(
            `landbridge: The people of batch ${batchNumber(batch)} have not moved here yet. Run the script once they have, not before.\n`,
          )
        return { json: { Files: Object.values(scriptFiles(file)) }, text }
      },
    })
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
  const command = onBatches(
    new Command('rollback').description(
      'undo a batch: before its flip the copies go, after it people are back at home there',
    ),
  )
  return cli.administers(command, (session, options, project, only) =>
    withBatches(session, targetOf(project, only, options), {
      question: (what) => `Undo ${what}?`,
      takes: (state) => takesStep(state, 'roll-back'),
      isDone: stateIs('rolling-back', 'rolled-back'),
      one: (batch) => rolledBack(session, project!, batch, options),
    }),
  )
}

async function rolledBack(
  session: Session,
  project: string,
  batch: string,
  options: Record<string, unknown>,
): Promise<{ json: JsonObject; text: string }> {
  let answer: JsonObject = {}
  const parts = session.partsHere('RollBackMigrationBatch', named(project, batch, options))
  for await (const part of parts) answer = part
  const late = answer.ArrivedSince as readonly JsonObject[]
  const words = late.map((each) => `  ${each.Address}: ${countWords(each)}\n`).join('')
  const note =
    late.length === 0
      ? ''
      : `What came in or was changed since the flip is taken back there now; "landbridge migrate report" says how far that is:\n${words}`
  return {
    json: answer,
    text: `${steeredSentence(answer, { project, batch, done: 'rolled back' })}${note}`,
  }
}
