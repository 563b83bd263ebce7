import { Command } from 'commander'
import type { PlanRequest, PlanSummary } from '#src/app/plan-migration.ts'
import { counted } from '#src/base/figure-words.ts'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Cli, GlobalOptions } from '../cli.ts'
import { requireFiles } from '../input-files.ts'
import { examples } from '../options.ts'
import { Progress } from '../progress.ts'
import { Session } from '../session.ts'
import { formatBytes, formatTable } from '../table.ts'
import { Interrupted } from '../usage-fault.ts'
import { type PlanOptions, planRequest } from './migrate-plan-options.ts'

/** `landbridge migrate plan` */
export function migratePlanCommand(cli: Cli): Command {
  const command = new Command('plan')
    .description(
      'who moves when, so that as little delegation as possible breaks; works on files that Exchange’s cmdlets wrote, and on what servers say that it is told to ask',
    )
    .requiredOption(
      '--mailboxes <file...>',
      'required: Get-Mailbox exports, and Get-MailboxStatistics exports for the sizes',
    )
    .option(
      '--permissions <file...>',
      'exports of Get-MailboxPermission, Get-RecipientPermission, Get-ADPermission, Get-MailboxFolderPermission, Get-CalendarProcessing; told apart by their columns',
    )
    .option(
      '--ask <file...>',
      'YAML files that name servers to ask for permissions: exchange (url, user, passwordFile; caFile, minVersion, access, kerberosControllers) for delegates and rights on folders, workmail (organization, region, keyId, secretFile)',
    )
    .option(
      '--ca <file>',
      'PEM file of who may have issued the certificates of those servers, where their own file names none',
    )
    .option(
      '--address-book',
      'also the delegates, Full Access and Send As of the Active Directory that the address book comes from',
    )
    .option('--org <alias>', 'whose address book (default: that of the only organisation)')
    .option('--groups <file...>', 'members of groups, columns Group and Member')
    .requiredOption('--cap <n>', 'required: most mailboxes in a batch')
    .option('--cap-gb <n>', 'most gigabytes in a batch (1 GB is 2^30 bytes)')
    .option('--cap-server <name=n...>', 'most mailboxes of one source server or database in a batch')
    .option(
      '--from <date>',
      'first possible night, as 2026-12-07 (default: the first announced night that is still to come, else the Monday after next)',
    )
    .option('--until <date>', 'last possible night')
    .option('--days <list>', 'nights on which batches may move', 'mon,tue,wed,thu')
    .option('--holidays <dates>', 'nights on which none moves, separated by commas')
    .option('--hours <from-to>', 'when the window of a night is open', '22:00-06:00')
    .option('--zone <name>', 'time zone of the hours (default: that of this machine)')
    .option('--per-window <n>', 'batches in one night', '1')
    .option('--rules <file>', 'YAML or JSON: together, apart (lists of lists of addresses), ignoreGrantees')
    .option('--ignore-grantee <name...>', 'grantees that are no people: backup, archive, monitoring')
    .option('--unbroken <right...>', 'rights that keep working while their ends are apart')
    .option('--keep-whole <right...>', 'rights that must not break at any time, whatever it costs')
    .option('--largest-group <n>', 'grants to groups with more members tie nobody', '10000')
    .option(
      '--announced <file>',
      'mailboxes.csv of the plan that people were told: almost nobody moves away from it',
    )
    .option('--loyalty <n>', 'delegation-days to save before an announced day is changed')
    .option(
      '--pilot <n>',
      'choose so many people for the pilot, 20 to 30 of a large company: spread over servers, departments and sizes, with whom they work; those of column Pilot count',
    )
    .option('--pilot-pause <n>', 'days between the pilot and the next batch', '7')
    .option('--vip-not-before <date>', 'nobody marked in column Vip moves earlier')
    .option(
      '--shared <when>',
      'tied: shared mailboxes move with those who use them; last: when all others have moved',
      'tied',
    )
    .option('--objective <what>', 'days: fewest delegation-days broken; cut: fewest grants cut', 'days')
    .option('--spare-batches <n>', 'batches above the fewest, where that breaks less (default: 2 % of them)')
    .option(
      '--what-if',
      'try other caps too, however long it takes (about ten more plans); Ctrl-C ends that, and the plan is written without the rest',
    )
    .option('--no-what-if', 'do not try other caps')
    .option('--seed <n>', 'the same seed gives the same plan', '1')
    .option('--today <date>', 'the day from which the use of grants is counted (default: today)')
    .requiredOption('--out <folder>', 'required: where plan.html, plan.json and the CSV files go')
  command.addHelpText(
    'after',
    `
Columns of your own in the file of the mailboxes, each where wanted:
  MoveOn      the night on which it moves, as 2026-12-07
  NotBefore   the first night on which it may move
  Pilot, Vip  yes or no: it moves with the pilot; it waits for --vip-not-before
  Status      waiting (as does an empty cell), migrated, or excluded (it stays where it is)
  MigratedOn  the night on which it moved, where Status is migrated
  Announced   the night that its people were told, as --announced tells it
  Department  what batches are named after`,
  )
  examples(
    command,
    'landbridge migrate plan --mailboxes mailboxes.csv sizes.csv --permissions full-access.csv send-as.csv folders.csv --cap 100 --out plan',
    'landbridge migrate plan --mailboxes mailboxes.csv --permissions *.csv --cap 50 --cap-gb 800 --days tue,thu --from 2027-01-12 --out plan',
    'landbridge migrate plan --mailboxes mailboxes.csv --permissions full-access.csv --cap 100 --announced plan/mailboxes.csv --out plan-2',
    'landbridge migrate plan --mailboxes mailboxes.csv --ask exchange.yaml --ca ca.pem --address-book --cap 100 --out plan',
  )
  return cli.does(command, async (given) => {
    const options = given as GlobalOptions & PlanOptions
    const asked: PlanRequest = await planRequest(options)
    await requireFiles(filesOf(options))
    const connection = options.addressBook ? await addressBookOf(cli, options) : null
    const request = connection === null ? asked : withAddressBook(asked, connection)
    const { planMigration } = await import('#src/app/plan-migration.ts')
    const progress = new Progress(cli.io)
    try {
      const { signal } = cli.io
      const summary = await planMigration(request, { signal, seen: (seen) => progress.show(seen) })
      progress.end()
      return await cli.print({ json: asJson(summary), text: formatSummary(summary) }, options)
    } catch (error) {
      if (cli.io.signal.aborted) throw new Interrupted('It was cancelled; nothing was written.')
      throw error
    } finally {
      progress.end()
      await connection?.close()
    }
  })
}

