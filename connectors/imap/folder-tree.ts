import type { ImapFolder } from '#src/clients/imap/folders.ts'
import { roleByName } from '#src/domain/migration/folder-roles.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import type { Namespaces } from '#src/wire/imap/list.ts'
import { meantMailboxName, shownMailboxName } from '#src/wire/imap/mailbox-name.ts'
import type { MailboxStatus } from '#src/wire/imap/mailbox-status.ts'

/** A folder with its whole name on the server, null for one that is nothing but the parent of others, and its counts. */
export type PlacedFolder = { folder: SourceFolder; path: string | null; status: MailboxStatus | undefined }

export type NamespaceKind = keyof Namespaces

/** Everybody has an INBOX (RFC 9051 section 5.1): a list without anything is a fault of the server, and no empty mailbox. */
export const NOTHING_LISTED = 'The server lists no folder at all, not even INBOX.'

/** RFC 6154; \All is Gmail's All Mail, which is taken for the archive there and for nothing elsewhere. */
const roleOfUse: Readonly<Record<string, string>> = {
  '\\sent': 'sentitems',
  '\\drafts': 'drafts',
  '\\trash': 'deleteditems',
  '\\junk': 'junkemail',
  '\\archive': 'archive',
}

/** Roles that names may give; the others are no folders of mail. */
const namedRoles: ReadonlySet<string> = new Set([...Object.values(roleOfUse), 'outbox'])

/** Patterns of LIST for these namespaces: Courier's `INBOX.` holds everything but INBOX itself. */
export function patternsOf(namespaces: Namespaces, kinds: readonly NamespaceKind[]): string[] {
  const prefixes = kinds.flatMap((kind) => namespaces[kind].map(({ prefix }) => prefix))
  if (prefixes.includes('')) return ['*']
  return ['INBOX', ...prefixes.map((prefix) => `${prefix}*`)]
}

const BY_NAME = 'name:'

const placeOf = (parts: readonly string[]) => JSON.stringify(parts)

type Node = { path: string; parts: readonly string[]; listed: ImapFolder | null }

/**
 * The folders of a mailbox, parents before children: names of levels without the prefix of their namespace, parents that the
 * server does not list put in, roles by special use and, for roles that no folder has by that, by name at the top level.
 */
export function placeFolders(
  listed: readonly ImapFolder[],
  namespaces: Namespaces,
  kinds: readonly NamespaceKind[],
): PlacedFolder[] {
  const foreign = (['personal', 'others', 'shared'] as const)
    .filter((kind) => !kinds.includes(kind))
    .flatMap((kind) => namespaces[kind].map(({ prefix }) => prefix))
  const wanted = kinds.flatMap((kind) => namespaces[kind].map(({ prefix }) => prefix))
  const nodes = new Map<string, Node>()
  for (const each of listed) {
    if (each.name === '' || isBelow(each, foreign, wanted)) continue
    addNode(nodes, each, longestPrefix(each.name, wanted))
  }
  return named(withoutEmptyParents([...nodes.values()]).sort((a, b) => a.parts.length - b.parts.length))
}

/** Servers go on listing the name of a folder that is deleted, some also when nothing lies below it any more (RFC 9051 section 6.3.5). */
function withoutEmptyParents(nodes: readonly Node[]): Node[] {
  const needed = new Set<string>()
  for (const { parts, listed } of nodes)
    if (!isParent(listed))
      for (let depth = 1; depth <= parts.length; depth++) needed.add(placeOf(parts.slice(0, depth)))
  return nodes.filter(({ parts }) => needed.has(placeOf(parts)))
}

const isBelow = ({ name, delimiter }: ImapFolder, foreign: readonly string[], wanted: readonly string[]) => {
  const begins = (prefix: string) =>
    prefix !== '' && (name.startsWith(prefix) || name === withoutEnd(prefix, delimiter))
  return foreign.some(begins) && !wanted.some(begins)
}

const withoutEnd = (prefix: string, delimiter: string | null) =>
  delimiter !== null && prefix.endsWith(delimiter) ? prefix.slice(0, -delimiter.length) : prefix

const longestPrefix = (name: string, prefixes: readonly string[]) =>
  prefixes
    .filter((prefix) => name.startsWith(prefix) && name !== prefix)
    .sort((a, b) => b.length - a.length)[0] ?? ''

