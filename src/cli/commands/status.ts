import { Command } from 'commander'
import { counted } from '#src/base/figure-words.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../options.ts'
import { formatBytes, formatDetails, formatTime } from '../table.ts'

/** Who asks how it is wants to hear soon that it hangs. */
const answerMs = 5_000

/** `landbridge status` */
export function statusCommand(cli: Cli): Command {
  const command = new Command('status').description(
    'whether a service runs on the data folder, where it listens, how much it holds',
  )
  examples(
    command,
    'landbridge status --data /srv/mail',
    "landbridge status --json | jq -r '.Listeners[].Address'",
  )
  return cli.administers(
    command,
    async (session) => {
      const about = await session.call('DescribeService')
      const listeners = (about.Listeners as JsonObject[]).map(
        ({ Name, Address }) => [String(Name), Address] as const,
      )
      const text = formatDetails([
        ['Service', about.Serving === true ? `running since ${formatTime(about.StartTime)}` : 'not running'],
        ['Version', `${about.Version}, Node ${process.versions.node}`],
        ['Data folder', about.DataFolder],
        ...listeners,
        ['Certificate', certificateText(about.Certificate as JsonObject | undefined)],
        ['Organisations', organizationsText(about)],
        ['Mailboxes', about.Mailboxes],
        ['Queue', queueText(about)],
        ['Deliveries', deliveriesText(about.Deliveries as JsonObject | undefined)],
        ['Migrations', migrationsText(about)],
        ...addressBookLines(about.AddressBooks as JsonObject[] | undefined),
        ...scannerLines(about.Scanners as JsonObject[] | undefined),
        ...jobLines(about.FailingJobs as JsonObject[] | undefined),
        ['Database', formatBytes(about.DatabaseBytes)],
        ['Large bodies', formatBytes(about.BodyBytes)],
        ['Free disk', freeDiskText(about.FreeBytes)],
        ['Schema', about.Schema],
      ])
      return { json: about, text }
    },
    { answerMs },
  )
}

/** `12, the keys of 2 of them out of reach; "landbridge key status" says why` */
export function organizationsText({
  Organizations,
  KeysOutOfReach: out,
  KeysAskedFor: asked,
}: JsonObject): string {
  const told = out !== undefined && out !== 0
  const who = asked === undefined ? 'them' : `the ${asked} that were asked in time`
  if (!told)
    return asked === undefined
      ? String(Organizations)
      : `${Organizations}, the keys of ${asked} were asked for in time`
  return `${Organizations}, the ${out === 1 ? `key of 1 of ${who} is` : `keys of ${out} of ${who} are`} out of reach; "landbridge key status" says why`
}

/** No transaction fits into less. */
const FULL_BELOW_BYTES = 1024 ** 2
const LITTLE_BELOW_BYTES = 1024 ** 3

/** `0 B; ALERT: the disk is full. …`: what is refused now, or will be, and what to do. */
export function freeDiskText(free: JsonValue | undefined): string {
  const bytes = Number(free)
  const left = formatBytes(free)
  if (bytes < FULL_BELOW_BYTES)
    return `${left}; ALERT: the disk is full. Mail of other servers is put off (452), and sending, saving, deleting and administration are refused; reading goes on, and nothing that was acknowledged is lost. Make room on the disk of the data folder: it goes on by itself`
  if (bytes < LITTLE_BELOW_BYTES)
    return `${left}; ALERT: the disk is almost full. Once it is, mail is put off and nothing can be changed, not even deleted. Make room, or give the data folder a larger disk`
  return left
}

const DAY_SECONDS = 86_400
const RENEW_DAYS = 21

/** `CN=mail.corp.example by O=Example CA, until 2027-02-01 10:00 (71 days)` */
function certificateText(certificate: JsonObject | undefined, now = Date.now() / 1_000): string | undefined {
  if (certificate === undefined) return undefined
  const { Subject, Issuer, EndTime } = certificate
  const days = Math.floor((Number(EndTime) - now) / DAY_SECONDS)
  const by = Subject === Issuer ? 'signed by itself' : `by ${Issuer}`
  const left = days < 0 ? 'ALERT: expired' : `${days} days${days < RENEW_DAYS ? '; ALERT: renew it' : ''}`
  return visibleText(`${Subject} ${by}, until ${formatTime(EndTime)} (${left})`)
}

