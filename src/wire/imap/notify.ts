import type { ImapArguments } from './arguments.ts'
import { type FetchAttribute, formatFetchAttribute, parseFetchAttributes } from './fetch.ts'
import { formatMailboxName } from './mailbox-name.ts'

/** Events of RFC 5465 §5. */
export const notifyEvents = [
  'MessageNew',
  'MessageExpunge',
  'FlagChange',
  'AnnotationChange',
  'MailboxName',
  'SubscriptionChange',
  'MailboxMetadataChange',
  'ServerMetadataChange',
] as const
export type NotifyEvent = (typeof notifyEvents)[number]

/** Which mailboxes (RFC 5465 §6). */
export type NotifyFilter =
  | { filter: 'selected' | 'selected-delayed' | 'inboxes' | 'personal' | 'subscribed' }
  | { filter: 'subtree' | 'mailboxes'; mailboxes: readonly string[] }

export type NotifyGroup = {
  filter: NotifyFilter
  /** Empty: NONE. Names not in `notifyEvents` are in `unknown`. */
  events: readonly NotifyEvent[]
  /** To be fetched of each new message, for `selected`. */
  attributes?: readonly FetchAttribute[]
  /** Answer `NO [BADEVENT (…)]` to these. */
  unknown: readonly string[]
}

/** Arguments of NOTIFY; no groups: NONE. `status`: STATUS of each mailbox is wanted at once. */
type Notify = { status: boolean; groups: readonly NotifyGroup[] }

/** More groups than any client makes; each is asked of each mailbox. */
const mostGroups = 100

const eventOf = new Map<string, NotifyEvent>(notifyEvents.map((event) => [event.toUpperCase(), event]))
const plainFilters = new Set(['SELECTED', 'SELECTED-DELAYED', 'INBOXES', 'PERSONAL', 'SUBSCRIBED'])

export function parseNotify(args: ImapArguments): Notify {
  const word = args.word()
  if (word === 'NONE') {
    args.end()
    return { status: false, groups: [] }
  }
  if (word !== 'SET') throw args.fault('NOTIFY SET or NOTIFY NONE')
  args.space()
  const status = args.takeWord('STATUS')
  if (status) args.space()
  const groups = [parseGroup(args)]
  while (args.hasMore()) groups.push(parseGroup(args))
  if (groups.length > mostGroups) throw args.fault('Too many groups of events')
  args.end()
  return { status, groups }
}

function parseGroup(args: ImapArguments): NotifyGroup {
  args.expect('(')
  const filter = parseFilter(args)
  args.space()
  const events: NotifyEvent[] = []
  const unknown: string[] = []
  let attributes: FetchAttribute[] | undefined
  if (!args.takeWord('NONE')) {
    args.listOfSome(() => {
      const name = args.atom()
      const event = eventOf.get(name.toUpperCase())
      if (event === undefined) unknown.push(name)
      else events.push(event)
      if (event === 'MessageNew' && args.take(' (')) {
        // Put back in front of its bracket: the list reads it itself.
        args.back(1)
        attributes = parseFetchAttributes(args)
      }
    })
  }
  args.expect(')')
  return { filter, events, unknown, ...(attributes === undefined ? {} : { attributes }) }
}

function parseFilter(args: ImapArguments): NotifyFilter {
  const word = args.word()
  const filter = word.toLowerCase() as NotifyFilter['filter']
  if (plainFilters.has(word)) return { filter } as NotifyFilter
  if (filter !== 'subtree' && filter !== 'mailboxes') throw args.fault('Not a filter of NOTIFY')
  args.space()
  const mailboxes = args.peek() === '(' ? args.listOfSome(() => args.mailbox()) : [args.mailbox()]
  return { filter, mailboxes }
}

export function formatNotify({ status, groups }: Notify, utf8 = false): string {
  if (groups.length === 0) return 'NONE'
  return `SET ${status ? 'STATUS ' : ''}${groups.map((group) => formatGroup(group, utf8)).join(' ')}`
}

function formatGroup({ filter, events, attributes }: NotifyGroup, utf8: boolean): string {
  const texts = events.map((event) =>
    event === 'MessageNew' && attributes !== undefined
      ? `MessageNew (${attributes.map(formatFetchAttribute).join(' ')})`
      : event,
  )
  const names =
    'mailboxes' in filter
      ? ` (${filter.mailboxes.map((name) => formatMailboxName(name, utf8)).join(' ')})`
      : ''
  return `(${filter.filter}${names} ${texts.length === 0 ? 'NONE' : `(${texts.join(' ')})`})`
}