function addNode(nodes: Map<string, Node>, listed: ImapFolder, prefix: string): void {
  const { name, delimiter } = listed
  const parts = delimiter === null ? [name] : name.slice(prefix.length).split(delimiter)
  while (parts.length > 1 && parts.at(-1) === '') parts.pop()
  // INBOX is one folder in whatever case; what lies below it keeps its own spelling of it.
  if (/^inbox$/i.test(parts[0]!)) parts[0] = 'INBOX'
  for (let depth = 1; depth < parts.length; depth++) {
    const path = prefix + parts.slice(0, depth).join(delimiter!)
    if (!nodes.has(path)) nodes.set(path, { path, parts: parts.slice(0, depth), listed: null })
  }
  const place = prefix + parts.join(delimiter ?? '')
  const known = nodes.get(place)?.listed ?? null
  // UW names a folder and, with the delimiter behind it, the directory of those below it.
  if (known === null || !isParent(listed)) nodes.set(place, { path: name, parts, listed })
}

function named(nodes: readonly Node[]): PlacedFolder[] {
  const keys = new Map<string, string>()
  for (const { path, parts, listed } of nodes)
    keys.set(
      placeOf(parts),
      listed?.status?.MAILBOXID === undefined ? `${BY_NAME}${path}` : `id:${listed.status.MAILBOXID}`,
    )
  const roles = rolesOf(nodes)
  // Somebody who has subscribed to nothing sees all of them, or none but INBOX, which some servers subscribe to by themselves.
  const tells = (node: Node) => roles.get(node) !== 'inbox' && !isParent(node.listed)
  const isTold = nodes.some((node) => tells(node) && node.listed!.subscribed === true)
  return nodes.map((node) => {
    const { path, parts, listed } = node
    return {
      path: isParent(listed) ? null : path,
      status: listed?.status,
      folder: {
        key: keys.get(placeOf(parts))!,
        parent: keys.get(placeOf(parts.slice(0, -1))) ?? null,
        name: meantMailboxName(parts.at(-1)!),
        role: roles.get(node) ?? null,
        class: 'message',
        folderClass: null,
        items: listed?.status?.MESSAGES ?? null,
        sizeBytes: listed?.status?.SIZE ?? null,
        ...(isTold && tells(node) && { subscribed: listed!.subscribed === true }),
      },
    }
  })
}

/** The whole name on the server of a folder that is known by it; undefined for one that is known by its id. */
export const nameOfKey = (key: string): string | undefined =>
  key.startsWith(BY_NAME) ? key.slice(BY_NAME.length) : undefined

const views: ReadonlySet<string> = new Set(['\\all', '\\flagged', '\\important'])
export const isView = (attribute: string): boolean => views.has(attribute.toLowerCase())

/**
 * Folders that are copied and, by their special use, mostly show messages of others (RFC 6154 section 2, RFC 8457 section 4). Servers may
 * keep messages in them and nowhere else, so none is passed over.
 */
export function likelyViews(
  listed: readonly ImapFolder[],
  namespaces: Namespaces,
  kinds: readonly NamespaceKind[],
): ImapFolder[] {
  const copied = new Set(placeFolders(listed, namespaces, kinds).map(({ path }) => path))
  return listed.filter(({ name, attributes }) => copied.has(name) && attributes.some(isView))
}

/** Holds nothing itself. */
const isParent = (listed: ImapFolder | null) =>
  listed === null || has(listed, '\\noselect') || has(listed, '\\nonexistent')

const has = ({ attributes }: ImapFolder, attribute: string) =>
  attributes.some((each) => each.toLowerCase() === attribute)

function rolesOf(nodes: readonly Node[]): Map<Node, string> {
  const roles = new Map<Node, string>()
  const taken = new Set<string>()
  const give = (node: Node, role: string) => {
    if (taken.has(role)) return
    taken.add(role)
    roles.set(node, role)
  }
  for (const node of nodes) if (/^inbox$/i.test(node.path)) give(node, 'inbox')
  for (const node of nodes)
    for (const attribute of node.listed?.attributes ?? []) {
      const role = roleOfUse[attribute.toLowerCase()]
      if (role !== undefined) give(node, role)
    }
  // Of several that could be it, the one that is in use.
  const candidates = nodes.filter(({ parts, listed }) => parts.length === 1 && listed !== null)
  for (const node of candidates.sort((a, b) => countOf(b) - countOf(a))) {
    const role = roleByName(shownMailboxName(node.parts[0]!))
    if (role !== undefined && namedRoles.has(role) && !roles.has(node)) give(node, role)
  }
  return roles
}

const countOf = ({ listed }: Node) => listed?.status?.MESSAGES ?? 0
