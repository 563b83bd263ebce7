/** What EWS shows of a mailbox: every folder, and of each item everything, by the name that it was made with. */
import assert from 'node:assert/strict'
import type { PathToExtendedFieldType } from '#src/wire/ews/schema-types.ts'
import type { EwsClient } from '#test/protocols/ews/ews-site.ts'
import { INSTANCES, type Kind, kinds, named } from './random-items.ts'

/** What is another one of every copy, or follows from how it came. */
const ofCopy = new Set(
  'ItemId ParentFolderId ConversationId EffectiveRights DateTimeCreated LastModifiedTime LastModifiedName DateTimeStamp Size WebClientReadFormQueryString WebClientEditFormQueryString InstanceKey StoreEntryId SearchKey Attachments'.split(
    ' ',
  ),
)
const tagsOfCopy = new Set(['0x300b', '0xe07', '0x1080'])

const classes: Readonly<Record<string, Kind>> = {
  'IPF.Note': kinds.mail!,
  'IPF.Appointment': kinds.event!,
  'IPF.Contact': kinds.contact!,
  'IPF.Task': kinds.task!,
  'IPF.StickyNote': kinds.note!,
}

export type Place = { id: string; path: string; kind: Kind | undefined; distinguished: string | undefined }

/** Folders that people see, but for those that were deleted, parents first. */
export async function places(client: EwsClient): Promise<Place[]> {
  const { RootFolder } = await client.one('FindFolder', {
    Traversal: 'Deep',
    FolderShape: {
      BaseShape: 'Default',
      AdditionalProperties: [
        ...(['folder:ParentFolderId', 'folder:FolderClass', 'folder:DistinguishedFolderId'].map(
          (FieldURI) => ({ FieldURI: { FieldURI } }),
        ) as never[]),
      ],
    },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'msgfolderroot' } }],
  })
  const all = RootFolder.Folders.map((each: object) => Object.values(each)[0]) as {
    FolderId: { Id: string }
    ParentFolderId: { Id: string }
    DisplayName: string
    FolderClass?: string
    DistinguishedFolderId?: string
  }[]
  const byId = new Map(all.map((folder) => [folder.FolderId.Id, folder]))
  const pathOf = (id: string): string => {
    const folder = byId.get(id)
    return folder === undefined ? '' : `${pathOf(folder.ParentFolderId.Id)}/${folder.DisplayName}`
  }
  return all
    .map(({ FolderId: { Id: id }, FolderClass = '', DistinguishedFolderId: distinguished }) => ({
      ...{ id, path: pathOf(id), kind: classes[FolderClass], distinguished },
    }))
    .filter(({ path }) => !path.startsWith('/Deleted Items'))
}

/** Ids of what lies in a folder. */
export async function idsIn(client: EwsClient, { id: Id }: Place): Promise<{ ItemId: { Id: string } }[]> {
  const { RootFolder } = await client.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'IdOnly' },
    ParentFolderIds: [{ FolderId: { Id } }],
  })
  return RootFolder.Items.map((item: object) => ({
    ItemId: (Object.values(item)[0] as { ItemId: object }).ItemId,
  }))
}

/** Of each item everything that EWS shows, by its name: `name property` → value; and every folder. */
export async function shown(client: EwsClient): Promise<Map<string, string>> {
  const all = new Map<string, string>()
  for (const place of await places(client)) {
    const { path, kind } = place
    all.set(`folder ${path}`, '')
    if (kind === undefined) continue
    const ids = await idsIn(client, place)
    if (ids.length === 0) continue
    const isMail = kind === kinds.mail
    const wanted = (ItemIds: readonly object[]) =>
      client.messages('GetItem', {
        ItemShape: {
          BaseShape: 'AllProperties',
          IncludeMimeContent: isMail,
          AdditionalProperties: [
            { FieldURI: { FieldURI: 'item:Body' } },
            ...kind.extended.map((ExtendedFieldURI) => ({ ExtendedFieldURI })),
          ],
        },
        ItemIds: ItemIds as never,
      })
    const answers = await wanted(ids)
    for (const [at, { Items }] of answers.entries()) {
      const item = Object.values(Items[0])[0] as Shown
      let name = nameOf(item)
      // One that is there twice is shown twice.
      while (all.has(`${name} folder`)) name = `${name} again`
      await addShown(client, all, name, path, item)
      if (item.CalendarItemType !== 'RecurringMaster') continue
      const RecurringMasterId = ids[at]!.ItemId.Id
      const some = INSTANCES.map((InstanceIndex) => ({
        OccurrenceItemId: { RecurringMasterId, InstanceIndex },
      }))
      for (const [at, { Items, ResponseCode }] of (await wanted(some)).entries())
        if (ResponseCode === 'NoError')
          await addShown(client, all, `${name} #${INSTANCES[at]}`, path, Object.values(Items[0])[0] as Shown)
    }
  }
  return all
}

type Extended = { ExtendedFieldURI: PathToExtendedFieldType; Value?: string; Values?: string[] }

type File = { Name: string; AttachmentId: { Id: string }; LastModifiedTime?: string; Size?: string }
type Shown = Record<string, unknown> & {
  ExtendedProperty?: Extended[]
  MimeContent?: { Value: Uint8Array }
  Attachments?: readonly Record<string, File>[]
  CalendarItemType?: string
}

function nameOf({ ExtendedProperty = [] }: Shown): string {
  const name = ExtendedProperty.find(
    ({ ExtendedFieldURI: { PropertyId } }) => PropertyId === named.PropertyId,
  )
  assert.ok(name?.Value, 'each is known by its name')
  return name.Value
}

async function addShown(
  client: EwsClient,
  all: Map<string, string>,
  name: string,
  folder: string,
  item: Shown,
): Promise<void> {
  const { ExtendedProperty = [], MimeContent, Attachments = [], ...fields } = item
  const put = (what: string, value: unknown) =>
    all.set(
      `${name} ${what}`,
      JSON.stringify(value, (key, each) => (key === 'ItemId' ? undefined : each)),
    )
  put('folder', folder)
  if (MimeContent) put('MimeContent', Buffer.from(MimeContent.Value).toString())
  for (const [field, value] of Object.entries(fields))
    if (!ofCopy.has(field)) put(field, field === 'Categories' ? [...(value as string[])].sort() : value)
  for (const { ExtendedFieldURI: path, Value, Values } of ExtendedProperty)
    if (!tagsOfCopy.has(path.PropertyTag ?? '')) put(JSON.stringify(path), Values ?? Value)
  const byName = (a: [string, File], b: [string, File]) => (a[1].Name < b[1].Name ? -1 : 1)
  const files = Attachments.flatMap((each) => Object.entries(each)).sort(byName)
  for (const [at, [kind, { AttachmentId, LastModifiedTime: _, Size: _1, ...told }]] of files.entries()) {
    const [answer] = await client.messages('GetAttachment', { AttachmentIds: [AttachmentId] as never })
    const { Content } = Object.values(answer!.Attachments?.[0] ?? {})[0] as { Content?: Uint8Array }
    put(`file ${at}`, { kind, ...told, Content: Content && Buffer.from(Content).toString('latin1') })
  }
}