/** `3 messages to 5 recipients, 1 due, the oldest since 2026-11-21 19:30` */
function queueText({
  QueuedMessages,
  QueuedRecipients,
  DueRecipients,
  OldestQueuedTime,
}: JsonObject): string {
  if (QueuedMessages === 0) return 'empty'
  const since = formatTime(OldestQueuedTime)
  return `${QueuedMessages} messages to ${QueuedRecipients} recipients, ${DueRecipients} due, the oldest since ${since}`
}

/** `3 mailboxes of 2 batches are copied now, 1 of them waits` */
function migrationsText(about: JsonObject): string | undefined {
  const { MigratingMailboxes: mailboxes, MigratingBatches: batches, WaitingMailboxes: waiting } = about
  if (mailboxes === undefined) return undefined
  if (mailboxes === 0) return 'nothing is copied now'
  const of = `${counted(Number(mailboxes), 'mailbox', 'mailboxes')} of ${counted(Number(batches), 'batch', 'batches')}`
  const waits = Number(waiting) === 0 ? '' : `, ${waiting} of them ${waiting === 1 ? 'waits' : 'wait'}`
  return `${of} ${mailboxes === 1 ? 'is' : 'are'} copied now${waits}; "landbridge migrate status" shows each`
}

/** `Address book  m-… as of 2026-11-21 19:30, 1,204 entries` */
export function addressBookLines(books: readonly JsonObject[] = []): [name: string, text: string][] {
  return books.map((book) => {
    const { OrganizationId, SynchronizedTime, Objects, Overdue, WaitingRun, Alerts, AlertsUnknown } = book
    const as = SynchronizedTime === undefined ? 'never synchronised' : `as of ${formatTime(SynchronizedTime)}`
    const late = Overdue === true ? '; ALERT: two runs were missed' : ''
    const alerts =
      Alerts === undefined
        ? uncountedText(AlertsUnknown)
        : `; ${counted(Number(Alerts), 'ALERT', 'ALERTS')} in the last day ("landbridge gal status")`
    const waits = WaitingRun === undefined ? '' : `; run ${WaitingRun} waits for approval`
    return [
      'Address book',
      `${OrganizationId} ${as}, ${Number(Objects).toLocaleString('en')} ${Objects === 1 ? 'entry' : 'entries'}${waits}${late}${alerts}`,
    ]
  })
}

/** Why nobody knows how many alerts there were. */
function uncountedText(why: JsonValue | undefined): string {
  if (why === undefined) return ''
  if (why === 'KEY_OUT_OF_REACH') return '; its ALERTs are not counted, as its key is out of reach'
  return '; its ALERTs were not counted in time ("landbridge gal status")'
}

/** `Virus scanner  clamd gives no answer since 2026-11-21 19:30 (12 messages): connection refused` */
export function scannerLines(scanners: readonly JsonObject[] = []): [name: string, text: string][] {
  return scanners.map(({ Name, Kind, Failing }) => {
    const title = Kind === 'virus' ? 'Virus scanner' : 'Spam scanner'
    if (Failing === undefined) return [title, `${Name}`]
    const { StartTime, Messages, Reason } = Failing as JsonObject
    const count = `${Messages} ${Messages === 1 ? 'message' : 'messages'}`
    return [title, `${Name} gives no answer since ${formatTime(StartTime)} (${count}): ${Reason}`]
  })
}

/** `Job  verify-domains fails since 2026-11-21 19:30, for m-…; the log says why` */
function jobLines(jobs: readonly JsonObject[] = []): [name: string, text: string][] {
  return jobs.map(({ Name, StartTime, For }) => {
    const parts = (For as string[]).join(', ')
    return [
      'Job',
      `${Name} fails since ${formatTime(StartTime)}${parts === '' ? '' : `, for ${parts}`}; the log says why`,
    ]
  })
}

/** Since the start, in recipients. Uncertain: may have arrived twice, as a reply was lost or the service ended without a word. */
function deliveriesText(numbers: JsonObject | undefined): string | undefined {
  if (numbers === undefined) return undefined
  const { running, delivered, postponed, failed, uncertain, interrupted, unsettled } = numbers
  const doubtful = Number(uncertain) + Number(interrupted) + Number(unsettled)
  return `${running} under way; ${delivered} delivered, ${postponed} postponed, ${failed} failed, ${doubtful} uncertain`
}
