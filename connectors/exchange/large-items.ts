import type { LargeItem, SourceFolder } from '#src/domain/migration/source.ts'
import type { FindItemResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'

/** Items of a folder above a size, by one FindItem that the server answers from its table. Rejects with SourceFailure. */
export async function findLargeItems(
  session: EwsSession,
  { key, name }: SourceFolder,
  { bytes, most }: { bytes: number; most: number },
  signal: AbortSignal,
): Promise<readonly LargeItem[]> {
  const [answer] = await session.messages<'FindItem', FindItemResponseMessageType>(
    'FindItem',
    {
      Traversal: 'Shallow',
      ItemShape: {
        BaseShape: 'IdOnly',
        AdditionalProperties: [
          { FieldURI: { FieldURI: 'item:Subject' } },
          { FieldURI: { FieldURI: 'item:Size' } },
        ],
      },
      IndexedPageItemView: { MaxEntriesReturned: most, Offset: 0, BasePoint: 'Beginning' },
      Restriction: {
        IsGreaterThan: {
          FieldURI: { FieldURI: 'item:Size' },
          // item:Size is an xs:int.
          FieldURIOrConstant: { Constant: { Value: String(Math.min(bytes, 2 ** 31 - 1)) } },
        },
      },
      ParentFolderIds: [{ FolderId: { Id: key } }],
    },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfOne(answer ?? { ResponseClass: 'Error' }, `Looking for large items in "${name}"`)
  return (answer.RootFolder?.Items ?? []).flatMap((each) => {
    const { Subject = '', Size = 0 } = Object.values(each)[0] as ItemType
    return Size > bytes ? [{ title: Subject, sizeBytes: Size }] : []
  })
}
