import type { PutItem, SourceFolder } from '#src/domain/migration/source.ts'
import type { FindItemResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { returnToken } from './extended-properties.ts'
import { failureOfMessage } from './failures.ts'

/** Of an item there. */
export type Named = Pick<PutItem, 'key' | 'version'>

/** The item of a folder that carries this token. Rejects with SourceFailure. */
export async function findToken(
  session: EwsSession,
  { key, name }: SourceFolder,
  token: string,
  signal: AbortSignal,
): Promise<Named | undefined> {
  const [answer] = await session.messages<'FindItem', FindItemResponseMessageType>(
    'FindItem',
    {
      Traversal: 'Shallow',
      ItemShape: { BaseShape: 'IdOnly' },
      IndexedPageItemView: { MaxEntriesReturned: 1, Offset: 0, BasePoint: 'Beginning' },
      Restriction: {
        IsEqualTo: { ExtendedFieldURI: returnToken, FieldURIOrConstant: { Constant: { Value: token } } },
      },
      ParentFolderIds: [{ FolderId: { Id: key } }],
    },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, `Looking into "${name}"`, 'transient')
  const id = (Object.values(answer.RootFolder?.Items?.[0] ?? {})[0] as ItemType | undefined)?.ItemId
  return id && { key: id.Id, version: id.ChangeKey ?? '' }
}
