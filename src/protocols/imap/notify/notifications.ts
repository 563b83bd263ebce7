import { Refusal } from '#src/domain/refusal.ts'
import type { Notify, NotifyFilter, NotifyGroup } from '#src/wire/imap/notify.ts'
import { planFetch } from '../fetch/fetch-plan.ts'
import { writeMessage } from '../fetch/message-response.ts'
import { parseFolderName } from '../folder-names.ts'
import { tellNews } from '../folder-news.ts'
import { itemsOfView } from '../items-of-view.ts'
import type { ReachableMailbox } from '../reachable-mailboxes.ts'
import type { ImapSession } from '../session.ts'
import { isOfSelected } from './interest.ts'
import { WatchedMailbox } from './watched-mailbox.ts'

/** What a client has said it wants to hear of (RFC 5465); without any of this it hears of the selected folder with each command. */
export class Notifications {
  readonly #session: ImapSession
  readonly #selected: NotifyGroup | undefined
  readonly #watched: WatchedMailbox[] = []

  private constructor(session: ImapSession, selected: NotifyGroup | undefined) {
    this.#session = session
    this.#selected = selected?.events.length === 0 ? undefined : selected
  }

  /** Nothing is wanted. */
  static none(session: ImapSession): Notifications {
    return new Notifications(session, undefined)
  }

  /** Refuses `limit-exceeded` when it is too much to watch. */
  static async begin(session: ImapSession, { groups }: Notify): Promise<Notifications> {
    const notifications = new Notifications(session, groups.find(isOfSelected))
    const others = groups.filter((group) => !isOfSelected(group) && group.events.length > 0)
    try {
      for (const mailbox of await mailboxesOf(session, others)) {
        const wake = () => session.client.wake()
        notifications.#watched.push(await WatchedMailbox.open(session, mailbox, others, wake))
      }
    } catch (error) {
      notifications.close()
      throw error
    }
    return notifications
  }

  close(): void {
    for (const each of this.#watched) each.close()
    this.#watched.length = 0
  }

  /** Whether changes of the selected folder are told as they happen. */
  get hearsSelected(): boolean {
    return this.#selected !== undefined
  }

  /** Whether EXPUNGE may be told between commands. */
  get expungesAtOnce(): boolean {
    return this.#selected?.filter.filter === 'selected'
  }

  /** Whether there is something to tell of other mailboxes. */
  get isBehind(): boolean {
    return this.#watched.some((each) => each.isBehind)
  }

  async tellStatus(status: boolean): Promise<void> {
    for (const each of this.#watched) await each.tellStatus(status)
  }

  /** Tells what happened; `expunge`: numbers may change. */
  async tell({ expunge }: { expunge: boolean }): Promise<void> {
    const session = this.#session
    if (this.#selected !== undefined) {
      const { events, attributes } = this.#selected
      await tellNews(session, {
        expunge,
        flags: events.includes('FlagChange'),
        ...(attributes && { arrived: (uids: Uint32Array) => tellArrived(session, uids, attributes) }),
      })
    }
    for (const each of this.#watched) if ((await tellOrOverflow(each)) === 'overflow') return this.#overflow()
  }

  /** RFC 5465 §5.8: from here on as after NOTIFY NONE. */
  #overflow(): void {
    this.close()
    const session = this.#session
    session.status({
      status: 'OK',
      code: { code: 'NOTIFICATIONOVERFLOW' },
      text: 'Too much happens; nothing more is told',
    })
    session.notifications = Notifications.none(session)
  }
}

async function tellOrOverflow(watched: WatchedMailbox): Promise<'overflow' | undefined> {
  try {
    return await watched.tell()
  } catch (error) {
    if (error instanceof Refusal && /^(?:cannot-calculate-changes|no-such-)/.test(error.reason))
      return 'overflow'
    throw error
  }
}

/** New messages as the client wants them; none is marked as seen by that. */
async function tellArrived(
  session: ImapSession,
  uids: Uint32Array,
  given: NonNullable<NotifyGroup['attributes']>,
): Promise<void> {
  const { attributes, parts, pageSize } = planFetch(given, false)
  for (let from = 0; from < uids.length; from += pageSize) {
    const items = await itemsOfView(
      session.store,
      session.folder,
      uids.subarray(from, from + pageSize),
      parts,
    )
    for (const item of items)
      await writeMessage(session, session.folder.view.sequenceOf(item.uid), item, attributes)
  }
}

/** Mailboxes that the groups are about, each once. */
async function mailboxesOf(
  session: ImapSession,
  groups: readonly NotifyGroup[],
): Promise<readonly ReachableMailbox[]> {
  const { mailboxes, limits } = session
  const found = new Map<string, ReachableMailbox>()
  const names = groups.flatMap(({ filter }) => namesOf(filter))
  if (names.length > limits.notifyNames) throw tooMuch()
  const personal = groups.some(({ filter }) => namesOf(filter).length === 0)
  if (personal) found.set(mailboxes.own.at.mailbox, mailboxes.own)
  for (const name of names) {
    const { space, ...rest } = parseFolderName(name)
    if (space !== 'personal' && 'owner' in rest && rest.owner === undefined) throw tooMuch()
    const mailbox = await mailboxes.reach(name)
    if (mailbox !== undefined) found.set(mailbox.at.mailbox, mailbox)
    if (found.size > limits.notifyMailboxes) throw tooMuch()
  }
  return [...found.values()]
}

const namesOf = (filter: NotifyFilter): readonly string[] => ('mailboxes' in filter ? filter.mailboxes : [])

/** More than one client may watch. */
export class TooMuchToWatch extends Refusal {}
const tooMuch = () => new TooMuchToWatch('limit-exceeded', 'This is too much to watch. Name fewer mailboxes.')
