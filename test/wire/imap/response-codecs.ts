/** Every response, read and written again. Used by tables and by the fuzz run. */
import { formatAcl, formatListRights, formatMyRights } from '#src/wire/imap/acl.ts'
import {
  type FetchedItem,
  type FetchItem,
  formatBody,
  formatFetchItem,
} from '#src/wire/imap/fetch-response.ts'
import { formatFlagList } from '#src/wire/imap/flags.ts'
import { formatListEntry, formatNamespaces } from '#src/wire/imap/list.ts'
import { formatStatusResponse } from '#src/wire/imap/mailbox-status.ts'
import { formatMetadata, formatMetadataChanged } from '#src/wire/imap/metadata.ts'
import { formatQuota, formatQuotaRoots } from '#src/wire/imap/quota.ts'
import type { ResponseEvent } from '#src/wire/imap/response-reader.ts'
import {
  formatEsearch,
  formatSearchResponse,
  formatThreads,
  formatVanished,
} from '#src/wire/imap/search-response.ts'
import { formatCapabilities, formatId } from '#src/wire/imap/server-data.ts'
import { formatContinuation, formatStatusLine, formatUntagged } from '#src/wire/imap/status-line.ts'
import { parseUntagged, type Untagged } from '#src/wire/imap/untagged.ts'

function formatItem(item: FetchedItem, utf8: boolean): string {
  switch (item.item) {
    case 'OTHER':
      return `${item.name} NIL`
    case 'BODY':
    case 'BODYSTRUCTURE':
      // Only whole messages have a structure we can write; see fetch-response.test.ts.
      return `${item.item} ("text" "plain" NIL NIL NIL "7bit" 0 0)`
    case 'BODY[]':
    case 'BINARY[]':
    case 'RFC822':
    case 'RFC822.HEADER':
    case 'RFC822.TEXT': {
      const { content } = item
      if (content !== null && 'streamed' in content) throw new Error('nothing is streamed here')
      return formatBody(item, content === null ? null : Buffer.from(content).toString('latin1'))
    }
    default:
      return formatFetchItem(item as FetchItem, utf8)
  }
}

export function formatData(data: Untagged, utf8: boolean): string {
  switch (data.name) {
    case 'CAPABILITY':
    case 'ENABLED':
      return formatCapabilities(data.name, data.capabilities)
    case 'EXISTS':
    case 'RECENT':
    case 'EXPUNGE':
      return `${data.number} ${data.name}`
    case 'FETCH':
      return `${data.sequence} FETCH (${data.items.map((item) => formatItem(item, utf8)).join(' ')})`
    case 'VANISHED':
      return formatVanished(data.uids, data.earlier)
    case 'FLAGS':
      return `FLAGS ${formatFlagList(data.flags)}`
    case 'LIST':
    case 'LSUB':
      return formatListEntry(data.name, data.entry, utf8)
    case 'STATUS':
      return formatStatusResponse(data.mailbox, data.status, utf8)
    case 'SEARCH':
    case 'SORT':
      return formatSearchResponse(data.name, data.numbers, data.modseq)
    case 'ESEARCH':
      return formatEsearch(data.found)
    case 'THREAD':
      return formatThreads(data.threads)
    case 'NAMESPACE':
      return formatNamespaces(data.namespaces, utf8)
    case 'ID':
      return `ID ${formatId(data.identity)}`
    case 'QUOTA':
      return formatQuota(data.quota, utf8)
    case 'QUOTAROOT':
      return formatQuotaRoots(data.mailbox, data.roots, utf8)
    case 'ACL':
      return formatAcl(data.mailbox, data.entries, utf8)
    case 'LISTRIGHTS':
      return formatListRights(data.rights, utf8)
    case 'MYRIGHTS':
      return formatMyRights(data.mailbox, data.rights, utf8)
    case 'METADATA':
      return 'changed' in data
        ? formatMetadataChanged(data.mailbox, data.changed, utf8)
        : formatMetadata(data.mailbox, data.entries, utf8)
    case 'OTHER':
      return 'X-OTHER'
  }
}

/** The response of an event, written again with its line end. */
export function formatEvent(event: ResponseEvent, utf8: boolean): string {
  switch (event.kind) {
    case 'status':
      return formatStatusLine('*', event.status, utf8)
    case 'tagged':
      return formatStatusLine(event.tag, event.status, utf8)
    case 'continuation':
      return formatContinuation(event.text)
    case 'data':
      return formatUntagged(formatData(parseUntagged(event.data), utf8))
    default:
      throw new Error('nothing is streamed here')
  }
}
