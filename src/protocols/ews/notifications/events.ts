/** What has happened in a mailbox, in the words of notifications (MS-OXWSNTIF): read from its change log, so nothing is kept for anybody. */
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { Change } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type { NotificationEventTypeType, NotificationType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { formatChangeKey, formatFolderId, formatItemId } from '../ids.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import type { Subscription } from './subscriptions.ts'

type NotificationEvent = NotificationType['Events'][number]
type Events = { events: NotificationEvent[]; upTo: number; more: boolean }

/** Changes that one answer tells of. */
const PAGE = 500

/** What happened after `since`. Refuses ErrorInvalidWatermark when that is no longer known. */
export async function eventsSince(call: EwsCall, subscription: Subscription, since: number): Promise<Events> {
  const { mailboxes } = call.services.store
  const { at } = subscription
  const { modseq: now } = await mailboxes.getMailbox(at)
  if (now <= since) return { events: [], upTo: Math.max(now, since), more: false }
  const page = await changesSince(call, subscription, since)
  const told = await Teller.begin(call, subscription)
  const events: NotificationEvent[] = []
  const gone = new Map<ItemNo, Extract<Change, { kind: 'gone' }>>()
  // Of an item that moved several times the folder in which it was known.
  for (const change of page.rows)
    if (change.kind === 'gone' && change.createdModseq <= since) gone.set(change.item, change)
  told.note(page.rows, since, gone)
  for (const change of page.rows) events.push(...told.eventsOf(change, since, gone))
  const upTo = page.next ?? Math.max(now, page.rows.at(-1)?.modseq ?? 0)
  return { events, upTo, more: page.next !== null }
}

async function changesSince(call: EwsCall, { at }: Subscription, since: number) {
  try {
    return await call.services.store.mailboxes.changes(at, { since, limit: PAGE })
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'cannot-calculate-changes')
      throw new EwsRefusal(
        'ErrorInvalidWatermark',
        'cannot-calculate-changes',
        'What happened since then is not known any more.',
      )
    throw error
  }
}

export const watermarkOf = ({ id }: Subscription, modseq: number): string =>
  Buffer.from(`${id.slice(0, 8)} ${modseq}`).toString('base64')

/** Refuses ErrorInvalidWatermark for one of another subscription. */
export function parseWatermark({ id }: Subscription, watermark: string): number {
  const [of, modseq] = Buffer.from(watermark, 'base64').toString().split(' ')
  if (of !== id.slice(0, 8) || !/^\d{1,15}$/.test(modseq ?? ''))
    throw new EwsRefusal(
      'ErrorInvalidWatermark',
      'invalid-parameter',
      'This watermark was not given for this subscription.',
    )
  return Number(modseq)
}

/** Knows the folders of a mailbox and which of them the caller may hear of. */
class Teller {
  readonly #subscription: Subscription
  readonly #heard: ReadonlySet<FolderNo>
  readonly #inbox: FolderNo | undefined
  readonly #root: FolderNo
  /** Epoch milliseconds. */
  readonly #now: number
  readonly #moved = new Set<ItemNo>()
  readonly #stayed = new Set<ItemNo>()

  private constructor(
    subscription: Subscription,
    {
      heard,
      inbox,
      root,
      now,
    }: { heard: ReadonlySet<FolderNo>; inbox: FolderNo | undefined; root: FolderNo; now: number },
  ) {
    this.#subscription = subscription
    this.#heard = heard
    this.#inbox = inbox
    this.#root = root
    this.#now = now
  }

  static async begin(call: EwsCall, subscription: Subscription): Promise<Teller> {
    const { places } = call
    const mailbox = await places.byId(subscription.at.mailbox)
    places.forgetTree(mailbox)
    const { byNo } = await places.tree(mailbox)
    const heard = new Set<FolderNo>()
    let inbox: FolderNo | undefined
    let root = 0 as FolderNo
    for (const folder of byNo.values()) {
      if (folder.distinguished === 'inbox') inbox = folder.no
      if (folder.parent === null) root = folder.no
      if (subscription.folders !== undefined && !subscription.folders.has(folder.no)) continue
      const rights = await places.rightsOn(mailbox, folder)
      if ((rights & FolderRight.readAny) !== 0) heard.add(folder.no)
    }
    return new Teller(subscription, { heard, inbox, root, now: call.services.now() })
  }

