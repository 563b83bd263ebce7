import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { DistinguishedFolderIdNameType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann] = programs
})

const root = { DistinguishedFolderId: { Id: 'msgfolderroot' } } as const
const all = { BaseShape: 'AllProperties' } as const

test('every distinguished folder is there in one batch, as Outlook for Mac asks', async () => {
  const names = distinguishedFolders.map(
    ({ distinguished }) => distinguished as DistinguishedFolderIdNameType,
  )
  const messages = await ann.messages('GetFolder', {
    FolderShape: all,
    FolderIds: names.map((Id) => ({ DistinguishedFolderId: { Id } })),
  })
  assert.deepEqual(
    messages.map(({ ResponseCode }) => ResponseCode),
    names.map(() => 'NoError'),
  )
  assert.deepEqual(
    messages.map(({ Folders }) => shown(Folders[0]).DistinguishedFolderId),
    names,
  )
})

test('a folder is made, renamed, moved, copied, emptied and deleted', async () => {
  const made = await ann.one('CreateFolder', {
    ParentFolderId: root,
    Folders: [{ Folder: { DisplayName: 'Projects', FolderClass: 'IPF.Note' } }],
  })
  const id = shown(made.Folders[0]).FolderId
  const exists = await ann.code('CreateFolder', {
    ParentFolderId: root,
    Folders: [{ Folder: { DisplayName: 'Projects' } }],
  })
  assert.equal(exists, 'ErrorFolderExists')
  const tag = { PropertyTag: '0x36e5', PropertyType: 'String' } as const
  const changed = await ann.one('UpdateFolder', {
    FolderChanges: [
      {
        FolderId: id,
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:DisplayName' },
              Folder: { DisplayName: 'Ideas' },
            },
          },
          {
            SetFolderField: {
              ExtendedFieldURI: tag,
              Folder: { ExtendedProperty: [{ ExtendedFieldURI: tag, Value: 'x' }] },
            },
          },
        ],
      },
    ],
  })
  assert.equal(shown(changed.Folders[0]).FolderId.Id, id.Id)
  await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    SavedItemFolderId: { FolderId: id },
    Items: [{ Message: { Subject: 'a' } }],
  })
  await ann.one('MoveFolder', {
    ToFolderId: { DistinguishedFolderId: { Id: 'inbox' } },
    FolderIds: [{ FolderId: id }],
  })
  const copy = await ann.one('CopyFolder', { ToFolderId: root, FolderIds: [{ FolderId: id }] })
  const read = async (FolderId: { Id: string }) =>
    shown(
      (
        await ann.one('GetFolder', {
          FolderShape: { ...all, AdditionalProperties: [{ ExtendedFieldURI: tag }] },
          FolderIds: [{ FolderId }],
        })
      ).Folders[0],
    )
  const [first, second] = [await read(id), await read(shown(copy.Folders[0]).FolderId)]
  assert.equal(first.DisplayName, 'Ideas')
  assert.equal(first.ExtendedProperty[0].Value, 'x')
  assert.deepEqual([first.TotalCount, second.TotalCount], [1, 1])
  assert.notEqual(first.ParentFolderId.Id, second.ParentFolderId.Id)
  await ann.one('EmptyFolder', {
    DeleteType: 'HardDelete',
    DeleteSubFolders: false,
    FolderIds: [{ FolderId: id }],
  })
  assert.equal((await read(id)).TotalCount, 0)
  await ann.one('DeleteFolder', { DeleteType: 'HardDelete', FolderIds: [{ FolderId: id }] })
  const gone = await ann.code('GetFolder', { FolderShape: all, FolderIds: [{ FolderId: id }] })
  assert.equal(gone, 'ErrorFolderNotFound')
  const special = await ann.code('DeleteFolder', {
    DeleteType: 'HardDelete',
    FolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
  })
  assert.equal(special, 'ErrorDeleteDistinguishedFolder')
})

