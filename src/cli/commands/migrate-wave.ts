import { Command } from 'commander'
import { waveWords } from '#src/app/migration-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import { formatTable, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { numberWords, parseNumbers } from './migrate-batches.ts'
import { ownOf, withOwnWindow } from './migrate-own.ts'
import { momentOf } from './migrate-run.ts'
import { batchNumber, whoAsks, withBy } from './migrate-words.ts'

/** `landbridge migrate wave|waves|batch` */
export const migrateWaveCommands = (cli: Cli): Command[] => [waves(cli), wave(cli), batch(cli)]

type Options = Record<string, unknown>

const withTimes = (command: Command): Command =>
  command
    .option(
      '--responsible <who>',
      'who answers for it and gets its alerts: a name, an address or both; "none"',
    )
    .option('--start-after <time>', 'nothing of it begins before, as 2027-01-11T22:00; "none"')
    .option('--complete-after <time>', 'it moves by itself from then on, as 2027-01-12T22:00; "none"')
    .option('--priority <n>', 'from 1, which goes first, to 9')
    .option('--failing <hold|leave>', 'whether a mailbox that fails holds its batch, or leaves it')

function timesOf(options: Options): JsonObject {
  const { responsible, startAfter, completeAfter, priority, failing } = options as Record<
    string,
    string | undefined
  >
  const at = (name: string, text: string) => (text === 'none' ? null : momentOf(name, text))
  return {
    ...(responsible !== undefined && { Responsible: responsible === 'none' ? null : responsible }),
    ...(startAfter !== undefined && { StartAfter: at('--start-after', startAfter) }),
    ...(completeAfter !== undefined && { CompleteAfter: at('--complete-after', completeAfter) }),
    ...(priority !== undefined && { Priority: priorityOf(priority) }),
    ...(failing !== undefined && { FailingMember: failing }),
  }
}

function priorityOf(text: string): number {
  if (/^[1-9]$/.test(text)) return Number(text)
  throw new UsageFault(`--priority is a number from 1 to 9, not "${text}".`)
}

function waves(cli: Cli): Command {
  const command = inOrganization(
    new Command('waves').argument('<project>').description('waves of a migration, with what they come to'),
  )
  return cli.administers(command, async (session, _options, project) => {
    const { Waves } = await session.callHere('ListMigrationWaves', { ProjectId: project! })
    const rows = Waves as readonly JsonObject[]
    const columns = [
      { title: 'Wave', show: 'Wave' },
      { title: 'State', show: ({ State }: JsonObject) => waveWords[State as keyof typeof waveWords] },
      { title: 'Batches', show: (row: JsonObject) => numberWords(row.BatchNumbers as readonly number[]) },
      { title: 'Moved', show: (row: JsonObject) => `${row.Moved} of ${row.Mailboxes}` },
      { title: 'Failed', show: 'Failed' },
      { title: 'Begun', show: (row: JsonObject) => formatTime(row.BegunDate) },
      { title: 'Moves', show: movesWords },
      { title: 'Done', show: (row: JsonObject) => formatTime(row.DoneDate) },
      { title: 'Responsible', show: 'Responsible' },
    ]
    const none = 'There is no wave. "landbridge migrate wave" makes one of batches.\n'
    return { json: rows, text: rows.length === 0 ? none : formatTable(columns, rows) }
  })
}

/** From when to when its batches moved, or are to move. */
export function movesWords(row: JsonObject): string {
  const from = formatTime(row.FlippedFrom ?? row.MovesFrom)
  const until = formatTime(row.MovesUntil ?? row.FlippedUntil)
  return from === until || until === '' ? from : `${from} - ${until}`
}

