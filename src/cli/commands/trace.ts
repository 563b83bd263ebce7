import { Command } from 'commander'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import { formatTime } from '../table.ts'
import { parseTime } from '../time-option.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge trace` */
export function traceCommand(cli: Cli): Command {
  const trace = inOrganization(
    new Command('trace').description('what became of messages: verdicts, rules, routes and results'),
  )
  trace
    .option('--id <id>', 'the id that replies, headers and the queue show')
    .option('--message-id <id>', 'the Message-ID of its header')
    .option('--sender <address>', 'of the envelope or of From')
    .option('--recipient <address>', 'whom it was written or delivered to')
    .option('--since <time>', '4h or 2d ago, or a date and time')
    .option('--until <time>', 'as --since')
  examples(
    trace,
    'landbridge trace --recipient anna@acme.example --since 2d',
    'landbridge trace --message-id "<20261121.1@partner.example>"',
    'landbridge trace --sender bob@acme.example --json | jq \'.[] | select(.Event.eventName == "OUTGOING_EMAIL_BOUNCED")\'',
  )
  return cli.administers(trace, async (session, options) => {
    const given = options as Record<string, string | undefined>
    const now = Date.now()
    const from = parseTime('--since', given.since, now)
    const to = parseTime('--until', given.until, now)
    if (from !== undefined && to !== undefined && to <= from)
      throw new UsageFault('--until is no later than --since: there is no time between them.')
    return {
      pages: session.pagesHere('FindTrace', 'Events', {
        TraceId: given.id,
        MessageId: given.messageId,
        Sender: given.sender,
        Recipient: given.recipient,
        StartTime: from,
        EndTime: to,
      }),
      columns: [
        { title: 'Time', show: (row) => formatTime(row.Time) },
        { title: 'Id', show: 'TraceId' },
        { title: 'Event', show: (row) => String(eventOf(row).eventName) },
        { title: 'Recipient', show: (row) => cut(recipientText(eventOf(row)), RECIPIENT_WIDTH) },
        { title: 'What', show: (row) => cut(whatText(eventOf(row)), WHAT_WIDTH) },
      ],
      empty: 'No such message is in the trace.',
    }
  })
}

/** Texts of peers may be of any length; --json has them whole. */
const RECIPIENT_WIDTH = 40
const WHAT_WIDTH = 80

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`

const eventOf = (row: JsonObject): JsonObject => row.Event as JsonObject

function recipientText(event: JsonObject): string {
  const { recipient, recipients, bouncedRecipient } = event
  if (typeof recipient === 'string') return recipient
  if (Array.isArray(recipients)) {
    const [first = '', ...others] = recipients.map(String)
    return others.length === 0 ? first : `${first} and ${others.length} more`
  }
  return String((bouncedRecipient as JsonObject | undefined)?.emailAddress ?? '')
}

/** The member that says most about an event. */
function whatText(event: JsonObject): string {
  const bounced = event.bouncedRecipient as JsonObject | undefined
  const told: (JsonValue | undefined)[] = [
    bounced?.reason,
    event.reason,
    event.reply,
    event.unscanned,
    event.ruleName,
    event.policy,
    event.folder,
    routeText(event.route as JsonObject | undefined),
    event.subject,
  ]
  return String(told.find((each) => typeof each === 'string' && each !== '') ?? '')
}

/** As `landbridge queue show` has it. */
const routeText = (route: JsonObject | undefined): string =>
  route === undefined ? '' : [route.kind, route.domain ?? route.name ?? ''].join(' ').trimEnd()
