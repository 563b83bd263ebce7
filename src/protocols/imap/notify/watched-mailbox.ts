import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { annotationChanges } from '#src/domain/mailbox/annotations.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { readSpecialUses } from '#src/domain/mailbox/special-uses.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { readSubscriptions } from '#src/domain/mailbox/subscriptions.ts'
import { formatListEntry } from '#src/wire/imap/list.ts'
import { formatStatusResponse, type StatusItem } from '#src/wire/imap/mailbox-status.ts'
import { formatMetadataChanged } from '#src/wire/imap/metadata.ts'
import type { NotifyEvent, NotifyGroup } from '#src/wire/imap/notify.ts'
import { delimiter } from '../folder-names.ts'
import { statusOf } from '../folder-status.ts'
import { type TreeNode, treeOfMailbox } from '../folder-tree.ts'
import type { ReachableMailbox } from '../reachable-mailboxes.ts'
import type { ImapSession } from '../session.ts'
import { eventsSince, type FolderEvents } from './folder-events.ts'
import { eventsFor, hearsMessages } from './interest.ts'
import { type Tree, tellTreeNews } from './tree-news.ts'

/** A mailbox some of whose folders a client wants to hear of. */
export class WatchedMailbox {
  readonly #session: ImapSession
  readonly #groups: readonly NotifyGroup[]
  #mailbox: ReachableMailbox
  #tree: Tree = new Map()
  #since = 0
  /** Number of the last change of an annotation that is known of. */
  #annotated = 0
  #unwatch: () => void = () => {}
  isBehind = false

  private constructor(session: ImapSession, mailbox: ReachableMailbox, groups: readonly NotifyGroup[]) {
    this.#session = session
    this.#mailbox = mailbox
    this.#groups = groups
  }