function wave(cli: Cli): Command {
  const command = withOwnWindow(
    withTimes(
      withBy(
        inOrganization(
          new Command('wave')
            .argument('<project>')
            .argument('<wave>', 'its name')
            .description('make a wave of batches, or change it; what is not named stays as it is'),
        ),
      ),
    )
      .option('--batches <numbers>', 'all that are in it, as 1-3,5; "none" empties it')
      .option('--rename <name>', 'another name')
      .option('--before <wave>', 'it comes right before that one; "none": it is the last')
      .option('--dissolve', 'take the wave away; its batches stay, in no wave'),
  )
  examples(
    command,
    'landbridge migrate wave move Berlin --batches 2-4 --responsible "Anna Ash <anna@corp.example>"',
    'landbridge migrate wave move Berlin --complete-after 2027-01-12T22:00',
    'landbridge migrate wave move Tokyo --window 22:00-06:00 --zone Asia/Tokyo --largest-mb 50',
    'landbridge migrate wave move Berlin --rename "Berlin and Potsdam" --before Munich',
  )
  return cli.administers(command, async (session, options, project, name) => {
    const { batches, rename, before, dissolve } = options as Record<string, string | undefined>
    const own = ownOf(options)
    const asked = { ProjectId: project!, Wave: name!, By: whoAsks(options) }
    const given: JsonObject = {
      ...timesOf(options),
      ...(own && { OwnSettings: own }),
      ...(batches !== undefined && {
        BatchNumbers: batches === 'none' ? [] : parseNumbers('--batches', batches),
      }),
      ...(rename !== undefined && { NewName: rename }),
      ...(before !== undefined && { BeforeWave: before === 'none' ? null : before }),
    }
    if (dissolve !== undefined) {
      if (Object.keys(given).length > 0)
        throw new UsageFault('--dissolve takes the wave away; nothing else can be changed with it.')
      await session.callHere('ListMigrationWaves', { ProjectId: project!, Wave: name! })
      await confirm(session, `Dissolve wave "${name}"? Its batches stay, in no wave.`)
      const json = await session.callHere('RemoveMigrationWave', asked)
      return { json, text: `Wave "${name}" is dissolved; its batches are in none.\n` }
    }
    if (Object.keys(given).length === 0)
      throw new UsageFault('Say what the wave is to be: --batches names who is in it; --help lists the rest.')
    const json = await session.callHere('PutMigrationWave', { ...asked, ...given })
    return { json, text: waveSentence(json) }
  })
}

function waveSentence({ Wave, SettledBatches }: JsonObject): string {
  const { Wave: name, State, BatchNumbers, Responsible } = Wave as JsonObject
  const numbers = BatchNumbers as readonly number[]
  const settled = SettledBatches as readonly number[]
  const has =
    numbers.length === 0
      ? 'has no batches'
      : `has ${numbers.length === 1 ? 'batch' : 'batches'} ${numberWords(numbers)} and is "${waveWords[State as keyof typeof waveWords]}"`
  const who = Responsible === undefined ? '' : ` ${Responsible} answers for it.`
  const late =
    settled.length === 0
      ? ''
      : settled.length === 1
        ? ` Batch ${settled[0]} has moved or ended, so when and how it moves stays as it was.`
        : ` Batches ${numberWords(settled)} have moved or ended, so when and how they move stays as it was.`
  return `Wave "${name}" ${has}.${who}${late}\n`
}

function batch(cli: Cli): Command {
  const command = withOwnWindow(
    withTimes(
      withBy(
        inOrganization(
          new Command('batch')
            .argument('<project>')
            .argument('<batch>', 'its number; it is made when there is none')
            .description('make a batch, or change its name, wave, times, settings and who answers for it'),
        ),
      ),
    )
      .option('--name <name>', 'its name')
      .option('--wave <name>', 'the wave it is in, which is made when there is none; "none"'),
  )
  examples(
    command,
    'landbridge migrate batch move 2 --name "Sales" --wave Berlin --responsible anna@corp.example',
    'landbridge migrate batch move 2 --complete-after 2027-01-12T22:00',
  )
  return cli.administers(command, async (session, options, project, no) => {
    const own = ownOf(options)
    const { name, wave: of } = options as Record<string, string | undefined>
    const given: JsonObject = {
      ...timesOf(options),
      ...(name !== undefined && { Name: name }),
      ...(of !== undefined && { Wave: of === 'none' ? null : of }),
      ...(own && { OwnSettings: own }),
    }
    if (Object.keys(given).length === 0) throw new UsageFault('Say what the batch is to be; --help lists it.')
    const json = await session.callHere('PutMigrationBatch', {
      ...{ ProjectId: project!, BatchNumber: batchNumber(no!), By: whoAsks(options) },
      ...given,
    })
    const { Name, Wave, Responsible } = json.Batch as JsonObject
    const inWave = Wave === undefined ? '' : `, in wave "${Wave}"`
    const who = Responsible === undefined ? '' : ` ${Responsible} answers for it.`
    return { json, text: `Batch ${no} is "${Name}"${inWave}.${who}\n` }
  })
}
