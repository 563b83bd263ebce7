import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { ForeignStream, importItem } from '#src/domain/mailbox/item-stream/import-item.ts'
import type { UploadItemType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { formatChangeKey, formatItemId } from '../ids.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { type FolderPlace, type ItemPlace, need } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { sourceOf } from '../writing/sized-source.ts'

/** UploadItems: puts back what ExportItems gave, here or from another Landbridge. Streams of Exchange are refused with ErrorCorruptData. */
export const uploadItems = operation({
  name: 'UploadItems',
  writes: true,
  count: ({ Items }) => Items.length,
  run: (call, { Items }) => ({
    messages: eachMessage(call, 'UploadItems', Items, (item) => upload(call, item)),
  }),
})

async function upload(call: EwsCall, given: UploadItemType): Promise<object> {
  const folder = await call.places.folder({ FolderId: given.ParentFolderId })
  const target = await targetOf(call, given, folder)
  const to =
    target === undefined ? { folder: need(folder, FolderRight.create).folder.no } : { item: target.item.no }
  const { at } = folder.mailbox
  try {
    const { no, modseq } = await importItem(call.services.store, at, to, sourceOf(given.Data))
    return { ItemId: { Id: formatItemId(at.mailbox, no), ChangeKey: formatChangeKey('item', modseq) } }
  } catch (error) {
    if (!(error instanceof ForeignStream)) throw error
    throw new EwsRefusal('ErrorCorruptData', error.reason, error.message)
  }
}

/** The item to be written over; undefined where a new one is made. */
async function targetOf(
  call: EwsCall,
  { CreateAction, ItemId }: UploadItemType,
  { mailbox, folder }: FolderPlace,
): Promise<ItemPlace | undefined> {
  if (CreateAction === 'CreateNew') {
    if (ItemId === undefined) return undefined
    throw new EwsRefusal(
      'ErrorInvalidRequest',
      'invalid-parameter',
      'A new item gets its id from the service.',
    )
  }
  if (ItemId === undefined)
    throw new EwsRefusal('ErrorInvalidRequest', 'invalid-parameter', 'It does not say which item is meant.')
  const named = await call.places.named({ ItemId })
  let place: ItemPlace
  try {
    place = await call.places.item(named, FolderRight.editAny)
  } catch (error) {
    const isGone = error instanceof EwsRefusal && error.code === 'ErrorItemNotFound'
    if (isGone && CreateAction === 'UpdateOrCreate') return undefined
    throw error
  }
  const isThere = place.mailbox.at.mailbox === mailbox.at.mailbox && place.item.folder === folder.no
  if (isThere) return place
  if (CreateAction === 'UpdateOrCreate') return undefined
  throw new EwsRefusal('ErrorItemNotFound', 'no-such-item', 'The folder has no such item.')
}
