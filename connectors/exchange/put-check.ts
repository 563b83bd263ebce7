/** What a server made of an item that was put there: read again, and compared with what was sent. */
import type { Loss } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import type { BodyType, ItemInfoResponseMessageType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage } from './failures.ts'

type Values = Readonly<Record<string, unknown>>

const main: ReadonlySet<string> = new Set([
  ...[
    'GivenName',
    'Surname',
    'CompanyName',
    'EmailAddresses',
    'PhoneNumbers',
    'PhysicalAddresses',
    'Birthday',
  ],
  ...['Subject', 'Body', 'Start', 'StartDate', 'DueDate', 'Status', 'Recurrence', 'HasAttachments'],
])
/** Servers write these as they see fit. */
const theirs: ReadonlySet<string> = new Set(['FileAs', 'Categories', 'ReminderIsSet', 'ReminderDueBy'])
/** When it came and was sent: servers have them of whatever lies there. */
const times: ReadonlySet<string> = new Set(['DateTimeReceived', 'DateTimeSent'])
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * What of `sent` the item has not, each as a loss; `bare`: nothing at all of it is there. Rejects with SourceFailure where it
 * cannot be read.
 */
export async function comparePut(
  session: EwsSession,
  { key, title }: { key: string; title: string },
  sent: Values,
  signal: AbortSignal,
): Promise<{ losses: readonly Loss[]; bare: boolean }> {
  const BodyType = (sent.Body as BodyType | undefined)?.BodyType ?? 'Text'
  const [answer] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    { ItemShape: { BaseShape: 'AllProperties', BodyType }, ItemIds: [{ ItemId: { Id: key } }] },
    signal,
  )
  const what = `Reading "${title}" again`
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, what, 'transient')
  const got = Object.values(answer.Items?.[0] ?? {})[0] as Values | undefined
  if (got === undefined)
    throw new SourceFailure('transient', 'protocol', `${what}: the answer to GetItem names no item.`)
  const told = Object.keys(sent).filter((name) => !theirs.has(name) && !isNothing(sent[name]))
  const lost = told.filter((name) => !isSame(name, sent[name], got[name]))
  const isOwn = (name: string) => !times.has(name)
  return {
    bare: told.some(isOwn) && lost.filter(isOwn).length === told.filter(isOwn).length,
    losses: lost.map((property) => ({
      property,
      reason: isNothing(got[property])
        ? 'The server took it and does not show it. It stays here: set it by hand.'
        : 'The server took it and shows something else.',
      weight: main.has(property) ? 'visible' : 'metadata',
    })),
  }
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && (value as { Value?: unknown }).Value === '')

type Entry = Readonly<Record<string, unknown>> & { Key: string }

function isSame(name: string, sent: unknown, got: unknown): boolean {
  // How often is told in words that differ from server to server.
  if (name === 'Recurrence') return !isNothing(got)
  if (name === 'Body') return bare(sent as BodyType) === bare(got as BodyType | undefined)
  if (Array.isArray(sent)) {
    const there = (Array.isArray(got) ? got : []) as readonly unknown[]
    return sent.every((one) =>
      typeof one === 'object'
        ? there.some((other) => isEntry(one as Entry, other as Entry))
        : there.some((other) => word(one) === word(other)),
    )
  }
  // To the minute: what lies an hour beside is seen. Where the server tells none, it is not compared.
  if (name === 'Start' || name === 'End' || times.has(name))
    return typeof got !== 'string' || Math.abs(Date.parse(String(sent)) - Date.parse(got)) < MINUTE_MS
  if (typeof sent === 'string' && /^\d{4}-\d\d-\d\dT/.test(sent))
    // A day is midnight somewhere.
    return typeof got === 'string' && Math.abs(Date.parse(sent) - Date.parse(got)) < DAY_MS
  return word(sent) === word(got)
}

const isEntry = (sent: Entry, got: Entry): boolean =>
  Object.entries(sent).every(
    ([name, value]) => name === 'RoutingType' || name === 'Name' || word(value) === word(got[name]),
  )

const word = (value: unknown): string =>
  String(value ?? '')
    .trim()
    .toLowerCase()

const bare = (body: BodyType | undefined): string =>
  (body === undefined ? '' : body.BodyType === 'HTML' ? htmlToText(body.Value) : body.Value).replace(
    /\s+/g,
    '',
  )

/** Takes an empty shell away again. Rejects with SourceFailure where it stays. */
export async function removePut(session: EwsSession, key: string, title: string, signal: AbortSignal) {
  const [answer] = await session.messages<'DeleteItem', ItemInfoResponseMessageType>(
    'DeleteItem',
    {
      DeleteType: 'HardDelete',
      SendMeetingCancellations: 'SendToNone',
      AffectedTaskOccurrences: 'SpecifiedOccurrenceOnly',
      ItemIds: [{ ItemId: { Id: key } }],
    },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, `Taking "${title}" away again`, 'transient')
}
