import { isDeepStrictEqual } from 'node:util'
import { Command } from 'commander'
import { fileOfBatch } from '#src/app/cut-over-script.ts'
import { isThere } from '#src/app/is-there.ts'
import { requireNewFile, writeKeptObjects } from '#src/app/kept-objects.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { confirm, readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { readWhole } from '../input-files.ts'
import { examples } from '../options.ts'
import type { Session } from '../session.ts'
import { formatTable } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { onBatches, requireOne, withBatches } from './migrate-batches.ts'
import { targetOf } from './migrate-run.ts'
import { batchNumber, whoAsks } from './migrate-words.ts'

const MOST_KEPT_BYTES = 256 * 1024 * 1024

/** `landbridge migrate directory` */
export function migrateDirectoryCommand(cli: Cli): Command {
  const command = onBatches(
    new Command('directory').description(
      'where an account may write into Active Directory: make the objects of a batch that has moved lead here, in place of "migrate script"',
    ),
  )
    .requiredOption('--account <name>', 'who may write there, as the directory is signed in to')
    .requiredOption('--password-stdin', 'take the password from the first line of stdin; it is kept nowhere')
    .option(
      '--kept <file>',
      'where every object is written down as it was, before anything is changed; of a wave each batch has its number behind the name',
    )
    .option('--dry-run', 'only say what would be changed')
    .option('--undo', 'put the objects of a batch that has gone back as --kept has them')
  examples(
    command,
    'printf %s "$PASSWORD" | landbridge migrate directory move 1 --account CORP\\\\writer --password-stdin --dry-run',
    'printf %s "$PASSWORD" | landbridge migrate directory move 1 --account CORP\\\\writer --password-stdin --kept batch-1.json --yes',
    'printf %s "$PASSWORD" | landbridge migrate directory move 1 --account CORP\\\\writer --password-stdin --kept batch-1.json --undo --yes',
    'printf %s "$PASSWORD" | landbridge migrate directory move --wave Berlin --account CORP\\\\writer --password-stdin --kept berlin.json --yes',
  )
  return cli.administers(command, async (session, options, project, batch) => {
    const target = targetOf(project, batch, options)
    requireOne(batch, options.wave)
    if (batch !== undefined) batchNumber(batch)
    const kept = options.kept as string | undefined
    const [isDry, isUndo] = [options.dryRun === true, options.undo === true]
    if (kept === undefined && isUndo)
      throw new UsageFault('Say with --kept which file has the objects as they were.')
    if (kept === undefined && !isDry)
      throw new UsageFault(
        'Say with --kept where the objects are written down as they were, or give --dry-run.',
      )
    const ofWave = batch === undefined
    const asked = {
      ProjectId: project!,
      Account: String(options.account),
      Password: await readLine(session),
      By: whoAsks(options),
    }
    return withBatches(session, target, {
      ...(ofWave &&
        !isDry && {
          question: (what) =>
            isUndo
              ? `Put the objects of ${what} back in Active Directory?`
              : `Change the objects of ${what} in Active Directory?`,
        }),
      one: async (no) => {
        const file = kept !== undefined && ofWave ? fileOfBatch(kept, no) : kept
        const of: OfBatch = { no: batchNumber(no), file, isDry, mayAsk: !ofWave }
        const { json, text } = isUndo ? await undo(session, asked, of) : await change(session, asked, of)
        // The lists of one batch are told as they are.
        return ofWave ? { json: { Objects: json }, text: `Batch ${no}: ${text}` } : { json, text }
      },
    })
  })
}

/** `mayAsk`: nobody was asked about all of them together. */
type OfBatch = { no: number; file: string | undefined; isDry: boolean; mayAsk: boolean }

async function change(
  session: Session,
  { By, ...asked }: Asked & { By: string },
  { no, file, isDry, mayAsk }: OfBatch,
): Promise<{ json: JsonValue; text: string }> {
  // Of a wave that is asked for once more, batches that are done have theirs, and the others are gone on with.
  if (file !== undefined && !isDry && mayAsk) await requireNewFile(file)
  const found = await planned(session, asked, no)
  if (isDry) return { json: found, text: formatPlan(found) }
  const open = found.filter(({ Changes }) => (Changes as readonly string[]).length > 0)
  const problems = found.flatMap(({ Address, Problem }) =>
    Problem === undefined ? [] : [`${Address}: ${Problem}`],
  )
  if (open.length === 0 && problems.length === 0)
    return { json: [], text: 'Every object leads here already.\n' }
  if (open.length === 0) throw partly(0, problems)
  if (mayAsk) await confirm(session, `Change ${open.length} objects of batch ${no} in Active Directory?`)
  const rows = open.map(
    ({ Address, Place, Before }): JsonObject => ({
      Address: Address!,
      Place: Place!,
      Before: Before!,
    }),
  )
  // What an earlier run of the wave could not write, or had not when it was ended, it has kept already.
  if (mayAsk || !(await areKept(file!, rows))) await writeKeptObjects(file!, rows)
  return written(session, { ...asked, By }, open, file!, problems)
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
  { no, file, isDry, mayAsk }: OfBatch,
): Promise<{ json: JsonValue; text: string }> {
  const objects = keptIn(await readWhole(file!, MOST_KEPT_BYTES), file!)
  await requireOfBatch(session, asked.ProjectId, no, objects, file!)
  if (isDry)
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
  if (mayAsk) await confirm(session, `Put ${objects.length} objects of batch ${no} back in Active Directory?`)
  return written(session, { ...asked, Undo: true }, objects, file!)
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

/** Whether a file of ours has all of them, just as they are. */
async function areKept(file: string, objects: readonly JsonObject[]): Promise<boolean> {
  if (!(await isThere(file))) return false
  try {
    const kept = new Map(
      keptIn(await readWhole(file, MOST_KEPT_BYTES), file).map((each) => [each.Address, each]),
    )
    return objects.every((each) => isDeepStrictEqual(kept.get(each.Address), each))
  } catch (error) {
    if (error instanceof UsageFault) return false
    throw error
  }
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
