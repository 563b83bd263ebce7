import type { FolderPlace } from '#src/domain/directory/mailbox-access.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { byParent } from '#src/domain/mailbox/folders.ts'
import type { SpecialUses } from '#src/domain/mailbox/special-uses.ts'
import { delimiter, formatLevel } from './folder-names.ts'
import type { ReachableMailbox } from './reachable-mailboxes.ts'

/** A name in the tree of mailboxes. Without a folder it is only there because something lies below it. */
export type TreeNode = {
  name: string
  mailbox: ReachableMailbox
  folder: Folder | undefined
  hasChildren: boolean
  /** By the user who looks at it. */
  subscribed: boolean
  /** `\Sent`, …: what it is used for (RFC 6154). */
  use: string | undefined
}

/** RFC 6154; `\All` and `\Flagged` are views, and there are none. */
const uses: Readonly<Record<string, string>> = {
  drafts: '\\Drafts',
  sentitems: '\\Sent',
  deleteditems: '\\Trash',
  junkemail: '\\Junk',
  archive: '\\Archive',
}

/** What a folder is used for: those that came with the mailbox first of all. */
export const specialUseOf = (folder: Folder, own?: SpecialUses): string | undefined =>
  (folder.distinguished === null ? undefined : uses[folder.distinguished]) ?? own?.get(folder.no)

/** A use in its usual spelling; undefined for one that no folder has here. */
export const knownUse = (word: string): string | undefined =>
  Object.values(uses).find((use) => use.toLowerCase() === word.toLowerCase())

/** What the user has said of mailboxes: uses of own ones, and names subscribed to beside these. */
type Sayings = { uses?: SpecialUses; subscriptions?: ReadonlySet<string> }

/** The mail folders of a mailbox that the user may see, parents before children, the inbox first (CLT-04). */
export function treeOfMailbox(
  mailbox: ReachableMailbox,
  folders: readonly Folder[],
  { uses: ownUses, subscriptions }: Sayings = {},
): TreeNode[] {
  const root = folders.find(({ distinguished }) => distinguished === 'msgfolderroot')
  if (root === undefined) return []
  const children = byParent(folders)
  const nodes: TreeNode[] = []
  const visit = (parent: Folder, prefix: string, above: readonly FolderPlace[]): boolean => {
    let any = false
    const top = above.length === 0
    for (const folder of ordered(children.get(parent.no) ?? [], top)) {
      const path = [folder, ...above]
      if (!mailbox.access.shows(path)) continue
      const isInbox = top && folder.distinguished === 'inbox'
      const name = prefix + (isInbox ? 'INBOX' : formatLevel(folder.name, top))
      const node: TreeNode = {
        name,
        mailbox,
        folder: folder.class === 'message' ? folder : undefined,
        hasChildren: false,
        subscribed:
          (mailbox.space === 'personal' && folder.class === 'message' && folder.subscribed === true) ||
          subscriptions?.has(name) === true,
        use: specialUseOf(folder, ownUses),
      }
      const at = nodes.push(node) - 1
      node.hasChildren = visit(folder, name + delimiter, path)
      if (node.folder === undefined && !node.hasChildren) nodes.splice(at, 1)
      else any = true
    }
    return any
  }
  visit(root, mailbox.prefix, [])
  return nodes
}

const collator = new Intl.Collator('en')

function ordered(folders: readonly Folder[], top: boolean): Folder[] {
  const first = (folder: Folder) => (top && folder.distinguished === 'inbox' ? 0 : 1)
  return [...folders].sort((a, b) => first(a) - first(b) || collator.compare(a.name, b.name))
}
