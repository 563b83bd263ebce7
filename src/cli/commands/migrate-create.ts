import { Command } from 'commander'
import { shellWord } from '#src/base/shell-word.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { type MovePlan, readMovePlan } from './migrate-move-plan.ts'
import { grantRows } from './migrate-plan-grants.ts'
import { putSource, readSource, withSourceOptions } from './migrate-source.ts'
import { nextAfterCreate, whoAsks, withBy } from './migrate-words.ts'

/** Mailboxes and grants that one call adds. */
const AT_ONCE = 500

/** Options that mean nothing without a source; `withSourceOptions` has them. */
const ofSource = {
  kind: '--kind',
  user: '--user',
  passwordStdin: '--password-stdin',
  option: '--option',
  archive: '--archive',
  recoverable: '--recoverable',
  ca: '--ca',
  minTls: '--min-tls',
} as const

/** `landbridge migrate create` */
export function migrateCreateCommand(cli: Cli): Command {
  const command = withBy(
    withSourceOptions(
      inOrganization(
        new Command('create')
          .argument('<name>')
          .description('make a migration, with the batches, mailboxes and rights of a plan'),
      )
        .option(
          '--plan <file>',
          'plan.json of "landbridge migrate plan"; its rights (Full Access, Send As, Send on behalf, room delegates …) are given once both ends are here',
        )
        .option(
          '--responsible <who>',
          'who answers for it: a name, a mail address, which gets alerts, or both',
        )
        .option('--source <name>', 'what its source is called, in commands and reports (default: old)'),
    ),
  )
  examples(
    command,
    'printf %s "$PASSWORD" | landbridge migrate create move --plan plan/plan.json --url https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\\\svc" --password-stdin',
    'printf %s "$PASSWORD" | landbridge migrate create move --url https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\\\svc" --password-stdin --archive --recoverable',
  )
  return cli.administers(command, async (session, options, name) => {
    const plan = options.plan === undefined ? undefined : await readMovePlan(String(options.plan))
    if (plan !== undefined && options.url === undefined)
      throw new UsageFault('A plan needs a source: give --url. Nothing was made.')
    const part = Object.entries(ofSource).find(([name]) => options[name] !== undefined)
    if (part !== undefined && options.url === undefined)
      throw new UsageFault(`${part[1]} says what comes of a source: give --url. Nothing was made.`)
    // What is in a mailbox already is known by this name in every migration.
    if (options.kind === 'pst' && options.source === undefined)
      throw new UsageFault(
        '--kind pst needs a name for its files that no other source has: give --source, as "pst-2026". Nothing was made.',
      )
    const sourceName = String(options.source ?? 'old')
    const hasSource = options.url !== undefined
    const By = whoAsks(options)
    const source = hasSource ? await readSource(session, options) : undefined
    const Responsible = options.responsible as string | undefined
    const made = await session.callHere('CreateMigrationProject', {
      ...{ Name: name!, By },
      Settings: Responsible === undefined ? undefined : { Responsible },
    })
    const ProjectId = made.ProjectId as string
    let notes: readonly string[] = []
    try {
      const set = source && (await putSource(session, { ...source, ProjectId, Name: sourceName, By }))
      const faults = set?.Note === undefined ? [] : [`Mend this before it runs: ${String(set.Note)}`]
      if (plan !== undefined)
        notes = await addPlan(session, { ProjectId, By }, plan, {
          name: sourceName,
          kind: String(source?.Kind),
        })
      notes = [...faults, ...notes]
    } catch (error) {
      // Half a migration would only stand in the way of the next attempt.
      const OrganizationId = await session.organization()
      await session.callAnyway('DeleteMigrationProject', { OrganizationId, ProjectId }).catch(() => {
        if (error instanceof Error)
          error.message += ` What was made of "${name}" is still there: take it away with "landbridge migrate delete ${shellWord(name!)}".`
      })
      throw error
    }
    const what =
      plan === undefined
        ? ''
        : ` with ${many(plan.batches.length, 'batch', 'batches')} and ${many(plan.mailboxes.length, 'mailbox', 'mailboxes')}`
    const next = nextAfterCreate(name!, {
      firstBatch: plan?.batches[0]?.number,
      hasSource,
      source: sourceName,
    })
    return {
      json: made,
      text: `The migration "${name}" was made${what}. ${notes.map((note) => `${note} `).join('')}Next: ${next}\n`,
    }
  })
}

const many = (n: number, one: string, more: string): string => `${n} ${n === 1 ? one : more}`

/** What whoever made it should know, as sentences. */
async function addPlan(
  session: Session,
  { ProjectId, By }: { ProjectId: string; By: string },
  { batches, mailboxes, cuts, grants }: MovePlan,
  source: { name: string; kind: string },
): Promise<readonly string[]> {
  const now = Date.now()
  const late = batches.filter(({ opens }) => opens < now)
  for (const { number, day, opens, pilot, wave, announcedAs } of batches)
    await session.callHere('PutMigrationBatch', {
      ...{ ProjectId, By },
      BatchNumber: number,
      Name: `${pilot ? 'pilot' : 'batch'} ${number}${announcedAs === null ? '' : ` (announced as ${announcedAs})`}, night of ${day}`,
      Pilot: pilot,
      // A night that is over would cut the batch over as soon as it is copied.
      CompleteAfter: opens < now ? undefined : opens / 1_000,
      Wave: wave ?? undefined,
    })
  const nobody: string[] = []
  for (let from = 0; from < mailboxes.length; from += AT_ONCE) {
    const { WithoutOwner } = await session.callHere('AddMigrationMailboxes', {
      ...{ ProjectId, By },
      Mailboxes: mailboxes.slice(from, from + AT_ONCE).map(
        ({ id, batch, known }): JsonObject => ({
          ...{ Address: id, BatchNumber: batch, Source: source.name },
          ...known,
        }),
      ),
    })
    nobody.push(...((WithoutOwner ?? []) as string[]))
  }
  const add = async (some: Iterable<JsonObject>) => {
    for (const Grants of inParts(some)) await session.callHere('AddMigrationGrants', { ProjectId, Grants })
  }
  await add(cuts)
  if (grants === null) return [...notesOf(late, nobody), WITHOUT_GRANTS]
  await add(grantRows(grants, mailboxes, { folderRights: !tellFolderRights.has(source.kind) }))
  return notesOf(late, nobody)
}

/** They tell who may do what in each folder when it is copied, more exactly than a plan does. */
const tellFolderRights: ReadonlySet<string> = new Set(['exchange', 'workmail'])

const WITHOUT_GRANTS =
  'The plan is of an earlier version: rights within its batches are not in it. Write it again with "landbridge migrate plan" ' +
  'and make the migration again, or give Full Access, Send As and Send on behalf by hand after the move.'

function* inParts(rows: Iterable<JsonObject>): Generator<JsonObject[]> {
  let part: JsonObject[] = []
  for (const row of rows) {
    part.push(row)
    if (part.length < AT_ONCE) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

function notesOf(late: MovePlan['batches'], nobody: readonly string[]): string[] {
  const notes: string[] = []
  const lateNumbers = late.map(({ number }) => number).join(', ')
  if (late.length > 0)
    notes.push(`The nights of batch ${lateNumbers} are past: they wait for "migrate cutover".`)
  if (nobody.length > 0)
    notes.push(
      `Nobody here has ${nobody.slice(0, 5).join(', ')}${nobody.length > 5 ? ` and ${nobody.length - 5} more addresses` : ''}: ` +
        'synchronise the address book ("landbridge gal sync") or make the users, else their batches do not begin.',
    )
  return notes
}
