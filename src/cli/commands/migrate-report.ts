import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { grantWords, memberWords, rightWords } from '#src/app/migration-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { shortened } from '../display-width.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { type Column, formatBytes, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { waveOf } from './migrate-batches.ts'
import { shownFolders } from './migrate-report-folders.ts'
import { batchNumber } from './migrate-words.ts'

const mailboxColumns = [
  ...['Address', 'BatchNumber', 'State', 'Copied', 'CopiedBytes', 'Skipped', 'Kept', 'DeletedHere'],
  ...['GoneThere', 'Grade', 'Cause'],
]
/** The mailbox's own, besides those of its items; `--losses` names them. */
export const lossColumn = { title: 'OwnLosses', show: (row: JsonObject) => String(ownLosses(row).length) }
const stateColumn = {
  title: 'State',
  show: ({ State }: JsonObject) => memberWords[State as keyof typeof memberWords] ?? String(State),
}
const lossColumns = ['Address', 'Property', 'Reason', 'Weight']
const itemColumns = [
  ...[
    'State',
    'Subject',
    'Folder',
    'ReceivedDate',
    'Code',
    'Problem',
    'Losses',
    'Attempts',
    'SizeBytes',
    'Key',
  ],
]
const namedLosses = (row: JsonObject) =>
  lossesOf(row)
    // The problem of what is not here stands beside it.
    .filter(({ Reason }) => Reason !== row.Problem)
    .map(({ Property, Reason }) => `${Property}: ${Reason}`)
    .join(' ')

/** Where it stands; of what goes back to the source also what was done with it here. */
export const itemState = ({ State, Change }: JsonObject): string =>
  `${State === 'left-here' ? 'left here' : State}${Change === undefined ? '' : `, ${Change} here`}`
const shownOfItem: Partial<Record<string, (row: JsonObject) => string>> = {
  State: itemState,
  Losses: namedLosses,
  ReceivedDate: ({ ReceivedDate }) =>
    typeof ReceivedDate === 'number' ? new Date(ReceivedDate * 1000).toISOString() : '',
}

/** Columns of a terminal that people read across; files and JSON have the whole. */
const MOST_COLUMNS: Partial<Record<string, number>> = { Subject: 60, Problem: 160, Losses: 160, Key: 80 }
export const shownItemColumns: readonly Column[] = itemColumns.map((name) => ({
  title: name,
  show: shownOfItem[name] ?? name,
  tell: (text) => shortened(text, MOST_COLUMNS[name] ?? 40),
}))

/** `landbridge migrate report` */
export function migrateReportCommand(cli: Cli): Command {
  const command = inOrganization(
    new Command('report')
      .argument('<project>')
      .description('what became of each batch and mailbox, and of what did not come over'),
  )
    .option('--batch <n>', 'one batch only')
    .option('--wave <name>', 'the batches of one wave only; for the mailboxes, --losses and files')
    .option(
      '--items <address>',
      'show items of one mailbox that were left behind or stand otherwise here; without files',
    )
    .option(
      '--losses',
      'show what each mailbox itself loses: settings, rights, rules; with its weight for the grade; without --items and files',
    )
    .option(
      '--rights',
      'show which rights wait, or have to be given by hand, and why; without --items and files',
    )
    .option(
      '--trail',
      'show who did what and when, and what the service did, the newest first; without --items and files',
    )
    .option(
      '--folders <address>',
      'show the folders of one mailbox: where each goes to and how far it is; alone',
    )
    .option('--html <file>', 'one page with everything, for people who were not there; - for standard output')
    .option('--csv <file>', 'every mailbox as CSV; - for standard output')
    .option('--batches-csv <file>', 'every batch as CSV; - for standard output')
    .option('--items-csv <file>', 'every item that did not come over whole, as CSV; - for standard output')
  examples(
    command,
    'landbridge migrate report move --html report.html --csv mailboxes.csv --items-csv items.csv',
    'landbridge migrate report move --items anna@corp.example',
    'landbridge migrate report move --folders anna@corp.example',
    'landbridge migrate report move --losses',
    'landbridge migrate report move --rights',
    'landbridge migrate report move --trail',
  )
  return cli.administers(command, async (session, options, project) => {
    const { items, batch, html, csv, itemsCsv, batchesCsv, folders } = options as Record<
      string,
      string | undefined
    >
    const no = batch === undefined ? undefined : batchNumber(batch)
    if (
      options.wave !== undefined &&
      (no !== undefined || items !== undefined || options.rights || options.trail)
    )
      throw new UsageFault('--wave goes with the mailboxes, --losses and files alone, without --batch.')
    const wave =
      options.wave === undefined ? undefined : await waveOf(session, project!, String(options.wave))
    if (folders !== undefined) {
      const others = [options.losses, options.rights, options.trail, options.wave, batch, items, html]
      if ([...others, csv, itemsCsv, batchesCsv].some((other) => other !== undefined))
        throw new UsageFault('--folders shows those of one mailbox, and goes with nothing else.')
      return shownFolders(session, project!, folders)
    }
    const mailboxes = () =>
      mailboxPages(session, project!, wave?.batches.map(({ BatchNumber }) => Number(BatchNumber)) ?? [no])
    if (options.losses === true) {
      if ([items, html, csv, itemsCsv, batchesCsv].some((other) => other !== undefined))
        throw new UsageFault(
          '--losses is shown here, without --items and files: those name them in any case.',
        )
      return {
        pages: lossPages(mailboxes()),
        columns: lossColumns.map((name) => ({ title: name, show: name })),
        empty: 'No mailbox loses anything of its own.',
      }
    }
    if (options.rights === true) {
      if ([items, html, csv, itemsCsv, batchesCsv, batch].some((other) => other !== undefined))
        throw new UsageFault('--rights is shown here, of all batches, without --items and files.')
      return {
        pages: rightPages(session, project!),
        columns: rightColumns,
        empty: 'No right waits, and none has to be given by hand.',
      }
    }
    if (options.trail === true) {
      if ([items, html, csv, itemsCsv, batchesCsv].some((other) => other !== undefined))
        throw new UsageFault('--trail is shown here, without --items and files.')
      return {
        pages: trailPages(session, project!, no),
        columns: trailColumns(),
        empty: 'Nothing was done yet.',
      }
    }
    if ([html, csv, itemsCsv, batchesCsv].every((file) => file === undefined))
      return items === undefined
        ? {
            pages: mailboxes(),
            columns: mailboxColumns.flatMap((name) => {
              const column = name === 'State' ? stateColumn : { title: name, show: name }
              return name === 'Grade' ? [lossColumn, column] : [column]
            }),
            empty: 'There are no mailboxes.',
          }
        : {
            pages: session.pagesHere('ListMigrationItems', 'Items', {
              ProjectId: project!,
              Address: items,
            }),
            columns: shownItemColumns,
            empty: 'Nothing was left behind.',
          }
    if (items !== undefined)
      throw new UsageFault('--items is shown here, without files: --items-csv writes those of all.')
    const files = { html, csv, itemsCsv, batchesCsv }
    const shown = shownOf(files, options.json === true)
    if (shown === undefined) {
      const { json, sums } = await written(session, project!, { batch: no, wave: wave?.name, ...files })
      return { json, text: `${sums}Written:\n${json.Files.map((file) => `  ${file}\n`).join('')}` }
    }
    const aside = (file: string) =>
      written(session, project!, { batch: no, wave: wave?.name, ...files, [shown]: file })
    await showFile(session, shown, aside)
    return { json: {}, text: '' }
  })
}

/** Of these batches, one after the other; undefined: of all. */
async function* mailboxPages(session: Session, ProjectId: string, batches: readonly (number | undefined)[]) {
  for (const BatchNumber of batches)
    yield* session.pagesHere('ListMigrationMailboxes', 'Mailboxes', { ProjectId, BatchNumber })
}

/** The one of the files that goes to standard output. */
function shownOf(files: Omit<Files, 'batch' | 'wave'>, isJson: boolean): keyof typeof files | undefined {
  const shown = (Object.keys(files) as (keyof typeof files)[]).filter((name) => files[name] === '-')
  if (shown.length > 1) throw new UsageFault('Standard output takes one of the files. Name the others.')
  if (shown.length === 1 && isJson)
    throw new UsageFault('With --json the result goes to standard output, so name the file.')
  return shown[0]
}

/**
 * Writes it aside, and shows it once it is whole; what else is to be said goes to standard error. The file has no name any more
 * when it is shown, as the process ends where nobody reads on.
 */
async function showFile(
  { io }: Session,
  name: string,
  write: (file: string) => Promise<{ sums: string }>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-report-'))
  const { sums, whole } = await (async () => {
    const file = join(folder, name)
    const { sums } = await write(file)
    return { sums, whole: await open(file) }
  })().finally(() => rm(folder, { recursive: true, force: true }))
  io.stderr.write(sums)
  for await (const piece of whole.createReadStream({ encoding: 'utf8' })) io.stdout.write(String(piece))
}

const rightColumns = [
  ...['Owner', 'Grantee'].map((name) => ({ title: name, show: name })),
  {
    title: 'Right',
    show: ({ Right }: JsonObject) => rightWords[Right as keyof typeof rightWords] ?? String(Right),
  },
  { title: 'Folder', show: 'Folder' },
  {
    title: 'State',
    show: ({ State }: JsonObject) => grantWords[State as keyof typeof grantWords] ?? String(State),
  },
  { title: 'Why', show: 'Cause' },
]

/** Those that have to be given by hand come first. */
async function* rightPages(session: Session, ProjectId: string): AsyncGenerator<readonly JsonObject[]> {
  for (const State of ['unresolved', 'waiting'])
    for await (const rows of session.pagesHere('ListMigrationGrants', 'Grants', { ProjectId, State }))
      if (rows.length > 0) yield rows
}

const trailColumns = () => [
  { title: `When (${Temporal.Now.timeZoneId()})`, show: (row: JsonObject) => formatTime(row.Date) },
  { title: 'Who', show: ({ By }: JsonObject) => (typeof By === 'string' ? By : 'the service') },
  { title: 'Batch', show: 'BatchNumber' },
  { title: 'What', show: 'Sentence' },
]

/** Of one batch, or of all and of the migration as a whole. */
async function* trailPages(
  session: Session,
  ProjectId: string,
  batch: number | undefined,
): AsyncGenerator<readonly JsonObject[]> {
  let isKnown = batch === undefined
  for await (const all of session.pagesHere('ListMigrationEvents', 'Events', { ProjectId })) {
    const rows = batch === undefined ? all : all.filter(({ BatchNumber }) => BatchNumber === batch)
    isKnown ||= rows.length > 0
    if (rows.length > 0) yield rows
  }
  // One that is not there would read as if nothing had been done with it.
  if (!isKnown)
    await session.callHere('ListMigrationMailboxes', { ProjectId, BatchNumber: batch!, MaxResults: 1 })
}

const lossesOf = (row: JsonObject): readonly JsonObject[] => (row.Losses ?? []) as readonly JsonObject[]

/** Without what its source tells of no mailbox. */
const ownLosses = (row: JsonObject) => lossesOf(row).filter(({ OfSource }) => OfSource !== true)

/** A row for each loss, with whose it is; one for all mailboxes of a source that does not tell it at all. */
export async function* lossPages(
  pages: AsyncIterable<readonly JsonObject[]>,
): AsyncGenerator<readonly JsonObject[]> {
  const named = new Set<string>()
  const isNews = (source: JsonObject[string] | undefined, { Property, Reason }: JsonObject) => {
    const size = named.size
    return named.add(JSON.stringify([source ?? null, Property ?? null, Reason ?? null])).size > size
  }
  for await (const rows of pages) {
    const ofSources = rows.flatMap(({ Source, ...row }) =>
      lossesOf(row)
        .filter((loss) => loss.OfSource === true && isNews(Source, loss))
        .map((loss) => ({ Address: `every mailbox of source "${Source}"`, ...loss })),
    )
    const own = rows.flatMap((row) => ownLosses(row).map((loss) => ({ Address: row.Address!, ...loss })))
    yield [...ofSources, ...own]
  }
}

type Files = Record<'html' | 'csv' | 'itemsCsv' | 'batchesCsv' | 'wave', string | undefined> & {
  batch: number | undefined
}

async function written(session: Session, project: string, { batch, wave, ...named }: Files) {
  const { writeMigrationReport } = await import('#src/app/migration-report.ts')
  const organization = (await session.callHere('DescribeOrganization')).Alias
  const calls = {
    call: (operation: string, input: Parameters<typeof session.callHere>[1]) =>
      session.callHere(operation, input),
    pages: (operation: string, member: string, input: Parameters<typeof session.callHere>[1]) =>
      session.pagesHere(operation, member, input),
  }
  const { mailboxes, moved, items, totals } = await writeMigrationReport(calls, {
    project,
    organization: String(organization),
    now: Date.now(),
    ...(batch !== undefined && { batch }),
    ...(wave !== undefined && { wave }),
    ...Object.fromEntries(Object.entries(named).filter(([, file]) => file !== undefined)),
  })
  const files = Object.values(named).filter((file) => file !== undefined)
  return {
    json: { Mailboxes: mailboxes, Moved: moved, Items: items, Totals: { ...totals }, Files: files },
    sums: `${moved} of ${mailboxes} mailboxes have moved; ${totals.copied} items (${formatBytes(totals.bytes)}) copied, ${totals.skipped} left behind.\n`,
  }
}