test('search folders are refused, not made as ordinary ones', async () => {
  const SearchParameters = {
    Traversal: 'Deep' as const,
    Restriction: { Exists: { FieldURI: { FieldURI: 'item:Subject' as const } } },
    BaseFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' as const } }],
  }
  const made = await ann.code('CreateFolder', {
    ParentFolderId: { DistinguishedFolderId: { Id: 'searchfolders' } },
    Folders: [{ SearchFolder: { DisplayName: 'Unread', SearchParameters } }],
  })
  assert.equal(made, 'ErrorInvalidOperation')
  const { RootFolder } = await ann.one('FindFolder', {
    FolderShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'searchfolders' } }],
    Traversal: 'Shallow',
  })
  const names = (RootFolder.Folders ?? []).map((one: object) => shown(one).DisplayName)
  assert.ok(!names.includes('Unread'))
  const changed = await ann.code('UpdateFolder', {
    FolderChanges: [
      {
        DistinguishedFolderId: { Id: 'inbox' },
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:SearchParameters' },
              SearchFolder: { SearchParameters },
            },
          },
        ],
      },
    ],
  })
  assert.equal(changed, 'ErrorInvalidOperation')
})

test('folders are found deep, by name and by class', async () => {
  await ann.one('CreateFolder', {
    ParentFolderId: { DistinguishedFolderId: { Id: 'calendar' } },
    Folders: [{ CalendarFolder: { DisplayName: 'Holidays' } }],
  })
  const find = async (Traversal: 'Deep' | 'Shallow', Restriction?: object) =>
    (
      await ann.one('FindFolder', {
        FolderShape: all,
        ParentFolderIds: [root],
        Traversal,
        ...(Restriction && { Restriction: Restriction as never }),
      })
    ).RootFolder
  const deep = await find('Deep')
  assert.ok(deep.Folders.some((each: object) => shown(each).DisplayName === 'Holidays'))
  assert.equal(deep.TotalItemsInView, deep.Folders.length)
  const constant = (Value: string) => ({ FieldURIOrConstant: { Constant: { Value } } })
  const named = await find('Deep', {
    IsEqualTo: { FieldURI: { FieldURI: 'folder:DisplayName' }, ...constant('holidays') },
  })
  assert.deepEqual(
    named.Folders.map((each: object) => Object.keys(each)[0]),
    ['CalendarFolder'],
  )
  const ofClass = await find('Deep', {
    Contains: {
      ContainmentMode: 'Prefixed',
      ContainmentComparison: 'Exact',
      FieldURI: { FieldURI: 'folder:FolderClass' },
      Constant: { Value: 'IPF.Appointment' },
    },
  })
  assert.deepEqual(ofClass.Folders.map((each: object) => shown(each).DisplayName).sort(), [
    'Calendar',
    'Holidays',
  ])
})

test('a hierarchy is synchronised: all of it, then what changed', async () => {
  const sync = (SyncState?: string) =>
    ann.one('SyncFolderHierarchy', { FolderShape: all, ...(SyncState && { SyncState }) })
  const first = await sync()
  assert.ok(first.Changes.length > 20)
  assert.ok(first.Changes.every((change: object) => 'Create' in change))
  assert.deepEqual((await sync(first.SyncState)).Changes, [])
  const made = await ann.one('CreateFolder', {
    ParentFolderId: root,
    Folders: [{ Folder: { DisplayName: 'New' } }],
  })
  const { FolderId } = shown(made.Folders[0])
  const second = await sync(first.SyncState)
  assert.equal(shown(second.Changes[0].Create).DisplayName, 'New')
  await ann.one('UpdateFolder', {
    FolderChanges: [
      {
        FolderId,
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:DisplayName' },
              Folder: { DisplayName: 'Newer' },
            },
          },
        ],
      },
    ],
  })
  const third = await sync(second.SyncState)
  assert.equal(shown(third.Changes[0].Update).DisplayName, 'Newer')
  await ann.one('DeleteFolder', { DeleteType: 'HardDelete', FolderIds: [{ FolderId }] })
  const fourth = await sync(third.SyncState)
  assert.deepEqual(fourth.Changes, [{ Delete: { FolderId: { Id: FolderId.Id } } }])
  assert.equal(
    await ann.code('SyncFolderHierarchy', { FolderShape: all, SyncState: 'nonsense' }),
    'ErrorInvalidSyncStateData',
  )
})

