import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { readLine } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { formatTable, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'
import { nextAfterCreate } from './migrate-words.ts'

type Options = Record<string, unknown>

/** Mailboxes and grants that one call adds. */
const AT_ONCE = 500

/** `landbridge migrate create|list|source|add|remove|settings|preview`: what a migration consists of. */
export function migrateProjectCommands(cli: Cli): Command[] {
  return [create(cli), list(cli), source(cli), add(cli), remove(cli), settings(cli), preview(cli)]
}

/** The part of `plan.json` that becomes a migration. */
type Plan = {
  batches: readonly { number: number; day: string; opens: string; pilot?: boolean }[]
  mailboxes: readonly { id: string; batch: number }[]
  cuts: readonly {
    owner: string
    grantee: string
    right: string
    folder: string | null
    group: string | null
  }[]
}

function create(cli: Cli): Command {
  const command = inOrganization(
    new Command('create')
      .argument('<name>')
      .description('make a migration, with the batches, mailboxes and cut grants of a plan'),
  )
    .option('--plan <file>', 'plan.json of "landbridge migrate plan"')
    .option(
      '--kind <kind>',
      'exchange, workmail, imap, pst or landbridge: where the mailboxes are',
      'exchange',
    )
    .option('--url <address>', 'https://mail.corp.example/EWS/Exchange.asmx, imaps://host, or a folder')
    .option('--user <name>', 'who reads the mailboxes')
    .option('--password-stdin', 'take the password from the first line of stdin')
    .option(
      '--option <name=value...>',
      'what only this kind has: region, organization, role, form, connections',
    )
    .option('--ca <file>', 'PEM file of who may have issued its certificate')
    .option('--min-tls <version>', 'TLSv1 or TLSv1.1 for very old servers')
  examples(
    command,
    'printf %s "$PASSWORD" | landbridge migrate create move --plan plan/plan.json --url https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\\\svc" --password-stdin',
  )
  return cli.administers(command, async (session, options, name) => {
    const plan = options.plan === undefined ? undefined : await planOf(options.plan as string)
    if (plan !== undefined && options.url === undefined)
      throw new UsageFault('A plan needs a source: give --url. Nothing was made.')
    const made = await session.callHere('CreateMigrationProject', { Name: name! })
    const ProjectId = made.ProjectId as string
    if (options.url !== undefined) await putSource(session, ProjectId, 'old', options)
    if (plan !== undefined) await addPlan(session, ProjectId, plan)
    const what =
      plan === undefined ? '' : ` with ${plan.batches.length} batches and ${plan.mailboxes.length} mailboxes`
    return {
      json: made,
      text: `The migration "${name}" was made${what}. Next: ${nextAfterCreate(name!, { firstBatch: plan?.batches[0]?.number, hasSource: options.url !== undefined })}\n`,
    }
  })
}

async function planOf(file: string): Promise<Plan> {
  try {
    const plan = JSON.parse(await readFile(file, 'utf8')) as Plan
    if (Array.isArray(plan.batches) && Array.isArray(plan.mailboxes) && Array.isArray(plan.cuts)) return plan
  } catch (error) {
    throw new UsageFault(`${file} cannot be read: ${(error as Error).message}`)
  }
  throw new UsageFault(`${file} is no plan of "landbridge migrate plan".`)
}

async function addPlan(session: Session, ProjectId: string, plan: Plan): Promise<void> {
  for (const { number, day, opens, pilot } of plan.batches)
    await session.callHere('PutMigrationBatch', {
      ProjectId,
      BatchNumber: number,
      Name: `${pilot === true ? 'pilot' : 'batch'} ${number}, night of ${day}`,
      Pilot: pilot === true,
      CompleteAfter: Date.parse(opens) / 1_000,
    })
  const mailboxes = plan.mailboxes.map(({ id, batch }) => ({
    Address: id,
    BatchNumber: batch,
    Source: 'old',
  }))
  for (let from = 0; from < mailboxes.length; from += AT_ONCE)
    await session.callHere('AddMigrationMailboxes', {
      ProjectId,
      Mailboxes: mailboxes.slice(from, from + AT_ONCE),
    })
  const grants = plan.cuts.map(({ owner, grantee, right, folder }) => ({
    Owner: owner,
    Grantee: grantee,
    Right: right,
    Folder: folder,
  }))
  for (let from = 0; from < grants.length; from += AT_ONCE)
    await session.callHere('AddMigrationGrants', { ProjectId, Grants: grants.slice(from, from + AT_ONCE) })
}

async function putSource(session: Session, ProjectId: string, name: string, options: Options): Promise<void> {
  const { kind, url, user, ca, minTls } = options as Record<string, string | undefined>
  if (url === undefined) throw new UsageFault('Say with --url where the mailboxes are.')
  const given = ((options.option ?? []) as string[]).map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageFault(`"${text}" is no option such as role=0123.`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  await session.callHere('PutMigrationSource', {
    ProjectId,
    Name: name,
    Kind: kind ?? 'exchange',
    Url: url,
    User: user,
    Secret: options.passwordStdin === true ? await readLine(session) : undefined,
    Options: Object.fromEntries(given),
    Authorities: ca === undefined ? undefined : await readFile(ca, 'utf8'),
    MinTlsVersion: minTls,
  })
}

function list(cli: Cli): Command {
  const command = inOrganization(new Command('list').description('migrations of the organisation'))
  return cli.administers(command, async (session) => {
    const { Projects } = await session.callHere('ListMigrationProjects')
    const rows = Projects as readonly JsonObject[]
    const columns = [
      { title: 'NAME', show: 'Name' },
      { title: 'MADE', show: (row: JsonObject) => formatTime(row.CreatedDate) },
      { title: 'ID', show: 'ProjectId' },
    ]
    return {
      json: rows,
      text: rows.length === 0 ? 'There is no migration yet.\n' : formatTable(columns, rows),
    }
  })
}

function source(cli: Cli): Command {
  const command = inOrganization(
    new Command('source')
      .argument('<project>')
      .argument('<name>')
      .description('say where mailboxes come from, or give a source another password'),
  )
    .option('--kind <kind>', 'exchange, workmail, imap, pst or landbridge', 'exchange')
    .requiredOption('--url <address>', 'its address, or a folder')
    .option('--user <name>', 'who reads the mailboxes')
    .option('--password-stdin', 'take the password from the first line of stdin')
    .option('--option <name=value...>', 'what only this kind has')
    .option('--ca <file>', 'PEM file of who may have issued its certificate')
    .option('--min-tls <version>', 'TLSv1 or TLSv1.1 for very old servers')
  return cli.administers(command, async (session, options, project, name) => {
    await putSource(session, project!, name!, options)
    return { json: {}, text: `Source "${name}" is set.\n` }
  })
}

function add(cli: Cli): Command {
  const command = inOrganization(
    new Command('add')
      .argument('<project>')
      .argument('<address...>')
      .description('add mailboxes to a batch, also while it runs'),
  )
    .requiredOption('--batch <n>', 'number of the batch; it is made when there is none')
    .option('--source <name>', 'where they come from', 'old')
    .option('--owner <entry>', 'whose the mailbox becomes, for one (default: whoever has its address)')
  return cli.administers(command, async (session, options, project, ...addresses) => {
    const ProjectId = project!
    const all = addresses.flat() as string[]
    const BatchNumber = Number(options.batch)
    if (options.owner !== undefined && all.length !== 1)
      throw new UsageFault('--owner goes with one address.')
    const { Batches } = await session.callHere('DescribeMigration', { ProjectId })
    if (!(Batches as JsonObject[]).some((batch) => batch.BatchNumber === BatchNumber))
      await session.callHere('PutMigrationBatch', { ProjectId, BatchNumber, Name: `batch ${BatchNumber}` })
    for (let from = 0; from < all.length; from += AT_ONCE)
      await session.callHere('AddMigrationMailboxes', {
        ProjectId,
        Mailboxes: all.slice(from, from + AT_ONCE).map((Address) => ({
          Address,
          BatchNumber,
          Source: String(options.source),
          ...(options.owner !== undefined && { EntityId: String(options.owner) }),
        })),
      })
    return { json: { Added: all.length }, text: `${all.length} added to batch ${BatchNumber}.\n` }
  })
}

function remove(cli: Cli): Command {
  const command = inOrganization(
    new Command('remove')
      .argument('<project>')
      .argument('<address>')
      .description('take a mailbox out of its batch before the flip'),
  )
  return cli.administers(command, async (session, _options, project, Address) => ({
    json: await session.callHere('RemoveMigrationMailbox', { ProjectId: project!, Address: Address! }),
    text: `${Address} is in no batch any more.\n`,
  }))
}

function settings(cli: Cli): Command {
  const command = inOrganization(
    new Command('settings')
      .argument('<project>')
      .description('windows, caps and limits; they hold within seconds, for what runs too'),
  )
    .option('--window <from-to>', 'when is copied, as 22:00-06:00; "always" for no window')
    .option('--zone <name>', 'time zone of the window (default: that of this machine)')
    .option('--days <list>', 'days on which a window opens: mon,tue,…')
    .option('--holidays <dates>', 'days on which none opens, separated by commas')
    .option('--cap <source=n...>', 'calls to a source at once')
    .option('--lanes <n>', 'mailboxes at once')
    .option('--largest-mb <n>', 'larger items are left behind, each named')
    .option('--deletes <yes|no>', 'delete here what is deleted there, if we wrote it')
    .option('--delta-minutes <n>', 'from one delta to the next')
    .option('--verification <level>', '1 counts, 2 properties and a sample of bodies, 3 all bodies')
    .option('--alert-mail <addresses>', 'who is told of stalls, errors and approvals, separated by commas')
    .option('--alert-webhook <url>', 'an https address that is sent the same as JSON')
    .option('--no-alerts', 'tell nobody any more')
  return cli.administers(command, async (session, options, project) => {
    const Settings = settingsOf(options)
    if (Object.keys(Settings).length === 0) throw new UsageFault('Say what to change.')
    const changed = await session.callHere('UpdateMigrationSettings', { ProjectId: project!, Settings })
    return { json: changed, text: 'The settings hold from now on.\n' }
  })
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function settingsOf(options: Options): JsonObject {
  const { window, zone, days, holidays, lanes, largestMb, deletes, deltaMinutes, verification } =
    options as Record<string, string | undefined>
  const caps = ((options.cap ?? []) as string[]).map((text) => {
    const [name, count] = text.split('=')
    if (name === undefined || !/^\d+$/.test(count ?? ''))
      throw new UsageFault(`"${text}" is no cap such as old=4.`)
    return [name, { Connections: Number(count) }] as const
  })
  const [Begin, End] = window?.split('-') ?? []
  if (window !== undefined && window !== 'always' && (Begin === undefined || End === undefined))
    throw new UsageFault('A window is written 22:00-06:00.')
  const Weekdays = days?.split(',').map((day) => {
    const at = dayNames.indexOf(day.trim().toLowerCase())
    if (at < 0) throw new UsageFault(`"${day}" is no day; write ${dayNames.join(',')}.`)
    return at + 1
  })
  const given: [string, JsonObject[string] | undefined][] = [
    [
      'Window',
      window === undefined
        ? undefined
        : window === 'always'
          ? null
          : {
              Begin: Begin!,
              End: End!,
              Zone: zone ?? Temporal.Now.timeZoneId(),
              ...(Weekdays && { Weekdays }),
              ...(holidays !== undefined && { Holidays: holidays.split(',') }),
            },
    ],
    ['Caps', caps.length === 0 ? undefined : Object.fromEntries(caps)],
    ['Lanes', numberOf(lanes)],
    ['LargestItemBytes', largestMb === undefined ? undefined : Number(largestMb) * 1024 * 1024],
    ['DeletesHere', deletes === undefined ? undefined : isYes('--deletes', deletes)],
    ['DeltaEveryMinutes', numberOf(deltaMinutes)],
    ['Verification', numberOf(verification)],
    ['Alerts', alertsOf(options)],
  ]
  return Object.fromEntries(
    given.filter((each): each is [string, JsonObject[string]] => each[1] !== undefined),
  )
}

/** Both at once: what is not named is not told any more. */
function alertsOf({ alertMail, alertWebhook, alerts }: Options): JsonObject | undefined {
  if (alerts === false) return { Addresses: [], Webhook: null }
  if (alertMail === undefined && alertWebhook === undefined) return undefined
  const Addresses = String(alertMail ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
  return { Addresses, Webhook: alertWebhook === undefined ? null : String(alertWebhook) }
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)

function preview(cli: Cli): Command {
  const command = inOrganization(
    new Command('preview')
      .argument('<project>')
      .argument('<address>')
      .description('what the next pass would do with a mailbox; nothing is written'),
  )
  return cli.administers(
    command,
    async (session, _options, project, Address) => {
      const found = await session.callHere('PreviewMigration', { ProjectId: project!, Address: Address! })
      const columns = [
        { title: 'FOLDER', show: 'Name' },
        { title: 'NEW', show: 'New' },
        { title: 'ITEMS', show: 'Items' },
        { title: 'BYTES', show: 'Bytes' },
        { title: 'CHANGED', show: 'Changed' },
        { title: 'GONE', show: 'Gone' },
        { title: 'TOO LARGE', show: 'TooLarge' },
      ]
      return { json: found, text: formatTable(columns, found.Folders as readonly JsonObject[]) }
    },
    { answerMs: 600_000 },
  )
}

function isYes(option: string, text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new UsageFault(`${option} is "yes" or "no", not "${text}".`)
  return text === 'yes'
}
