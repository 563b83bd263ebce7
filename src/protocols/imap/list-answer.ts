import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { readSpecialUses } from '#src/domain/mailbox/special-uses.ts'
import { readSubscriptions } from '#src/domain/mailbox/subscriptions.ts'
import { formatMyRights } from '#src/wire/imap/acl.ts'
import {
  formatListEntry,
  type List,
  type ListEntry,
  type ListReturn,
  type ListSelection,
} from '#src/wire/imap/list.ts'
import { ListPattern } from '#src/wire/imap/list-pattern.ts'
import { formatStatusResponse } from '#src/wire/imap/mailbox-status.ts'
import { formatMetadata } from '#src/wire/imap/metadata.ts'
import { lettersOf } from './acl-rights.ts'
import { delimiter, spacePrefixes } from './folder-names.ts'
import { statusOf } from './folder-status.ts'
import { type TreeNode, treeOfMailbox } from './folder-tree.ts'
import { readEntries } from './metadata-place.ts'
import type { ReachableMailbox } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/** Answers LIST (RFC 9051 §6.3.9) and LSUB (RFC 3501 §6.3.9). */
export async function answerList(session: ImapSession, name: 'LIST' | 'LSUB', list: List): Promise<void> {
  if (list.patterns.length === 1 && list.patterns[0] === '' && !list.extended) {
    const root = { attributes: ['\\Noselect'], delimiter, mailbox: '' }
    return session.untagged(formatListEntry(name, root, session.utf8))
  }
  const texts = list.patterns.map((pattern) => list.reference + pattern)
  const patterns = texts.map((text) => new ListPattern(text, delimiter))
  const matches = (text: string) => patterns.some((pattern) => pattern.matches(text))
  const subscriptions = await readSubscriptions(session.store.mailboxes, session.mailboxes.own.at)
  const nodes = await nodesFor(session, texts, subscriptions)
  if (name === 'LSUB' || list.selection.includes('SUBSCRIBED'))
    nodes.push(...(await otherwiseSubscribed(session, nodes, subscriptions, matches)))
  const wanted = (node: TreeNode) => isSelected(node, name === 'LSUB' ? ['SUBSCRIBED'] : list.selection)
  const below = namesAbove(nodes.filter((node) => wanted(node) && !matches(node.name)))
  for (const node of [...nodes, ...parentsWithout(nodes, below, session)]) {
    if (!matches(node.name)) continue
    const found = { wanted: wanted(node), below: below.has(node.name) }
    const entry = name === 'LSUB' ? lsubEntry(list, node, found) : listEntry(session, list, node, found)
    if (entry === undefined) continue
    session.untagged(formatListEntry(name, entry, session.utf8))
    if (list.returns !== undefined && node.folder !== undefined)
      await tellMore(session, { ...node, folder: node.folder }, list.returns)
    await session.flow()
  }
}

/** What LIST returns of a mailbox beside its name; nothing that needs a right the user has not (RFC 5819 §2, 8440, 9590). */
async function tellMore(
  session: ImapSession,
  { name, mailbox, folder }: TreeNode & { folder: Folder },
  { status, myRights, metadata }: ListReturn,
): Promise<void> {
  const rights = mailbox.access.rightsOn(folder)
  if (myRights) session.untagged(formatMyRights(name, lettersOf(rights), session.utf8))
  if ((rights & FolderRight.readAny) === 0) return
  if (status !== undefined) {
    const values = await statusOf(session, { mailbox, folder }, status)
    session.untagged(formatStatusResponse(name, values, session.utf8))
  }
  if (metadata !== undefined) {
    const isOwn = mailbox === session.mailboxes.own
    const place = { at: mailbox.at, folder, isServer: false, isOwn, mayWriteShared: false }
    const entries = await readEntries(session, place, metadata)
    session.untagged(formatMetadata(name, entries, session.utf8))
  }
}

/** Every name there is, as far as one of the patterns could mean it; each mailbox is read once. */
async function nodesFor(
  session: ImapSession,
  texts: readonly string[],
  subscriptions: ReadonlySet<string>,
): Promise<TreeNode[]> {
  const { mailboxes, store } = session
  const { at } = mailboxes.own
  const uses = await readSpecialUses(store.mailboxes, at)
  const nodes = treeOfMailbox(mailboxes.own, await store.mailboxes.listFolders(at), { uses, subscriptions })
  const asked = Object.values(spacePrefixes).some((prefix) =>
    texts.some((text) => mayBegin(text, prefix + delimiter)),
  )
  if (!asked) return nodes
  for (const mailbox of await mailboxes.listOthers()) {
    if (!texts.some((text) => mayBegin(text, mailbox.prefix))) continue
    const below = treeOfMailbox(mailbox, await store.mailboxes.listFolders(mailbox.at), { subscriptions })
    if (below.length > 0) nodes.push(...above(nodes, mailbox), ...below)
  }
  return nodes
}