const filesOf = (options: PlanOptions): string[] =>
  [
    ...[options.mailboxes, options.permissions, options.groups, options.ask],
    ...[options.announced, options.rules],
  ].flatMap((named) => named ?? [])

type AddressBook = { client: AdminClient; organization: string; close(): Promise<void> }

/** The one thing of a plan for which a service or its data is needed. */
async function addressBookOf(cli: Cli, options: GlobalOptions): Promise<AddressBook> {
  const connection = await cli.connect(cli.config(options).config)
  try {
    const organization = await new Session(cli.io, connection, options).organization()
    return { client: connection.client, organization, close: () => connection.close() }
  } catch (error) {
    await connection.close()
    throw error
  }
}

const withAddressBook = (request: PlanRequest, { client, organization }: AddressBook): PlanRequest => ({
  ...request,
  files: {
    ...request.files,
    asked: { files: [], ...request.files.asked, addressBook: { client, organization } },
  },
})

const asJson = (summary: PlanSummary): JsonObject => summary as unknown as JsonObject

const count = (value: number): string => Math.round(value).toLocaleString('en')

const mostBatches = 40

const batchWords = ({ number, pilot, announcedAs }: JsonObject): string =>
  `${number}${pilot === true ? ' pilot' : ''}${typeof announcedAs === 'number' && announcedAs !== number ? ` (announced as ${announcedAs})` : ''}`

const behindWords = (grants: number): string =>
  grants === 0 ? '' : ` and ${count(grants)} broken for good (one end is excluded)`

function formatSummary({ totals, batches, leftOut, whatIf, notes, files }: PlanSummary): string {
  const shown = batches.slice(0, mostBatches)
  const rows = shown.map((batch): JsonObject => ({ ...batch }))
  const lines = [
    `${counted(totals.mailboxes, 'mailbox', 'mailboxes')} in ${counted(totals.batches, 'batch', 'batches')} (fewest possible ${count(totals.fewestBatches)}), ` +
      `${count(totals.cutGrants)} of ${count(totals.grants)} grants cut${behindWords(totals.staysBehind)}, ${counted(Math.round(totals.brokenDays), 'delegation-day')} broken ` +
      `(by chance ${count(totals.brokenDaysByChance)}).`,
    ...(totals.moved > 0
      ? [
          totals.moved === 1
            ? '1 mailbox gets another day than was announced.'
            : `${count(totals.moved)} mailboxes get another day than was announced.`,
        ]
      : []),
    '',
    formatTable(
      [
        { title: 'Batch', show: batchWords },
        { title: 'Wave', show: 'wave' },
        { title: 'Night of', show: 'day' },
        { title: 'Mailboxes', show: 'mailboxes' },
        { title: 'Size', show: (row) => (row.sizeBytes === 0 ? 'not known' : formatBytes(row.sizeBytes)) },
        { title: 'Cut grants', show: 'cutGrants' },
      ],
      rows,
    ).trimEnd(),
    ...(batches.length > mostBatches ? [`… and ${batches.length - mostBatches} more`] : []),
  ]
  const look = leftOut.filter((each) => each.look)
  if (look.length > 0) {
    lines.push('', 'Left out, to be looked at (left-out.csv):')
    for (const { rows: left, meaning } of look) lines.push(`  ${count(left).padStart(7)}  ${meaning}`)
  }
  if (whatIf.length > 1) {
    const isRough = whatIf.some(({ exact }) => !exact)
    lines.push(
      '',
      `At other caps${isRough ? ', from fewer tries (~): a run with that --cap mostly breaks a little less, and a tenth at most' : ''}:`,
    )
    for (const point of whatIf) {
      lines.push(
        `  ${count(point.cap).padStart(7)}  ${counted(point.batches, 'batch', 'batches')}, ${point.exact ? '' : '~ '}${counted(Math.round(point.brokenDays), 'delegation-day')}${point.asAtCap === null ? '' : `, as at ${count(point.asAtCap)}`}`,
      )
    }
  }
  for (const note of notes) lines.push('', visibleText(note))
  lines.push('', 'Written:', ...files.map((file) => `  ${visibleText(file)}`))
  return `${lines.join('\n')}\n`
}
