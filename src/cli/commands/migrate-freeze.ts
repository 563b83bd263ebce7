import { Command } from 'commander'
import { freezeFiles, requireNewScript, writeFreezeScript } from '#src/app/cut-over-script.ts'
import { hasEnded } from '#src/app/migration-words.ts'
import { counted } from '#src/base/figure-words.ts'
import { shellWord } from '#src/base/shell-word.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { readWhole } from '../input-files.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import {
  type BatchState,
  ofBatchFiles,
  onBatches,
  requireOne,
  type Target,
  targetOfFiles,
  withBatches,
} from './migrate-batches.ts'
import { momentOf, named, targetOf, unserved } from './migrate-run.ts'
import { zoneOf } from './migrate-settings.ts'

/** `landbridge migrate announce|freeze`: what people are told and kept from before their batch moves. */
export const migrateFreezeCommands = (cli: Cli): Command[] => [announce(cli), freeze(cli)]

const MOST_TEXT_BYTES = 65_536

function announce(cli: Cli): Command {
  const command = onBatches(
    new Command('announce').description(
      'tell the people of a batch by mail when to stop working in their old mailbox, one mail each',
    ),
  )
    .option('--from <time>', 'when they stop, as 2027-01-12T20:00')
    .option('--until <time>', 'when they begin here')
    .option('--zone <name>', 'time zone of these times (default: that of the window)')
    .option('--sender <address>', 'who the mail is from (default: the postmaster of the organisation)')
    .option('--subject <text>', 'another subject')
    .option('--text <file>', 'another text, with {name}, {address}, {from} and {until} where they are wanted')
  return cli.administers(command, async (session, options, project, only) => {
    requireOne(only, options.wave)
    const { from, until, stopsAt } = await timesOf(session, targetOf(project, only, options), options)
    const text = options.text === undefined ? usualText(from, until) : await ownText(String(options.text))
    const fill = (words: string) => filled(words, { from, until })
    const subject = fill(String(options.subject ?? 'Your mailbox moves'))
    const Text = fill(text)
    const look = `"landbridge migrate status ${shellWord(project!)}" says how many were told.\n`
    const result = await withBatches(session, targetOf(project, only, options), {
      question: (what) => `Send "${subject}" to the people of ${what}?`,
      takes: (state) => !hasEnded(state),
      isDone: ({ State }) => hasEnded(State as BatchState),
      one: async (batch) => {
        const answer = await session.callHere('AnnounceMigrationBatch', {
          ...named(project!, batch, options),
          ...{ Subject: subject, Text, Sender: options.sender as string | undefined, StopsAt: stopsAt },
        })
        return {
          json: answer,
          text: `The people of batch ${batch} are told from the next minute on.\n`,
          look,
        }
      },
    })
    return { ...result, text: `${result.text}${unserved(session)}` }
  })
}

type Times = { from?: string | undefined; until?: string | undefined }

async function timesOf(
  session: Session,
  target: Target,
  options: Record<string, unknown>,
): Promise<Times & { stopsAt?: number | undefined }> {
  const at = (name: 'from' | 'until', zone?: string) =>
    options[name] === undefined ? undefined : momentOf(`--${name}`, String(options[name]), zone)
  const said = options.zone === undefined ? undefined : zoneOf(String(options.zone))
  // What is no time is said before anybody is asked.
  at('from', said ?? EARLIEST)
  at('until', said ?? EARLIEST)
  const zone = said ?? (await windowZone(session, target))
  const words = (name: 'from' | 'until', moment: number | undefined) => {
    if (moment === undefined) return undefined
    const offset = /(?:Z|[+-]\d\d:\d\d)$/i.exec(String(options[name]))?.[0].replace(/z/i, 'UTC')
    const of = zone ?? offset
    if (of !== undefined) return whenWords(moment, of)
    throw new UsageFault(
      `Nobody says on which clock it is ${options[name]}, as the project has no window. Name the time zone of the people with --zone Europe/Berlin.`,
    )
  }
  const [stops, begins] = [at('from', zone), at('until', zone)]
  const [from, until] = [words('from', stops), words('until', begins)]
  if (stops !== undefined && begins !== undefined && begins <= stops)
    throw new UsageFault('--until is not after --from. Name a time after it.')
  return { from, until, stopsAt: stops }
}

/** Where a time is past last: what is past there is past everywhere. */
const EARLIEST = 'Etc/GMT+12'

