import type { NotifyEvent, NotifyFilter, NotifyGroup } from '#src/wire/imap/notify.ts'
import { delimiter, subscriptionName } from '../folder-names.ts'
import type { TreeNode } from '../folder-tree.ts'

/** Events that are told (RFC 5465 §5); message annotations there are none. */
export const toldEvents: readonly NotifyEvent[] = [
  'MessageNew',
  'MessageExpunge',
  'FlagChange',
  'MailboxName',
  'SubscriptionChange',
  'MailboxMetadataChange',
  'ServerMetadataChange',
]

/** Where delivery puts messages. */
const inboxes: ReadonlySet<unknown> = new Set(['inbox', 'junkemail'])
const messageEvents: ReadonlySet<NotifyEvent> = new Set(['MessageNew', 'MessageExpunge', 'FlagChange'])

export const isOfSelected = ({ filter }: NotifyGroup): boolean =>
  filter.filter === 'selected' || filter.filter === 'selected-delayed'

/**
 * Groups with the names of their mailboxes as the tree has them; `""` stays, as the root of everything. SyntaxFault for what is
 * no name.
 */
export function withPlainNames(groups: readonly NotifyGroup[]): NotifyGroup[] {
  return groups.map((group) => {
    const { filter } = group
    if (!('mailboxes' in filter)) return group
    const mailboxes = filter.mailboxes.map((name) => (name === '' ? '' : subscriptionName(name)))
    return { ...group, filter: { ...filter, mailboxes } }
  })
}

/** What is wrong with groups that go against RFC 5465 §5 and §6.1; undefined when nothing is. */
export function groupFault(groups: readonly NotifyGroup[]): string | undefined {
  if (groups.filter(isOfSelected).length > 1) return 'The selected mailbox is meant twice'
  for (const group of groups) {
    const events = new Set(group.events)
    if (events.has('MessageNew') !== events.has('MessageExpunge'))
      return 'MessageNew and MessageExpunge belong together'
    if (events.has('FlagChange') && !events.has('MessageNew')) return 'FlagChange needs MessageNew'
    if (isOfSelected(group)) {
      if (!events.isSubsetOf(messageEvents)) return 'Only messages change in the selected mailbox'
    } else if (group.attributes !== undefined) return 'Only of the selected mailbox messages are fetched'
  }
  return undefined
}

/** Events that somebody wants to hear of a mailbox; of the selected one, messages are not among them. */
export function eventsFor(
  groups: readonly NotifyGroup[],
  node: TreeNode,
  isSelected: boolean,
): ReadonlySet<NotifyEvent> {
  const events = new Set<NotifyEvent>()
  for (const { filter, events: wanted } of groups) {
    if (!matches(filter, node)) continue
    for (const event of wanted) if (!isSelected || !messageEvents.has(event)) events.add(event)
  }
  return events
}

export const hearsMessages = (events: ReadonlySet<NotifyEvent>): boolean =>
  !events.isDisjointFrom(messageEvents)

function matches(filter: NotifyFilter, { name, mailbox, folder, subscribed }: TreeNode): boolean {
  switch (filter.filter) {
    case 'personal':
      return mailbox.space === 'personal'
    case 'inboxes':
      return mailbox.space === 'personal' && inboxes.has(folder?.distinguished)
    case 'subscribed':
      return subscribed
    case 'subtree':
      return filter.mailboxes.some(
        (root) => root === '' || name === root || name.startsWith(root + delimiter),
      )
    case 'mailboxes':
      return filter.mailboxes.includes(name)
    default:
      return false
  }
}
