import type { AclEntry, GrantableRights } from './acl.ts'
import { parseAcl, parseListRights, parseMyRights } from './acl.ts'
import type { ImapArguments } from './arguments.ts'
import { type FetchedItem, parseFetchResponse } from './fetch-response.ts'
import { type ListEntry, type Namespaces, parseListEntry, parseNamespaces } from './list.ts'
import { type MailboxStatus, parseStatusResponse } from './mailbox-status.ts'
import { type MetadataEntry, parseMetadata } from './metadata.ts'
import type { NumberSet } from './number-set.ts'
import { parseQuota, parseQuotaRoots, type Quota } from './quota.ts'
import { readCapabilities } from './response-code.ts'
import type { UntaggedData } from './response-reader.ts'
import {
  type Esearch,
  parseEsearch,
  parseSearchResponse,
  parseThreads,
  parseVanished,
  type ThreadNode,
} from './search-response.ts'
import { type Identity, parseId } from './server-data.ts'

/** An untagged response, read. */
export type Untagged =
  | { name: 'CAPABILITY' | 'ENABLED'; capabilities: string[] }
  | { name: 'EXISTS' | 'RECENT' | 'EXPUNGE'; number: number }
  | { name: 'FETCH'; sequence: number; items: FetchedItem[] }
  | { name: 'VANISHED'; uids: NumberSet; earlier: boolean }
  | { name: 'FLAGS'; flags: string[] }
  | { name: 'LIST' | 'LSUB'; entry: ListEntry }
  | { name: 'STATUS'; mailbox: string; status: MailboxStatus }
  | { name: 'SEARCH' | 'SORT'; numbers: number[]; modseq?: number }
  | { name: 'ESEARCH'; found: Esearch }
  | { name: 'THREAD'; threads: ThreadNode[] }
  | { name: 'NAMESPACE'; namespaces: Namespaces }
  | { name: 'ID'; identity: Identity }
  | { name: 'QUOTA'; quota: Quota }
  | { name: 'QUOTAROOT'; mailbox: string; roots: string[] }
  | { name: 'ACL'; mailbox: string; entries: AclEntry[] }
  | { name: 'LISTRIGHTS'; rights: GrantableRights }
  | { name: 'MYRIGHTS'; mailbox: string; rights: string }
  | { name: 'METADATA'; mailbox: string; entries: MetadataEntry[] }
  | { name: 'METADATA'; mailbox: string; changed: string[] }
  /** A response this codec does not know. */
  | { name: 'OTHER'; word: string }

/** Reads a whole untagged response. SyntaxFault when it is not as its kind must be. */
export function parseUntagged({ name, number, args }: UntaggedData): Untagged {
  if (number !== undefined) return parseNumbered(name, number, args)
  switch (name) {
    case 'CAPABILITY':
    case 'ENABLED':
      return { name, capabilities: readCapabilities(args) }
    case 'SEARCH':
    case 'SORT':
      return { name, ...parseSearchResponse(args) }
    case 'ESEARCH':
      return { name, found: parseEsearch(args) }
    case 'THREAD':
      return { name, threads: parseThreads(args) }
    case 'VANISHED':
      return { name, ...parseVanished(args) }
  }
  if (!readers.has(name)) return { name: 'OTHER', word: name }
  args.space()
  return readers.get(name)!(args)
}

const readers = new Map<string, (args: ImapArguments) => Untagged>([
  ['FLAGS', (args) => ({ name: 'FLAGS', flags: args.flagList() })],
  ['LIST', (args) => ({ name: 'LIST', entry: parseListEntry(args) })],
  ['LSUB', (args) => ({ name: 'LSUB', entry: parseListEntry(args) })],
  ['STATUS', (args) => ({ name: 'STATUS', ...parseStatusResponse(args) })],
  ['NAMESPACE', (args) => ({ name: 'NAMESPACE', namespaces: parseNamespaces(args) })],
  ['ID', (args) => ({ name: 'ID', identity: parseId(args) })],
  ['QUOTA', (args) => ({ name: 'QUOTA', quota: parseQuota(args) })],
  ['QUOTAROOT', (args) => ({ name: 'QUOTAROOT', ...parseQuotaRoots(args) })],
  ['ACL', (args) => ({ name: 'ACL', ...parseAcl(args) })],
  ['LISTRIGHTS', (args) => ({ name: 'LISTRIGHTS', rights: parseListRights(args) })],
  ['MYRIGHTS', (args) => ({ name: 'MYRIGHTS', ...parseMyRights(args) })],
  ['METADATA', (args) => ({ name: 'METADATA', ...parseMetadata(args) })],
])

function parseNumbered(name: string, number: number, args: ImapArguments): Untagged {
  if (name === 'EXISTS' || name === 'RECENT' || name === 'EXPUNGE') return { name, number }
  if (name === 'FETCH') return { name, sequence: number, items: parseFetchResponse(args) }
  return { name: 'OTHER', word: name }
}
