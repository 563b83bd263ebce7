import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { type MovePlan, readMovePlan } from './migrate-move-plan.ts'
import { readSource, withSourceOptions } from './migrate-source.ts'
import { nextAfterCreate } from './migrate-words.ts'

/** Mailboxes and grants that one call adds. */
const AT_ONCE = 500

/** `landbridge migrate create` */
export function migrateCreateCommand(cli: Cli): Command {
  const command = withSourceOptions(
    inOrganization(
      new Command('create')
        .argument('<name>')
        .description('make a migration, with the batches, mailboxes and cut grants of a plan'),
    ).option('--plan <file>', 'plan.json of "landbridge migrate plan"'),
    { urlWanted: false },
  )
  examples(
    command,
    'printf %s "$PASSWORD" | landbridge migrate create move --plan plan/plan.json --url https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\\\svc" --password-stdin',
  )
  return cli.administers(command, async (session, options, name) => {
    const plan = options.plan === undefined ? undefined : await readMovePlan(String(options.plan))
    if (plan !== undefined && options.url === undefined)
      throw new UsageFault('A plan needs a source: give --url. Nothing was made.')
    const hasSource = options.url !== undefined
    const source = hasSource ? await readSource(session, options) : undefined
    const made = await session.callHere('CreateMigrationProject', { Name: name! })
    const ProjectId = made.ProjectId as string
    let notes: readonly string[] = []
    try {
      if (source !== undefined)
        await session.callHere('PutMigrationSource', { ...source, ProjectId, Name: 'old' })
      if (plan !== undefined) notes = await addPlan(session, ProjectId, plan)
    } catch (error) {
      // Half a migration would only stand in the way of the next attempt.
      await session.callAnyway('DeleteMigrationProject', {
        OrganizationId: await session.organization(),
        ProjectId,
      })
      throw error
    }
    const what =
      plan === undefined ? '' : ` with ${plan.batches.length} batches and ${plan.mailboxes.length} mailboxes`
    const next = nextAfterCreate(name!, { firstBatch: plan?.batches[0]?.number, hasSource })
    return {
      json: made,
      text: `The migration "${name}" was made${what}. ${notes.map((note) => `${note} `).join('')}Next: ${next}\n`,
    }
  })
}

/** What whoever made it should know, as sentences. */
async function addPlan(
  session: Session,
  ProjectId: string,
  { batches, mailboxes, grants }: MovePlan,
): Promise<readonly string[]> {
  const now = Date.now()
  const late = batches.filter(({ opens }) => opens < now)
  for (const { number, day, opens, pilot } of batches)
    await session.callHere('PutMigrationBatch', {
      ProjectId,
      BatchNumber: number,
      Name: `${pilot ? 'pilot' : 'batch'} ${number}, night of ${day}`,
      Pilot: pilot,
      // A night that is over would cut the batch over as soon as it is copied.
      CompleteAfter: opens < now ? undefined : opens / 1_000,
    })
  const nobody: string[] = []
  for (let from = 0; from < mailboxes.length; from += AT_ONCE) {
    const { WithoutOwner } = await session.callHere('AddMigrationMailboxes', {
      ProjectId,
      Mailboxes: mailboxes
        .slice(from, from + AT_ONCE)
        .map(({ id, batch }): JsonObject => ({ Address: id, BatchNumber: batch, Source: 'old' })),
    })
    nobody.push(...((WithoutOwner ?? []) as string[]))
  }
  for (let from = 0; from < grants.length; from += AT_ONCE)
    await session.callHere('AddMigrationGrants', { ProjectId, Grants: grants.slice(from, from + AT_ONCE) })
  return notesOf(late, nobody)
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
