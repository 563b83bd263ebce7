import { Refusal } from '#src/domain/refusal.ts'
import type { NotifyGroup } from '#src/wire/imap/notify.ts'
import { planFetch } from '../fetch/fetch-plan.ts'
import { writeMessage } from '../fetch/message-response.ts'
import { tellNews } from '../folder-news.ts'
import { itemsOfView } from '../items-of-view.ts'
import type { ImapSession } from '../session.ts'
import { isOfSelected } from './interest.ts'
import { mailboxesOf } from './mailboxes-of-groups.ts'
import { WatchedMailbox } from './watched-mailbox.ts'

/** What a client has said it wants to hear of (RFC 5465); without any of this it hears of the selected folder with each command. */
export class Notifications {
  readonly #session: ImapSession
  readonly #selected: NotifyGroup | undefined
  /** What is wanted of mailboxes that are not selected. */
  readonly #others: readonly NotifyGroup[]
  readonly #watched: WatchedMailbox[] = []

  private constructor(session: ImapSession, groups: readonly NotifyGroup[]) {
    const wanted = groups.filter(({ events }) => events.length > 0)
    this.#session = session
    this.#selected = wanted.find(isOfSelected)
    this.#others = wanted.filter((group) => !isOfSelected(group))
  }

  /** Nothing is wanted. */
  static none(session: ImapSession): Notifications {
    return new Notifications(session, [])
  }

  /** Refuses `limit-exceeded` when it is too much to watch. */
  static async begin(session: ImapSession, groups: readonly NotifyGroup[]): Promise<Notifications> {
    const notifications = new Notifications(session, groups)
    try {
      await notifications.#watch()
    } catch (error) {
      notifications.close()
      throw error
    }
    return notifications
  }

  /** Watches what is not watched yet. Refuses `TooMuchToWatch`. */
  async #watch(): Promise<void> {
    const session = this.#session
    const known = new Set(this.#watched.map(({ at }) => at.mailbox))
    for (const mailbox of await mailboxesOf(session, this.#others)) {
      if (known.has(mailbox.at.mailbox)) continue
      const wake = () => session.client.wake()
      this.#watched.push(await WatchedMailbox.open(session, mailbox, this.#others, wake))
    }
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
    // What is subscribed to is kept with one's own mailbox (RFC 5465 §6.4).
    const own = session.mailboxes.own.at.mailbox
    const mayHaveSubscribed =
      this.#others.some(({ filter }) => filter.filter === 'subscribed') &&
      this.#watched.some(({ at, isBehind }) => isBehind && at.mailbox === own)
    for (const each of this.#watched)
      if ((await orOverflow(() => each.tell())) === 'overflow') return this.#overflow()
    if (mayHaveSubscribed && (await orOverflow(() => this.#watch())) === 'overflow') this.#overflow()
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

async function orOverflow<T>(watch: () => Promise<T>): Promise<T | 'overflow'> {
  try {
    return await watch()
  } catch (error) {
    if (
      error instanceof Refusal &&
      /^(?:cannot-calculate-changes|limit-exceeded|no-such-)/.test(error.reason)
    )
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
