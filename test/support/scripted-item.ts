import type { Flags } from '#src/domain/mailbox/item.ts'
import type { Loss, PutItem, SourceItem } from '#src/domain/migration/source.ts'

/** What a message of a scripted source is told to be; the rest it has of its subject. */
export type MessageOptions = {
  body?: string
  flags?: Flags
  keywords?: readonly string[]
  losses?: readonly Loss[]
  octets?: ScriptedItem['octets']
  receivedAt?: number
}

/** An item of a scripted source. */
export type ScriptedItem = {
  /** What it was put there with, when its mailbox went back. */
  token?: string
  /** It has come under this key and not changed since: a list tells its marks, as Exchange and IMAP do of mail. */
  arrived?: boolean
  seq: number
  key: string
  version: number
  match: string | null
  /** What its server says names its content. */
  contentId?: string
  item: Pick<
    SourceItem,
    'class' | 'title' | 'receivedAt' | 'flags' | 'keywords' | 'properties' | 'content' | 'losses'
  >
  octets: Uint8Array | { sizeBytes: number; open: () => AsyncIterable<Uint8Array> } | null
  attachments?: SourceItem['attachments']
}

/** As its lists name it from now on. */
export const nameOf = ({ key, version, match }: ScriptedItem): PutItem => ({
  key,
  version: String(version),
  match,
  losses: [],
})

/** As it is read. */
export function itemOf({ key, version, match, item, octets, attachments = [] }: ScriptedItem): SourceItem {
  const message =
    octets === null
      ? null
      : 'sizeBytes' in octets
        ? octets
        : { sizeBytes: octets.length, open: () => chunks(octets) }
  return { key, version: String(version), match, ...item, message, attachments }
}

async function* chunks(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += 50_000) yield octets.subarray(at, at + 50_000)
}

/** What lists tell of an item that cannot be read. */
export const toldOf = (item: Pick<SourceItem, 'title' | 'receivedAt'> | undefined) => ({
  title: item?.title ?? '',
  ...(item && { receivedAt: item.receivedAt }),
})
