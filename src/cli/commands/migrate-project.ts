import { Command } from 'commander'
import { counted } from '#src/base/figure-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { shortened } from '../display-width.ts'
import { inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatBytes, formatTable, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { batchNumber, costWords, whoAsks, withBy } from './migrate-words.ts'

/** Mailboxes that one call adds. */
const AT_ONCE = 500

/** `landbridge migrate list|add|remove|delete|preview`: what a migration consists of. */
export function migrateProjectCommands(cli: Cli): Command[] {
  return [list(cli), add(cli), remove(cli), deletes(cli), preview(cli)]
}

function list(cli: Cli): Command {
  const command = inOrganization(new Command('list').description('migrations of the organisation'))
  return cli.administers(command, async (session) => {
    const { Projects } = await session.callHere('ListMigrationProjects')
    const rows = Projects as readonly JsonObject[]
    const columns = [
      { title: 'Name', show: 'Name' },
      { title: 'Made', show: (row: JsonObject) => formatTime(row.CreatedDate) },
      { title: 'Id', show: 'ProjectId' },
    ]
    return {
      json: rows,
      text: rows.length === 0 ? 'There is no migration yet.\n' : formatTable(columns, rows),
    }
  })
}

function add(cli: Cli): Command {
  const command = withBy(
    inOrganization(
      new Command('add')
        .argument('<project>')
        .argument('<address...>')
        .description('add mailboxes to a batch, also while it runs'),
    ),
  )
    .requiredOption('--batch <n>', 'number of the batch; it is made when there is none')
    .option('--source <name>', 'where they come from (default: the only one there is, else old)')
    .option('--database <name>', 'the database there that they lie in, for --per-database of the settings')
    .option('--owner <entry>', 'whose the mailbox becomes, for one (default: whoever has its address)')
  return cli.administers(command, async (session, options, project, ...addresses) => {
    const ProjectId = project!
    const all = addresses.flat() as string[]
    const BatchNumber = batchNumber(String(options.batch))
    if (options.owner !== undefined && all.length !== 1)
      throw new UsageFault('--owner goes with one address.')
    const Source = (options.source as string | undefined) ?? (await usualSource(session, ProjectId))
    for (let from = 0; from < all.length; from += AT_ONCE)
      try {
        await session.callHere('AddMigrationMailboxes', {
          ProjectId,
          By: whoAsks(options),
          MakeBatches: true,
          RequireOwners: true,
          Mailboxes: all.slice(from, from + AT_ONCE).map((Address) => ({
            Address,
            BatchNumber,
            Source,
            ...(options.database !== undefined && { Database: String(options.database) }),
            ...(options.owner !== undefined && { EntityId: String(options.owner) }),
          })),
        })
      } catch (error) {
        if (from > 0 && error instanceof Error)
          error.message += ` The first ${from} are in batch ${BatchNumber}.`
        throw error
      }
    return {
      json: { Added: all.length },
      text: `${all.length === 1 ? `${all[0]} is` : `${all.length} mailboxes are`} in batch ${BatchNumber} now.\n`,
    }
  })
}

/** Refuses where several could be meant. */
async function usualSource(session: Session, ProjectId: string): Promise<string> {
  const { Sources } = await session.callHere('DescribeMigration', { ProjectId })
  const names = (Sources as readonly JsonObject[]).map(({ Name }) => String(Name))
  if (names.includes('old') || names.length === 0) return 'old'
  if (names.length === 1) return names[0]!
  throw new UsageFault(`Say with --source where they come from: ${names.join(', ')}.`)
}

function remove(cli: Cli): Command {
  const command = withBy(
    inOrganization(
      new Command('remove')
        .argument('<project>')
        .argument('<address>')
        .description('take a mailbox out of its batch before the flip'),
    ),
  ).option('--note <text>', 'why, for the report and the audit trail')
  return cli.administers(command, async (session, options, project, Address) => {
    const asked = { ProjectId: project!, Address: Address!, By: whoAsks(options) }
    const { Mailbox, Leaving } = await session.callHere('RemoveMigrationMailbox', { ...asked, DryRun: true })
    const { Rights, NotKnown } = Leaving as JsonObject
    const batch = (Mailbox as JsonObject).BatchNumber
    if (Number(Rights) + Number(NotKnown) > 0)
      await confirm(
        session,
        `${Address} leaves batch ${batch}${costWords(Leaving as JsonObject)}. Take it out?`,
      )
    const Note = options.note as string | undefined
    return {
      json: await session.callHere('RemoveMigrationMailbox', { ...asked, Note }),
      text: `${Address} is in no batch any more.\n`,
    }
  })
}

function deletes(cli: Cli): Command {
  const command = inOrganization(
    new Command('delete')
      .argument('<project>')
      .description('forget a migration of which nothing has moved and nothing is copied'),
  )
  return cli.administers(command, async (session, _options, project) => {
    const found = await session.callHere('DescribeMigration', { ProjectId: project! })
    const batches = (found.Batches as readonly JsonObject[]).length
    await confirm(
      session,
      `Forget the migration "${found.Name}" with its ${counted(batches, 'batch', 'batches')}, its sources and their passwords?`,
    )
    const json = await session.callHere('DeleteMigrationProject', { ProjectId: String(found.ProjectId) })
    return { json, text: `The migration "${found.Name}" is forgotten.\n` }
  })
}

function preview(cli: Cli): Command {
  const command = inOrganization(
    new Command('preview')
      .argument('<project>')
      .argument('<address>')
      .description('what the next pass would do with a mailbox; nothing is written'),
  )
  return cli.administers(command, async (session, _options, project, Address) => {
    const found = await previewed(session, { ProjectId: project!, Address: Address! })
    const table = previewTable(found.Folders as readonly JsonObject[])
    return { json: found, text: `${table}${unreadSentences(found)}${wayBackSentence(found)}` }
  })
}

const previewColumns = [
  { title: 'Folder', show: 'Name', tell: (text: string) => shortened(text, 60) },
  { title: 'New', show: 'New' },
  { title: 'Items', show: 'Items' },
  { title: 'Bytes', show: 'Bytes' },
  { title: 'Changed', show: 'Changed' },
  { title: 'Gone', show: 'Gone' },
  { title: 'Too large', show: 'TooLarge' },
]

/** Each folder right behind the one that it lies in. */
export const previewTable = (folders: readonly JsonObject[]): string =>
  formatTable(
    previewColumns,
    folders.toSorted((a, b) => byLevels(String(a.Name).split('/'), String(b.Name).split('/'))),
  )

function byLevels(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((name, level) => name !== b[level])
  if (at < 0) return a.length - b.length
  return b[at] === undefined ? 1 : a[at]!.localeCompare(b[at])
}

/** Folders that the source does not let be read, each with why. */
const unreadSentences = ({ Folders }: JsonObject): string =>
  (Folders as readonly JsonObject[])
    .flatMap(({ Unread }) => (Unread === undefined ? [] : `Not read: ${String(Unread)}\n`))
    .join('')

/** Part after part: a large mailbox takes longer to list than one call may. */
async function previewed(session: Session, input: JsonObject): Promise<JsonObject> {
  const folders: JsonObject[] = []
  let whole: JsonObject = {}
  for await (const { Folders, ...rest } of session.partsHere('PreviewMigration', input)) {
    folders.push(...(Folders as readonly JsonObject[]))
    whole = { ...whole, ...rest }
  }
  return { ...whole, Folders: folders }
}

/** What "rollback" would take back there, of a mailbox that has moved. */
function wayBackSentence({ ArrivedSince }: JsonObject): string {
  if (ArrivedSince === undefined) return ''
  const { Items, Bytes, Changed, Writable, AtLeast } = ArrivedSince as JsonObject
  const where = Writable === true ? 'goes back there' : 'stays here, as the source cannot be written to'
  return `With "landbridge migrate rollback" what came in since ${where}: ${AtLeast === true ? 'at least ' : ''}${counted(Number(Items), 'item')} (${formatBytes(Bytes)})${Number(Changed) > 0 ? `, and what was changed of ${counted(Number(Changed), 'item')} that had been copied` : ''}.\n`
}
