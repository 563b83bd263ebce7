import { Command } from 'commander'
import { ownWords } from '#src/app/migration-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import { formatZoned } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { momentOf } from './migrate-run.ts'
import { isYes, megabytes, whole, windowChangeOf, windowOf } from './migrate-settings.ts'
import { whoAsks, withBy } from './migrate-words.ts'

type Options = Record<string, unknown>

/** What a batch or a mailbox may have otherwise than what is above it. */
export const withOwn = (command: Command): Command =>
  command
    .option('--deletes <yes|no>', 'delete here what is deleted there, if we wrote it; "none": as above it')
    .option('--largest-mb <n>', 'larger items are left behind, each named; "none": as above it')
    .option('--attempts <n>', 'how often an item is asked for before it is left behind; "none": as above it')
    .option('--verification <level>', '1 counts, 2 a sample of bodies, 3 all bodies; "none": as above it')

/** Of a batch, and of the batches of a wave: also when they are copied. */
export const withOwnWindow = (command: Command): Command =>
  withOwn(command)
    .option(
      '--window <from-to>',
      'when it is copied, as 22:00-06:00, or "always"; "none": as the migration says',
    )
    .option('--zone <name>', 'time zone of the window (default: that of this machine)')
    .option('--days <list>', 'days on which its window opens: mon,tue,…')
    .option(
      '--whole-days <list>',
      'days that are open from midnight to midnight, beside the window: sat,sun; "none"',
    )
    .option('--holidays <dates>', 'days on which none opens, separated by commas; "none"')

/** Null: as above it again. */
function ownWindow(options: Record<string, string | undefined>): JsonObject | string | null | undefined {
  const isNone = options.window === 'none'
  const window = windowOf(isNone ? { ...options, window: 'always' } : options)
  if (window !== null) return window
  return isNone ? null : 'always'
}

/** Null: as above it again. Undefined where nothing of it is named. */
export function ownOf(options: Options): JsonObject | undefined {
  const texts = options as Record<string, string | undefined>
  const [window, windowChange] = [ownWindow(texts), windowChangeOf(texts)]
  const { deletes, largestMb, attempts, verification } = options as Record<string, string | undefined>
  const given: JsonObject = {
    ...(window !== undefined && { Window: window }),
    ...(windowChange && { WindowChange: windowChange }),
    ...part('DeletesHere', deletes, (text) => isYes('--deletes', text)),
    ...part('LargestItemBytes', largestMb, megabytes),
    ...part('ItemAttempts', attempts, (text) => whole('--attempts', text, 1, 20, 'or "none"')!),
    ...part('Verification', verification, (text) => whole('--verification', text, 1, 3, 'or "none"')!),
  }
  return Object.keys(given).length === 0 ? undefined : given
}

const part = (
  name: string,
  text: string | undefined,
  read: (text: string) => number | boolean,
): JsonObject => (text === undefined ? {} : { [name]: text === 'none' ? null : read(text) })

/** `landbridge migrate mailbox` */
export function migrateMailboxCommand(cli: Cli): Command {
  const command = withOwn(
    withBy(
      inOrganization(
        new Command('mailbox')
          .argument('<project>')
          .argument('<address>')
          .description('what one mailbox has otherwise than its batch, as long as it has not moved'),
      ),
    )
      .option('--priority <n>', 'from 1, which goes first, to 9')
      .option('--start-after <time>', 'it is not copied before, as 2027-01-11T22:00; "none": as its batch'),
  )
  examples(
    command,
    'landbridge migrate mailbox move anna@corp.example --priority 1 --verification 3',
    'landbridge migrate mailbox move journal@corp.example --largest-mb 50 --deletes no --start-after 2027-01-15T22:00',
  )
  return cli.administers(command, async (session, options, project, address) => {
    const { priority, startAfter } = options as Record<string, string | undefined>
    const own = ownOf(options)
    const given: JsonObject = {
      ...(own && { OwnSettings: own }),
      ...(priority !== undefined && { Priority: whole('--priority', priority, 1, 9)! }),
      ...(startAfter !== undefined && {
        StartAfter: startAfter === 'none' ? null : momentOf('--start-after', startAfter),
      }),
    }
    if (Object.keys(given).length === 0)
      throw new UsageFault('Say what the mailbox has otherwise than its batch; --help lists it.')
    const json = await session.callHere('UpdateMigrationMailbox', {
      ...{ ProjectId: project!, Address: address!, By: whoAsks(options) },
      ...given,
    })
    return {
      json,
      text: `${address} ${mailboxWords(json.Mailbox as JsonObject)}. It holds from its next pass on.\n`,
    }
  })
}

/** `has priority 1, begins with its batch and has no settings of its own` */
export function mailboxWords({ Priority, StartAfter, OwnSettings = {} }: JsonObject): string {
  const own = ownWords(OwnSettings as Parameters<typeof ownWords>[0])
  const begins =
    StartAfter === undefined
      ? 'begins with its batch'
      : `is not copied before ${formatZoned(Number(StartAfter))}`
  const has = own === '' ? 'has no settings of its own' : `has its own: ${own}`
  return `has priority ${Priority}, ${begins} and ${has}`
}
