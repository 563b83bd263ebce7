import type { OrganizationId } from '#src/base/ids.ts'
import type { Folder } from '../mailbox/folder.ts'
import type { IndexedMessage } from '../mailbox/message-parts.ts'
import type { MailboxRef, MailboxWriter, NewItem, StagedBody } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store, Writer } from '../store.ts'
import type { Arrival } from './arrival.ts'
import type { MessageCopy } from './message-copy.ts'
import type { LocalTarget } from './recipients.ts'

/** A copy taken in for one mailbox. */
type LocalCopy = {
  target: LocalTarget
  at: MailboxRef
  staged: StagedBody
  item: IndexedMessage['item']
}

/**
 * Takes in a copy for each mailbox, one after the other, so that memory holds one chunk whatever their number; what the item
 * is made of is found once.
 */
export async function stageLocal(
  store: Store,
  organization: OrganizationId,
  copy: MessageCopy,
  targets: readonly LocalTarget[],
): Promise<LocalCopy[]> {
  const copies: LocalCopy[] = []
  if (targets.length === 0) return copies
  const item = await copy.item()
  for (const target of targets) {
    const at = { organization, mailbox: target.mailbox }
    const staged = await store.stageBody(at, copy.sizeBytes, copy.read())
    copies.push({ target, at, staged, item })
  }
  return copies
}

/** Mailboxes that have no room for the message: nothing of the transaction happened. */
export class MailboxesFull extends Error {
  readonly targets: ReadonlySet<LocalTarget>

  constructor(targets: ReadonlySet<LocalTarget>) {
    super('Some mailboxes are full')
    this.targets = targets
  }
}

/** Puts the copies into their folders, whose names it gives. Throws `MailboxesFull` with all that have no room. */
export async function appendLocal(
  writer: Writer,
  copies: readonly LocalCopy[],
  receivedAt: number,
  arrival?: Arrival,
): Promise<ReadonlyMap<LocalTarget, string>> {
  const { mailboxes } = writer
  const folders = new Map<LocalTarget, string>()
  const full = new Set<LocalTarget>()
  for (const { target, at, staged, item } of copies) {
    const [folder, ...further] = await foldersOf(mailboxes, at, target)
    folders.set(target, folder.name)
    try {
      const more = await arrival?.into(writer, at, target)
      const made = { ...item, ...more, ...marksOf(item, target.decision), receivedAt }
      const stored = await mailboxes.appendItem(at, { ...made, folder: folder.no, body: staged })
      await arrival?.stored(writer, at, target, { ...item, no: stored.no })
      for (const { no } of further)
        await appendCopy(mailboxes, at, { ...made, folder: no, body: { sameAs: stored.no } })
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'over-quota') throw error
      full.add(target)
    }
  }
  if (full.size > 0) throw new MailboxesFull(full)
  return folders
}

/** Where a copy goes: what rules say as far as it is there, else where it would have gone without them. */
async function foldersOf(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  { decision: { folder, ruled }, address }: LocalTarget,
): Promise<[Folder, ...Folder[]]> {
  const found: Folder[] = []
  for (const no of ruled?.folders ?? []) {
    try {
      found.push(await mailboxes.getFolder(at, no))
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'no-such-folder') throw error
    }
  }
  const [first, ...others] = found
  if (first !== undefined) return [first, ...others]
  const usual =
    (await mailboxes.findFolder(at, { distinguished: folder! })) ??
    (await mailboxes.findFolder(at, { distinguished: 'inbox' }))
  if (usual === undefined) throw new Refusal('no-such-folder', `The mailbox of ${address} has no inbox.`)
  return [usual]
}

function marksOf(item: LocalCopy['item'], { ruled }: LocalTarget['decision']): Partial<NewItem> {
  if (ruled === undefined) return {}
  const { flags, keywords, properties } = ruled
  return { flags: item.flags | flags, keywords, properties }
}

/** Another copy that a rule wants; when there is no room for it, the first one is enough. */
async function appendCopy(mailboxes: MailboxWriter, at: MailboxRef, item: NewItem): Promise<void> {
  try {
    await mailboxes.appendItem(at, item)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'over-quota') throw error
  }
}