/** Whether names that begin like this may match. */
function mayBegin(pattern: string, prefix: string): boolean {
  const fixed = /^[^*%]*/.exec(pattern)![0]
  return fixed.length === pattern.length
    ? `${fixed}${delimiter}`.startsWith(prefix) || prefix.startsWith(`${fixed}${delimiter}`)
    : fixed.startsWith(prefix) || prefix.startsWith(fixed)
}

/** Names that are only there because something lies below them: `Other Users`, `Other Users/ann@corp.example`. */
function above(nodes: readonly TreeNode[], mailbox: ReachableMailbox): TreeNode[] {
  const owner = mailbox.prefix.slice(0, -delimiter.length)
  const space = owner.slice(0, owner.indexOf(delimiter))
  const names = nodes.some(({ name }) => name === space) ? [owner] : [space, owner]
  return names.map((name) => ({
    name,
    mailbox,
    folder: undefined,
    hasChildren: true,
    subscribed: false,
    use: undefined,
  }))
}

/** Names subscribed to that are not in the tree: their mailbox is gone, or is reached by its name alone. */
async function otherwiseSubscribed(
  { mailboxes }: ImapSession,
  nodes: readonly TreeNode[],
  names: ReadonlySet<string>,
  isTold: (name: string) => boolean,
): Promise<TreeNode[]> {
  const known = new Set(nodes.map(({ name }) => name))
  const others: TreeNode[] = []
  for (const name of names) {
    if (known.has(name)) continue
    const found = isTold(name) ? await mailboxes.find(name) : undefined
    const hasChildren = nodes.some((node) => node.name.startsWith(name + delimiter))
    const { mailbox, folder } = found ?? { mailbox: mailboxes.own, folder: undefined }
    others.push({ name, mailbox, folder, hasChildren, subscribed: true, use: undefined })
  }
  return others
}

/** Names above that no mailbox has any more. */
function parentsWithout(
  nodes: readonly TreeNode[],
  below: ReadonlySet<string>,
  { mailboxes: { own } }: ImapSession,
): TreeNode[] {
  const missing = below.difference(new Set(nodes.map(({ name }) => name)))
  const rest = { mailbox: own, folder: undefined, hasChildren: true, subscribed: false, use: undefined }
  return [...missing].map((name) => ({ ...rest, name }))
}

/** Whether a mailbox is one of those that LIST is about. */
const isSelected = ({ subscribed, use }: TreeNode, selection: readonly ListSelection[]): boolean =>
  (!selection.includes('SUBSCRIBED') || subscribed) &&
  (!selection.includes('SPECIAL-USE') || use !== undefined)

/** Names that have one of these somewhere below. */
function namesAbove(nodes: readonly TreeNode[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { name } of nodes) {
    for (let end = name.lastIndexOf(delimiter); end > 0; end = name.lastIndexOf(delimiter, end - 1))
      names.add(name.slice(0, end))
  }
  return names
}

/** `wanted`: it is one of those asked for; `below`: one lies below it that is not told itself. */
type Found = { wanted: boolean; below: boolean }

/** RFC 3501 §6.3.9: what `%` hides below a name shows as that name. */
function lsubEntry(
  { patterns }: List,
  { name: mailbox }: TreeNode,
  { wanted, below }: Found,
): ListEntry | undefined {
  if (wanted) return { delimiter, mailbox, attributes: [] }
  return below && patterns.some((pattern) => pattern.includes('%'))
    ? { delimiter, mailbox, attributes: ['\\Noselect'] }
    : undefined
}

function listEntry(
  session: ImapSession,
  { selection, returns, extended }: List,
  { name: mailbox, folder, hasChildren, subscribed, use }: TreeNode,
  { wanted, below }: Found,
): ListEntry | undefined {
  // RFC 5258 §3.1, RFC 6154 §2: for whose sake a name is told that is not asked for itself.
  const childInfo = selection.includes('RECURSIVEMATCH') && below ? selection.filter(isBase) : undefined
  if (!wanted && childInfo === undefined) return undefined
  const attributes: string[] = []
  if (folder === undefined) attributes.push(extended || session.isRev2 ? '\\NonExistent' : '\\Noselect')
  attributes.push(hasChildren ? '\\HasChildren' : '\\HasNoChildren')
  if (use !== undefined) attributes.push(use)
  if (subscribed && (returns?.subscribed || selection.includes('SUBSCRIBED'))) attributes.push('\\Subscribed')
  return { delimiter, mailbox, attributes, ...(childInfo && { childInfo }) }
}

const isBase = (option: ListSelection): boolean => option === 'SUBSCRIBED' || option === 'SPECIAL-USE'