  /** Watches from now on; `wake` is called when something may have happened. */
  static async open(
    session: ImapSession,
    mailbox: ReachableMailbox,
    groups: readonly NotifyGroup[],
    wake: () => void,
  ): Promise<WatchedMailbox> {
    const watched = new WatchedMailbox(session, mailbox, groups)
    const { store } = session
    const { at } = mailbox
    const { modseq } = await store.mailboxes.getMailbox(at)
    watched.#since = modseq
    watched.#unwatch = store.watch(at, () => {
      watched.isBehind = true
      wake()
    })
    try {
      watched.#annotated = (await annotationChanges(store.mailboxes, at, 0)).at(-1)?.no ?? 0
      watched.#tree = await watched.#readTree()
    } catch (error) {
      watched.close()
      throw error
    }
    return watched
  }

  close(): void {
    this.#unwatch()
  }

  get at(): MailboxRef {
    return this.#mailbox.at
  }

  /** STATUS of each mailbox whose messages are wanted, and LIST of those that may not be read (RFC 5465 §3.1). */
  async tellStatus(status: boolean): Promise<void> {
    for (const node of this.#tree.values()) {
      const events = this.#wanted(node)
      if (!hearsMessages(events)) continue
      if (!this.#mayRead(node)) this.#tellNoAccess(node)
      else if (status) {
        const items: StatusItem[] = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY']
        if (events.has('FlagChange')) items.push('UNSEEN', 'HIGHESTMODSEQ')
        await this.#tellFolder(node, items)
      }
    }
  }

  /** Tells what happened since the last time. Gives `overflow` when that is too much, or cannot be known any more. */
  async tell(): Promise<'overflow' | undefined> {
    if (!this.isBehind) return undefined
    this.isBehind = false
    const { store, limits, mailboxes } = this.#session
    const { at } = this.#mailbox
    const happened = await eventsSince(store.mailboxes, at, this.#since, limits.notifyChanges)
    if (happened === undefined) return 'overflow'
    this.#since = happened.modseq
    if (this.#mailbox !== mailboxes.own || happened.tree.size > 0) await this.#tellTree(happened.tree)
    for (const [no, events] of happened.folders) await this.#tellMessages(no, events)
    await this.#tellAnnotations()
    return undefined
  }

  async #tellTree(changed: ReadonlySet<FolderNo>): Promise<void> {
    const before = this.#tree
    // What others may do with the mailbox can have changed, too.
    const isOwn = this.#mailbox === this.#session.mailboxes.own
    const reached = isOwn ? this.#mailbox : await this.#session.mailboxes.reachAnew(this.#mailbox)
    if (reached !== undefined) this.#mailbox = reached
    this.#tree = reached === undefined ? new Map() : await this.#readTree()
    const wanted = (node: TreeNode) => this.#wanted(node)
    await tellTreeNews(this.#session, before, this.#tree, { changed, wanted })
  }

  async #tellMessages(no: FolderNo, { fresh, gone, flags }: FolderEvents): Promise<void> {
    const node = this.#tree.get(no)
    if (node === undefined || !this.#mayRead(node)) return
    const events = this.#wanted(node)
    const { condstore } = this.#session
    const items: StatusItem[] = []
    if ((fresh && events.has('MessageNew')) || (gone && events.has('MessageExpunge')))
      items.push('MESSAGES', 'UIDNEXT')
    if ((fresh || gone || flags) && events.has('FlagChange')) items.push('UIDVALIDITY', 'UNSEEN')
    if (items.length > 0) await this.#tellFolder(node, condstore ? [...items, 'HIGHESTMODSEQ'] : items)
  }

  async #tellFolder({ name, mailbox, folder }: TreeNode, items: readonly StatusItem[]): Promise<void> {
    const session = this.#session
    const now = await session.store.mailboxes.getFolder(mailbox.at, folder!.no)
    const status = await statusOf(session, { mailbox, folder: now }, items)
    session.untagged(formatStatusResponse(name, status, session.utf8))
    await session.flow()
  }

  async #tellAnnotations(): Promise<void> {
    const session = this.#session
    const isOwn = this.#mailbox === session.mailboxes.own
    const changes = await annotationChanges(session.store.mailboxes, this.#mailbox.at, this.#annotated)
    const names = new Map<string, Set<string>>()
    for (const { no, folder, owner, name } of changes) {
      this.#annotated = no
      const isOnes = owner === session.user.login.user.id
      if (owner !== 'shared' && !isOnes) continue
      const node = this.#tree.get(folder)
      const wants =
        node === undefined
          ? isOwn && this.#groups.some(({ events }) => events.includes('ServerMetadataChange'))
          : this.#mayRead(node) && this.#wanted(node).has('MailboxMetadataChange')
      if (!wants) continue
      const mailbox = node?.name ?? ''
      names.set(mailbox, (names.get(mailbox) ?? new Set()).add(`/${isOnes ? 'private' : 'shared'}${name}`))
    }
    for (const [mailbox, some] of names)
      session.untagged(formatMetadataChanged(mailbox, [...some], session.utf8))
  }

  #tellNoAccess({ name: mailbox }: TreeNode): void {
    const entry = { attributes: ['\\NoAccess'], delimiter, mailbox }
    this.#session.untagged(formatListEntry('LIST', entry, this.#session.utf8))
  }

  #wanted(node: TreeNode): ReadonlySet<NotifyEvent> {
    const { selected } = this.#session
    const isSelected =
      selected !== undefined &&
      selected.no === node.folder?.no &&
      selected.at.mailbox === this.#mailbox.at.mailbox
    return eventsFor(this.#groups, node, isSelected)
  }

  #mayRead({ folder }: TreeNode): boolean {
    return folder !== undefined && (this.#mailbox.access.rightsOn(folder) & FolderRight.readAny) !== 0
  }

  async #readTree(): Promise<Tree> {
    const folders = await this.#session.store.mailboxes.listFolders(this.#mailbox.at)
    const { store, mailboxes } = this.#session
    const isOwn = this.#mailbox === mailboxes.own
    const subscriptions = await readSubscriptions(store.mailboxes, mailboxes.own.at)
    const nodes = treeOfMailbox(this.#mailbox, folders, {
      subscriptions,
      ...(isOwn && { uses: await readSpecialUses(store.mailboxes, this.#mailbox.at) }),
    })
    return new Map(nodes.flatMap((node) => (node.folder === undefined ? [] : [[node.folder.no, node]])))
  }
}