/** Of the windows in which these batches are copied: their own, else that of the project. */
async function windowZone(session: Session, { project, batch, wave }: Target): Promise<string | undefined> {
  const { Settings, Batches } = await session.callHere('DescribeMigration', { ProjectId: project })
  type Zoned = { window?: { zone: string } | 'always' | null }
  const zoneIn = ({ window }: Zoned) => (window == null || window === 'always' ? undefined : window.zone)
  const zones = new Set(
    (Batches as readonly JsonObject[])
      .filter(({ BatchNumber, Wave }) => (batch === undefined ? Wave === wave : `${BatchNumber}` === batch))
      .map(({ OwnSettings }) => zoneIn((OwnSettings ?? {}) as Zoned) ?? zoneIn(Settings as Zoned)),
  )
  if (zones.size > 1)
    throw new UsageFault(
      'Batches of this wave have windows in several time zones. Name that of these times with --zone Europe/Berlin.',
    )
  return zones.size === 0 ? zoneIn(Settings as Zoned) : [...zones][0]
}

/** `2027-01-12 20:00 Central European Standard Time (Europe/Berlin, UTC+01:00)`: whoever reads it may be anywhere. */
function whenWords(epochSeconds: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1_000).toZonedDateTimeISO(zone)
  const text = local.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')
  if (!zone.includes('/')) return `${text} ${zone === 'UTC' ? 'UTC' : `UTC${local.offset}`}`
  const named = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'long' })
  const name = named.formatToParts(epochSeconds * 1_000).find(({ type }) => type === 'timeZoneName')!.value
  return `${text} ${name} (${zone}, UTC${local.offset})`
}

function usualText(from: string | undefined, until: string | undefined): string {
  if (from === undefined)
    throw new UsageFault('Say when people stop with --from 2027-01-12T20:00, or write your own --text FILE.')
  return [
    'Hello {name},',
    '',
    `your mailbox {address} moves to another server. Please close Outlook and all other mail programs by {from} and do not use the mailbox${until === undefined ? ' until you are told that it has moved' : ' until {until}'}: what you change there in between may not come along. Mail that is sent to you meanwhile is not lost.`,
    '',
    'Afterwards your mail, calendar and contacts are as you left them. Outlook for Windows and phones have to be set up anew then, other programs perhaps: whoever looks after your mail tells you how.',
    '',
  ].join('\n')
}

async function ownText(file: string): Promise<string> {
  const text = await readWhole(file, MOST_TEXT_BYTES)
  if (text.includes('\0') || text.includes('\ufffd'))
    throw new UsageFault(`${file} is no text in UTF-8. Save it as UTF-8.`)
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
}

function filled(text: string, times: Times): string {
  return text.replaceAll(/\{(from|until)\}/g, (_, name: 'from' | 'until') => {
    const time = times[name]
    if (time === undefined) throw new UsageFault(`The text has {${name}}: say when with --${name}.`)
    return time
  })
}

function freeze(cli: Cli): Command {
  const command = ofBatchFiles(
    new Command('freeze').description(
      'write what closes the mailboxes of a batch to their people in Exchange before its cut-over, and what opens them again',
    ),
  )
  examples(
    command,
    'landbridge migrate freeze move 1 freeze-1.ps1',
    'landbridge migrate freeze move --wave Berlin freeze.ps1',
  )
  return cli.administers(command, async (session, options, project, ...given) => {
    const { target, fileOf } = targetOfFiles(project, given as string[], options)
    return withBatches(session, target, { one: (batch) => frozen(session, project!, batch, fileOf(batch)) })
  })
}

async function frozen(session: Session, project: string, batch: string, file: string) {
  await requireNewScript(file, freezeFiles(file))
  const { BatchNumber } = named(project, batch, {})
  const call = (operation: string, input: JsonObject) => session.callHere(operation, input)
  const { steps, elsewhere } = await writeFreezeScript(call, { project, batch: BatchNumber, script: file })
  const { script, rollback } = freezeFiles(file)
  const of = `${shellWord(project)} ${batch}`
  const written =
    steps === 0
      ? `No mailbox of batch ${batch} comes from Exchange, so there is no script.\n`
      : `Written, for ${counted(steps, 'mailbox', 'mailboxes')}:\n  ${script}  run it in the Exchange Management Shell before "landbridge migrate cutover ${of}"\n  ${rollback}  opens them again, where the batch does not move after all or has gone back\n`
  return {
    json: { Files: steps === 0 ? [] : [script, rollback], Elsewhere: elsewhere },
    text: `${written}${elsewhereWords(elsewhere, of)}`,
  }
}

const MOST_NAMED = 5

function elsewhereWords(all: readonly string[], of: string): string {
  if (all.length === 0) return ''
  const more = all.length - MOST_NAMED
  const names = `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `Not closed by a script, as what they come from is no Exchange: ${names}. Tell their people ("landbridge migrate announce ${of}"), and close the way in there.\n`
}
