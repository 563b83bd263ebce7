import { Command } from 'commander'
import { requireNewFile, writeKeptObjects } from '#src/app/kept-objects.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm, readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { readWhole } from '../input-files.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatTable } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { batchNumber, whoAsks, withBy } from './migrate-words.ts'

const MOST_KEPT_BYTES = 256 * 1024 * 1024

/** `landbridge migrate directory` */
export function migrateDirectoryCommand(cli: Cli): Command {
  const command = withBy(
    inOrganization(
      new Command('directory')
        .argument('<project>')
        .argument('<batch>')
        .description(
          'where an account may write into Active Directory: make the objects of a batch that has moved lead here, in place of "migrate script"',
        ),
    ),
  )
    .requiredOption('--account <name>', 'who may write there, as the directory is signed in to')
    .requiredOption('--password-stdin', 'take the password from the first line of stdin; it is kept nowhere')
    .option('--kept <file>', 'where every object is written down as it was, before anything is changed')
    .option('--dry-run', 'only say what would be changed')
    .option('--undo', 'put the objects of a batch that has gone back as --kept has them')
  examples(
    command,
    'printf %s "$PASSWORD" | landbridge migrate directory move 1 --account CORP\\\\writer --password-stdin --dry-run',
    'printf %s "$PASSWORD" | landbridge migrate directory move 1 --account CORP\\\\writer --password-stdin --kept batch-1.json --yes',
    'printf %s "$PASSWORD" | landbridge migrate directory move 1 --account CORP\\\\writer --password-stdin --kept batch-1.json --undo --yes',
  )
  return cli.administers(command, async (session, options, project, batch) => {
    const no = batchNumber(batch!)
    const kept = options.kept as string | undefined
    if (kept === undefined && options.undo === true)
      throw new UsageFault('Say with --kept which file has the objects as they were.')
    if (kept === undefined && options.dryRun !== true)
      throw new UsageFault(
        'Say with --kept where the objects are written down as they were, or give --dry-run.',
      )
    const asked = {
      ProjectId: project!,
      Account: String(options.account),
      Password: await readLine(session),
    }
    if (options.undo === true)
      return undo(session, { ...asked, By: whoAsks(options) }, no, kept!, options.dryRun === true)
    if (kept !== undefined && options.dryRun !== true) await requireNewFile(kept)
    const found = await planned(session, asked, no)
    if (options.dryRun === true) return { json: found, text: formatPlan(found) }
    const open = found.filter(({ Changes }) => (Changes as readonly string[]).length > 0)
    const problems = found.flatMap(({ Address, Problem }) =>
      Problem === undefined ? [] : [`${Address}: ${Problem}`],
    )
    if (open.length === 0 && problems.length === 0)
      return { json: [], text: 'Every object leads here already.\n' }
    if (open.length === 0) throw partly(0, problems)
    await confirm(session, `Change ${open.length} objects of batch ${no} in Active Directory?`)
    await writeKeptObjects(
      kept!,
      open.map(({ Address, Place, Before }) => ({ Address: Address!, Place: Place!, Before: Before! })),
    )
    return written(session, { ...asked, By: whoAsks(options) }, open, kept!, problems)
  })
}

type Asked = { ProjectId: string; Account: string; Password: string }

async function planned(session: Session, asked: Asked, BatchNumber: number): Promise<JsonObject[]> {
  const found: JsonObject[] = []
  const pages = session.pagesHere('ListMigrationDirectoryChanges', 'Objects', { ...asked, BatchNumber })
  for await (const rows of pages) found.push(...rows)
  return found
}

const formatPlan = (found: readonly JsonObject[]): string =>
  found.length === 0
    ? 'The batch has no mailboxes.\n'
    : formatTable(
        [
          { title: 'Address', show: 'Address' },
          {
            title: 'Would change',
            show: ({ Changes, Problem }) =>
              Problem === undefined
                ? (Changes as string[]).join(', ') || 'nothing'
                : `cannot be written: ${Problem}`,
          },
          { title: 'Object', show: ({ Place }) => String(Place ?? '') },
        ],
        found,
      )

/** One object after the other; one that fails is told beside those that `cannot` be written, and the others go on. */
async function written(
  session: Session,
  asked: Asked & { By: string; Undo?: boolean },
  objects: readonly JsonObject[],
  kept: string,
  cannot: readonly string[] = [],
) {
  const done: string[] = []
  const failed = [...cannot]
  for (const { Address, Before } of objects)
    try {
      await session.callHere('WriteMigrationDirectory', { ...asked, Address: Address!, Before: Before! })
      done.push(String(Address))
    } catch (error) {
      if (session.io.signal.aborted) throw error
      failed.push(`${Address}: ${(error as Error).message}`)
    }
  if (failed.length > 0) throw partly(done.length, failed)
  const text = asked.Undo
    ? `${done.length} objects are as ${visibleText(kept)} has them.\n`
    : `${done.length} objects lead here now. As they were: ${visibleText(kept)}\n`
  return { json: { Changed: done, Kept: kept }, text }
}

const partly = (done: number, failed: readonly string[]): AdminFault =>
  new AdminFault(
    'PartlyDone',
    [`${done} of ${done + failed.length} objects were changed; these were not:`, ...failed].join('\n'),
    '',
  )

async function undo(
  session: Session,
  asked: Asked & { By: string },
  batch: number,
  kept: string,
  dry: boolean,
) {
  const objects = keptIn(await readWhole(kept, MOST_KEPT_BYTES), kept)
  await requireOfBatch(session, asked.ProjectId, batch, objects, kept)
  if (dry)
    return {
      json: objects,
      text: formatTable(
        [
          { title: 'Address', show: 'Address' },
          { title: 'Object', show: 'Place' },
        ],
        objects,
      ),
    }
  await confirm(session, `Put ${objects.length} objects of batch ${batch} back in Active Directory?`)
  return written(session, { ...asked, Undo: true }, objects, kept)
}

/** Objects that are put back are those that somebody is asked about. */
async function requireOfBatch(
  session: Session,
  ProjectId: string,
  batch: number,
  objects: readonly JsonObject[],
  kept: string,
): Promise<void> {
  const members = new Set<string>()
  const pages = session.pagesHere('ListMigrationMailboxes', 'Mailboxes', { ProjectId, BatchNumber: batch })
  for await (const rows of pages) for (const { Address } of rows) members.add(String(Address).toLowerCase())
  const strange = objects.filter(({ Address }) => !members.has(String(Address).toLowerCase()))
  if (strange.length === 0) return
  const named = strange.slice(0, 5).map(({ Address }) => visibleText(String(Address)))
  const more = strange.length > named.length ? ` and ${strange.length - named.length} more` : ''
  throw new UsageFault(
    `${visibleText(kept)} has objects that are not of batch ${batch}: ${named.join(', ')}${more}. Nothing was changed. Name the file of this batch, or the batch of this file.`,
  )
}

function keptIn(text: string, file: string): readonly JsonObject[] {
  try {
    const rows = JSON.parse(text) as unknown
    if (
      Array.isArray(rows) &&
      rows.every(
        (row) => typeof row?.Address === 'string' && typeof row?.Before === 'object' && row.Before !== null,
      )
    )
      return rows as readonly JsonObject[]
  } catch {
    // Said below, as for any other file.
  }
  throw new UsageFault(`${file} is no file that "landbridge migrate directory --kept" wrote.`)
}