  /**
   * Notes what has only changed its folder: it is told as moved, and not as deleted too. What only got another uid in its folder, as
   * its text is another one, is told as modified.
   */
  note(changes: readonly Change[], since: number, gone: ReadonlyMap<ItemNo, { folder: FolderNo }>): void {
    const tellsMoves = this.#subscription.events.has('MovedEvent')
    for (const change of changes) {
      if (change.kind !== 'item') continue
      const { no, folder, createdModseq } = change.item
      const left = gone.get(no)
      if (createdModseq <= since || left === undefined || !this.#heard.has(folder)) continue
      if (left.folder === folder) this.#stayed.add(no)
      else if (tellsMoves) this.#moved.add(no)
    }
  }

  eventsOf(
    change: Change,
    since: number,
    gone: ReadonlyMap<ItemNo, { folder: FolderNo; createdModseq: number }>,
  ): NotificationEvent[] {
    switch (change.kind) {
      case 'item': {
        const { no, folder, createdModseq, flags, class: kind, savedAt } = change.item
        if (!this.#heard.has(folder)) return []
        const isKnown = createdModseq <= since || this.#stayed.has(no)
        const event = this.#item(change.modseq, no, folder, isKnown ? this.#now : savedAt)
        if (isKnown) return this.#wanted({ ModifiedEvent: event })
        const left = gone.get(no)
        if (left !== undefined) {
          const { mailbox } = this.#subscription.at
          const moved = {
            ...event,
            OldItemId: { Id: formatItemId(mailbox, no) },
            OldParentFolderId: { Id: formatFolderId(mailbox, left.folder) },
          }
          return this.#wanted({ MovedEvent: moved })
        }
        const isNew = folder === this.#inbox && kind === 'message' && (flags & (Flag.draft | Flag.seen)) === 0
        return [
          ...this.#wanted({ CreatedEvent: event }),
          ...(isNew ? this.#wanted({ NewMailEvent: event }) : []),
        ]
      }
      case 'gone': {
        // What has moved is told where it is now, if that is heard of.
        if (change.createdModseq > since || !this.#heard.has(change.folder)) return []
        if (this.#moved.has(change.item) || this.#stayed.has(change.item)) return []
        const event = this.#item(change.modseq, change.item, change.folder, this.#now)
        return this.#wanted({ DeletedEvent: event })
      }
      case 'folder': {
        const { folder } = change
        if (!this.#heard.has(folder.no)) return []
        const event = this.#folder(change.modseq, folder.no, folder.parent ?? folder.no)
        return this.#wanted(
          folder.createdModseq > since
            ? { CreatedEvent: event }
            : { ModifiedEvent: { ...event, UnreadCount: folder.unseen } },
        )
      }
      case 'folder-gone': {
        const { folders } = this.#subscription
        if (folders !== undefined && !folders.has(change.folder)) return []
        return this.#wanted({ DeletedEvent: this.#folder(change.modseq, change.folder, this.#root) })
      }
    }
  }

  #item(modseq: number, no: ItemNo, folder: FolderNo, atMs: number) {
    const { mailbox } = this.#subscription.at
    return {
      Watermark: watermarkOf(this.#subscription, modseq),
      TimeStamp: formatTime(atMs),
      ItemId: { Id: formatItemId(mailbox, no), ChangeKey: formatChangeKey('item', modseq) },
      ParentFolderId: { Id: formatFolderId(mailbox, folder) },
    }
  }

  #folder(modseq: number, no: FolderNo, parent: FolderNo) {
    const { mailbox } = this.#subscription.at
    return {
      Watermark: watermarkOf(this.#subscription, modseq),
      TimeStamp: formatTime(this.#now),
      FolderId: { Id: formatFolderId(mailbox, no), ChangeKey: formatChangeKey('folder', modseq) },
      ParentFolderId: { Id: formatFolderId(mailbox, parent) },
    }
  }

  #wanted(event: NotificationEvent): NotificationEvent[] {
    const [kind] = Object.keys(event) as NotificationEventTypeType[]
    return this.#subscription.events.has(kind!) ? [event] : []
  }
}