test('a folder that was shared is opened by the name of its owner', async () => {
  const { directory, mailboxes } = site.service.data.store
  const owner = await directory.findEntry(site.organization, { address: 'ann@corp.test' })
  const bob = await directory.findEntry(site.organization, { address: 'bob@corp.test' })
  const at = { organization: site.organization, mailbox: owner!.mailbox! }
  const contacts = await mailboxes.findFolder(at, { distinguished: 'contacts' })
  await site.service.data.store.transact({ organization: site.organization }, (writer) =>
    writer.directory.putFolderPermission(site.organization, at.mailbox, contacts!.no, bob!.id, 0x401),
  )
  const client = site.client('bob@corp.test')
  const folder = {
    DistinguishedFolderId: { Id: 'contacts', Mailbox: { EmailAddress: 'ann@corp.test' } },
  } as const
  const { EffectiveRights } = shown(
    (await client.one('GetFolder', { FolderShape: all, FolderIds: [folder] })).Folders[0],
  )
  assert.equal(EffectiveRights.Read, true)
  assert.equal(EffectiveRights.Modify, false)
  const refused = await client.code('CreateItem', {
    SavedItemFolderId: folder,
    Items: [{ Contact: { GivenName: 'x' } }],
  })
  assert.equal(refused, 'ErrorAccessDenied')
})

test('a class of its own stays with a folder, is found by, and may be changed within its kind', async () => {
  const made = await ann.one('CreateFolder', {
    ParentFolderId: root,
    Folders: [{ Folder: { DisplayName: 'Files', FolderClass: 'IPF.Note.Files' } }],
  })
  const FolderId = shown(made.Folders[0]).FolderId
  const classOf = async () =>
    shown((await ann.one('GetFolder', { FolderShape: all, FolderIds: [{ FolderId }] })).Folders[0])
      .FolderClass
  assert.equal(await classOf(), 'IPF.Note.Files')
  const found = await ann.one('FindFolder', {
    FolderShape: all,
    ParentFolderIds: [root],
    Traversal: 'Shallow',
    Restriction: {
      IsEqualTo: {
        FieldURI: { FieldURI: 'folder:FolderClass' },
        FieldURIOrConstant: { Constant: { Value: 'IPF.Note.Files' } },
      },
    },
  })
  assert.deepEqual(
    found.RootFolder.Folders.map((each: object) => shown(each).DisplayName),
    ['Files'],
  )
  const change = (FolderClass: string) =>
    ann.one('UpdateFolder', {
      FolderChanges: [
        {
          FolderId,
          Updates: [
            { SetFolderField: { FieldURI: { FieldURI: 'folder:FolderClass' }, Folder: { FolderClass } } },
          ],
        },
      ],
    })
  await change('IPF.Note.OutlookHomepage')
  assert.equal(await classOf(), 'IPF.Note.OutlookHomepage')
  await change('IPF.Appointment')
  assert.equal(await classOf(), 'IPF.Note', 'messages do not become events')
})

test('what is set on each of several folders is told of that one, whichever way they are listed', async () => {
  const wanted = [
    ['Files of one', 'IPF.Note.One'],
    ['Files of none', 'IPF.Note'],
    ['Files of two', 'IPF.Note.Two'],
  ] as const
  for (const [DisplayName, FolderClass] of wanted)
    await ann.one('CreateFolder', {
      ParentFolderId: root,
      Folders: [{ Folder: { DisplayName, FolderClass } }],
    })
  const found = await ann.one('FindFolder', {
    FolderShape: all,
    ParentFolderIds: [root],
    Traversal: 'Deep',
  })
  const { Changes } = await ann.one('SyncFolderHierarchy', { FolderShape: all })
  for (const listed of [found.RootFolder.Folders, Changes.map((each: { Create: object }) => each.Create)]) {
    const classes = new Map(listed.map((each: object) => [shown(each).DisplayName, shown(each).FolderClass]))
    for (const [name, folderClass] of wanted) assert.equal(classes.get(name), folderClass)
  }
})
