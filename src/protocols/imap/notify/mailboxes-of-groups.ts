import { readSubscriptions } from '#src/domain/mailbox/subscriptions.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { NotifyFilter, NotifyGroup } from '#src/wire/imap/notify.ts'
import { type NameSpace, parseFolderName } from '../folder-names.ts'
import type { ReachableMailbox } from '../reachable-mailboxes.ts'
import type { ImapSession } from '../session.ts'

/** More than one client may watch. */
export class TooMuchToWatch extends Refusal {}
const tooMuch = () => new TooMuchToWatch('limit-exceeded', 'This is too much to watch. Name fewer mailboxes.')

/**
 * Mailboxes of people that groups of NOTIFY are about (RFC 5465 §6), each once: for the root of a name space, those that LIST
 * shows in it. Refuses `TooMuchToWatch`.
 */
export async function mailboxesOf(
  session: ImapSession,
  groups: readonly NotifyGroup[],
): Promise<readonly ReachableMailbox[]> {
  const { mailboxes, limits } = session
  const found = new Map<string, ReachableMailbox>()
  const add = (mailbox: ReachableMailbox | undefined) => {
    if (mailbox !== undefined) found.set(mailbox.at.mailbox, mailbox)
    if (found.size > limits.notifyMailboxes) throw tooMuch()
  }
  const filters = groups.map(({ filter }) => filter)
  const names = filters.flatMap(namesOf)
  if (names.length > limits.notifyNames) throw tooMuch()
  if (filters.some((filter) => !('mailboxes' in filter))) add(mailboxes.own)
  if (filters.some(({ filter }) => filter === 'subscribed'))
    names.push(...(await readSubscriptions(session.store.mailboxes, mailboxes.own.at)))
  for (const name of new Set(names)) if (spacesBelow(name) === undefined) add(await mailboxes.reach(name))
  const trees = filters.filter(({ filter }) => filter === 'subtree').flatMap(namesOf)
  const spaces = new Set(trees.flatMap((name) => spacesBelow(name) ?? []))
  if (spaces.has('personal')) add(mailboxes.own)
  if (spaces.has('others') || spaces.has('shared'))
    for (const mailbox of await mailboxes.listOthers()) if (spaces.has(mailbox.space)) add(mailbox)
  return [...found.values()]
}

const namesOf = (filter: NotifyFilter): readonly string[] => ('mailboxes' in filter ? filter.mailboxes : [])

/** The name spaces of which a name is the root; undefined for one within a mailbox. */
function spacesBelow(name: string): readonly NameSpace[] | undefined {
  if (name === '') return ['personal', 'others', 'shared']
  const parsed = parseFolderName(name)
  return parsed.space !== 'personal' && parsed.owner === undefined ? [parsed.space] : undefined
}
