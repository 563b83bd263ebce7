import { Command } from 'commander'
import { rightWords } from '#src/app/migration-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatTable } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { type MovePlan, readMovePlan } from './migrate-move-plan.ts'
import { grantRows } from './migrate-plan-grants.ts'
import { whoAsks, withBy } from './migrate-words.ts'

/** Mailboxes and rights of one call, where one mailbox has not more. */
const AT_ONCE = 500
const MOST_SHOWN = 200

/** `landbridge migrate rights` */
export function migrateRightsCommand(cli: Cli): Command {
  const command = withBy(
    inOrganization(
      new Command('rights')
        .argument('<project>')
        .description(
          'put the rights of another plan in the place of those of the earlier one: Full Access, Send As, room delegates',
        ),
    ),
  )
    .requiredOption('--plan <file>', 'plan.json of "landbridge migrate plan", of exports that were made anew')
    .option(
      '--moved',
      'also of mailboxes that have moved, and take away what was given: only with a plan of exports from before',
    )
    .option('--dry-run', 'only tell what would be done')
  examples(
    command,
    'landbridge migrate rights move --plan plan-2/plan.json --dry-run',
    'landbridge migrate rights move --plan plan-2/plan.json',
    'landbridge migrate rights move --plan plan-2/plan.json --moved',
  )
  return cli.administers(command, async (session, options, project) => {
    const plan = await readMovePlan(String(options.plan))
    if (plan.grants === null)
      throw new UsageFault(
        'The plan is of an earlier version, and not all rights are in it. Write it again with "landbridge migrate plan".',
      )
    const asked = {
      ProjectId: project!,
      By: whoAsks(options),
      ...(options.moved === true && { Moved: true }),
    }
    const would = await replaced(session, plan, { ...asked, DryRun: true })
    const table = formatRows(would.Replaced)
    if (options.dryRun === true || (would.Added === 0 && would.Replaced.every(({ Taken }) => Taken !== true)))
      return { json: would, text: `${table}${sentence(would, options.dryRun === true)}\n` }
    await confirm(session, `${sentence(would, true)} --dry-run names them. Do that?`)
    const done = await replaced(session, plan, asked)
    return { json: done, text: `${sentence(done, false)}\n` }
  })
}

type Found = { Added: number; Left: number; Replaced: JsonObject[] }

async function replaced(session: Session, plan: MovePlan, asked: JsonObject): Promise<Found> {
  const all: Found = { Added: 0, Left: 0, Replaced: [] }
  for (const Owners of callsOf(plan)) {
    const found = await session.callHere('ReplaceMigrationGrants', { ...asked, Owners })
    all.Added += Number(found.Added)
    all.Left += Number(found.Left)
    all.Replaced.push(...(found.Replaced as JsonObject[]))
  }
  return all
}

/** Every mailbox of the plan with all its rights: one without any says that too. */
function* callsOf({ mailboxes, cuts, grants }: MovePlan): Generator<JsonObject[]> {
  const rights = new Map<string, JsonObject[]>(mailboxes.map(({ id }) => [id, []]))
  for (const { Owner, ...grant } of cuts) rights.get(String(Owner))?.push(grant as JsonObject)
  for (const { Owner, ...grant } of grantRows(grants!, mailboxes, { folderRights: true }))
    rights.get(String(Owner))?.push(grant as JsonObject)
  let part: JsonObject[] = []
  let count = 0
  for (const [Owner, Grants] of rights) {
    if (part.length > 0 && (part.length >= AT_ONCE || count + Grants.length > AT_ONCE)) {
      yield part
      part = []
      count = 0
    }
    part.push({ Owner, Grants })
    count += Grants.length
  }
  if (part.length > 0) yield part
}

function formatRows(rows: readonly JsonObject[]): string {
  if (rows.length === 0) return ''
  const columns = [
    { title: 'Owner', show: 'Owner' },
    { title: 'Grantee', show: 'Grantee' },
    {
      title: 'Right',
      show: ({ Right }: JsonObject) => rightWords[Right as keyof typeof rightWords] ?? String(Right),
    },
    { title: 'Then', show: 'Then' },
  ]
  const shown = rows.slice(0, MOST_SHOWN).map(({ Given, Taken, Why, ...row }) => ({
    ...row,
    Then: Taken !== true ? `stays: ${Why}` : Given === true ? 'is taken away' : 'is not given',
  }))
  const more = rows.length > MOST_SHOWN ? `… and ${rows.length - MOST_SHOWN} more.\n` : ''
  return `${formatTable(columns, shown)}${more}`
}

function sentence({ Added, Left, Replaced }: Found, isAhead: boolean): string {
  const taken = Replaced.filter(({ Taken }) => Taken === true)
  const given = taken.filter(({ Given }) => Given === true).length
  const stay = Replaced.length - taken.length
  return [
    `${isAhead ? 'To do' : 'Done'}: ${taken.length - given} not given any more, ${given} taken away, ${Added} added.`,
    ...(stay > 0 ? [`${stay} ${stay === 1 ? 'stays' : 'stay'}.`] : []),
    ...(Left > 0
      ? [
          `${Left} ${Left === 1 ? 'mailbox that has moved is left as it is' : 'mailboxes that have moved are left as they are'}: --moved changes rights on ${Left === 1 ? 'it' : 'them'} too.`,
        ]
      : []),
  ].join(' ')
}
