/** What people do to a mailbox in any order, over EWS. */
import type { EwsClient } from '#test/protocols/ews/ews-site.ts'
import { change, half, type Made, make, pick, random } from './random-items.ts'
import { idsIn, type Place, places } from './shown-items.ts'

/** Items as they are known by now, wherever they lie. */
export async function known(client: EwsClient): Promise<Made[]> {
  const all: Made[] = []
  for (const place of await places(client))
    if (place.kind !== undefined)
      for (const { ItemId } of await idsIn(client, place))
        all.push({ kind: place.kind, id: ItemId.Id, folder: place.distinguished ?? '' })
  return all
}

const folderOf = ({ id: Id }: Place) => ({ FolderId: { Id } })

/** Folders are made, renamed, moved and deleted; items are copied, moved and deleted, changed and made. */
export async function changeAll(client: EwsClient, round: string): Promise<void> {
  const ask = (operation: string, request: object) =>
    client.messages(operation as 'MoveItem', request as never)
  await change(client, await known(client))
  for (let no = 0; no < 12; no++) {
    const all = await places(client)
    const own = all.filter(({ distinguished }) => distinguished === undefined)
    const above = half()
      ? { DistinguishedFolderId: { Id: 'msgfolderroot' } }
      : folderOf(pick(all.filter(({ kind }) => kind)))
    const how = own.length < 2 ? 0 : random(5)
    if (how === 0)
      await ask('CreateFolder', {
        ParentFolderId: above,
        Folders: [{ Folder: { DisplayName: `F${round} ${no}` } }],
      })
    if (how === 1)
      await ask('UpdateFolder', {
        FolderChanges: [
          {
            ...folderOf(pick(own)),
            Updates: [
              {
                SetFolderField: {
                  FieldURI: { FieldURI: 'folder:DisplayName' },
                  Folder: { DisplayName: `R${round} ${no}` },
                },
              },
            ],
          },
        ],
      })
    if (how === 2) await ask('MoveFolder', { ToFolderId: above, FolderIds: [folderOf(pick(own))] })
    if (how === 3)
      await ask('DeleteFolder', { DeleteType: 'MoveToDeletedItems', FolderIds: [folderOf(pick(own))] })
  }
  for (const place of await places(client)) {
    if (place.kind === undefined) continue
    for (const { ItemId } of await idsIn(client, place)) {
      const alike = (await places(client)).filter(({ kind }) => kind === place.kind)
      const ToFolderId = folderOf(pick(alike))
      const ItemIds = [{ ItemId }]
      const how = random(8)
      if (how === 0)
        await ask('DeleteItem', {
          ...{
            DeleteType: pick(['MoveToDeletedItems', 'SoftDelete']),
            AffectedTaskOccurrences: 'AllOccurrences',
          },
          ...{ SendMeetingCancellations: 'SendToNone', ItemIds },
        })
      if (how === 1 || how === 2) await ask('MoveItem', { ToFolderId, ItemIds })
    }
  }
  await make(client, `${round} `)
}
