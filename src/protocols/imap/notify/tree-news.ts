import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { formatListEntry } from '#src/wire/imap/list.ts'
import type { NotifyEvent } from '#src/wire/imap/notify.ts'
import { delimiter } from '../folder-names.ts'
import type { TreeNode } from '../folder-tree.ts'
import type { ImapSession } from '../session.ts'

/** Mailboxes by the number of their folder. */
export type Tree = ReadonlyMap<FolderNo, TreeNode>

/** What is told of a change in the tree: the mailbox as it is now, or as it was when it is no more. */
type Told = { node: TreeNode; gone?: true; oldName?: string }

/** Tells which mailboxes came, went, have another name or another subscription (RFC 5465 §5.4, §5.5). */
export async function tellTreeNews(
  session: ImapSession,
  before: Tree,
  now: Tree,
  {
    changed,
    wanted,
  }: { changed: ReadonlySet<FolderNo>; wanted: (node: TreeNode) => ReadonlySet<NotifyEvent> },
): Promise<void> {
  const told = new Map<string, Told>()
  const tell = (each: Told) => {
    if (!told.has(each.node.name)) told.set(each.node.name, each)
  }
  const parentOf = ({ name }: TreeNode) => {
    const parent = name.slice(0, Math.max(0, name.lastIndexOf(delimiter)))
    for (const node of now.values()) if (node.name === parent) return node
    return undefined
  }
  const tellWithParent = (each: Told) => {
    if (!wanted(each.node).has('MailboxName')) return
    tell(each)
    const parent = parentOf(each.node)
    if (parent !== undefined) tell({ node: parent })
  }
  for (const [no, node] of before) if (!now.has(no)) tellWithParent({ node, gone: true })
  for (const [no, node] of now) {
    const old = before.get(no)
    if (old === undefined) tellWithParent({ node })
    // What lies below a mailbox is renamed with it, and not told.
    else if (old.name !== node.name && changed.has(no) && wanted(node).has('MailboxName'))
      tell({ node, oldName: old.name })
    else if (
      old.subscribed !== node.subscribed &&
      (wanted(node).has('SubscriptionChange') || wanted(old).has('SubscriptionChange'))
    )
      tell({ node })
  }
  for (const each of told.values()) {
    session.untagged(entryFor(session, each))
    await session.flow()
  }
}

function entryFor(session: ImapSession, { node, gone, oldName }: Told): string {
  const { name: mailbox, folder, hasChildren, subscribed, use } = node
  const attributes = gone ? ['\\NonExistent'] : [hasChildren ? '\\HasChildren' : '\\HasNoChildren']
  if (!gone && folder === undefined) attributes.unshift('\\NonExistent')
  if (!gone && use !== undefined) attributes.push(use)
  if (!gone && subscribed) attributes.push('\\Subscribed')
  const entry = { attributes, delimiter, mailbox, ...(oldName !== undefined && { oldName }) }
  return formatListEntry('LIST', entry, session.utf8)
}
