import type { SourceFolder, ToldItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  FindItemResponseMessageType,
  ItemInfoResponseMessageType,
  ItemType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { searchKey } from './extended-properties.ts'
import type { WantedItem } from './item-batches.ts'

const shape = {
  BaseShape: 'IdOnly',
  AdditionalProperties: [
    { FieldURI: { FieldURI: 'item:Subject' } },
    { FieldURI: { FieldURI: 'item:DateTimeReceived' } },
  ],
} as const

/** Items with one search key: copies of one item in one folder have the same. */
const MOST_COPIES = 10

/**
 * Subject and date of an item that cannot be read, for people who look for what is left behind: of itself, or, where it does not even
 * tell that, of the table of its folder. Empty where neither tells.
 */
export async function toldItem(
  session: EwsSession,
  folder: SourceFolder,
  item: WantedItem,
  signal: AbortSignal,
): Promise<ToldItem> {
  for (const ask of [ofItself, ofTable])
    try {
      const found = await ask(session, folder, item, signal)
      if (found === undefined) continue
      const receivedAt = Date.parse(String(found.DateTimeReceived ?? ''))
      return {
        ...(found.Subject !== undefined && { title: found.Subject }),
        ...(!Number.isNaN(receivedAt) && { receivedAt }),
      }
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error
    }
  return {}
}

type Ask = (
  session: EwsSession,
  folder: SourceFolder,
  item: WantedItem,
  signal: AbortSignal,
) => Promise<ItemType | undefined>

const ofItself: Ask = async (session, _, { key }, signal) => {
  const [message] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    { ItemShape: shape, ItemIds: [{ ItemId: { Id: key } }] },
    signal,
  )
  if (message === undefined || message.ResponseClass === 'Error') return undefined
  return Object.values(message.Items?.[0] ?? {})[0] as ItemType | undefined
}

const ofTable: Ask = async (session, folder, { key, head }, signal) => {
  if (head.searchKey === undefined) return undefined
  const [message] = await session.messages<'FindItem', FindItemResponseMessageType>(
    'FindItem',
    {
      Traversal: 'Shallow',
      ItemShape: shape,
      IndexedPageItemView: { MaxEntriesReturned: MOST_COPIES, Offset: 0, BasePoint: 'Beginning' },
      Restriction: {
        IsEqualTo: {
          ExtendedFieldURI: searchKey,
          FieldURIOrConstant: { Constant: { Value: head.searchKey } },
        },
      },
      ParentFolderIds: [{ FolderId: { Id: folder.key } }],
    },
    signal,
  )
  if (message === undefined || message.ResponseClass === 'Error') return undefined
  const items = (message.RootFolder?.Items ?? []).map((each) => Object.values(each)[0] as ItemType)
  return items.find(({ ItemId }) => ItemId?.Id === key)
}
