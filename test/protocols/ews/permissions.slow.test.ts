import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CalendarPermissionSetType, PermissionSetType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob', 'cat'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const calendar = { DistinguishedFolderId: { Id: 'calendar' } } as const
const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const
const whole = { BaseShape: 'AllProperties' } as const
const user = (name: string) => ({ PrimarySmtpAddress: `${name}@corp.test` })
const DEFAULT = { DistinguishedUser: 'Default' } as const
const ANONYMOUS = { DistinguishedUser: 'Anonymous' } as const

const read = async (client: EwsClient, id: object) =>
  shown((await client.one('GetFolder', { FolderShape: whole, FolderIds: [id as typeof inbox] })).Folders[0])
const set = (folder: object) => ({
  SetFolderField: { FieldURI: { FieldURI: 'folder:PermissionSet' as const }, ...folder },
})
const setCalendar = (CalendarPermissions: CalendarPermissionSetType['CalendarPermissions']) =>
  set({ CalendarFolder: { PermissionSet: { CalendarPermissions } } })
const setPlain = (Permissions: PermissionSetType['Permissions']) =>
  set({ Folder: { PermissionSet: { Permissions } } })
const update = (folder: object, ...Updates: object[]) =>
  ({ FolderChanges: [{ ...folder, Updates }] }) as unknown as Parameters<typeof ann.one<'UpdateFolder'>>[1]

const levels = [
  'None',
  'Owner',
  'PublishingEditor',
  'Editor',
  'PublishingAuthor',
  'Author',
  'NoneditingAuthor',
  'Reviewer',
  'Contributor',
] as const

test('a calendar shows its times to everybody and nothing to strangers, until somebody says more', async () => {
  const { PermissionSet } = await read(ann, calendar)
  assert.deepEqual(
    PermissionSet.CalendarPermissions.map((one: { UserId: object; CalendarPermissionLevel: string }) => [
      one.UserId,
      one.CalendarPermissionLevel,
    ]),
    [
      [DEFAULT, 'FreeBusyTimeOnly'],
      [ANONYMOUS, 'None'],
    ],
  )
  const { PermissionSet: plain } = await read(ann, inbox)
  assert.deepEqual(
    plain.Permissions.map((one: { PermissionLevel: string }) => one.PermissionLevel),
    ['None', 'None'],
  )
})

test('every level is read as it was written, over EWS and by the administrator', async () => {
  for (const level of [...levels, 'FreeBusyTimeOnly', 'FreeBusyTimeAndSubjectAndLocation'] as const) {
    await ann.one(
      'UpdateFolder',
      update(calendar, setCalendar([{ UserId: user('bob'), CalendarPermissionLevel: level }])),
    )
    const { PermissionSet } = await read(ann, calendar)
    const bobs = PermissionSet.CalendarPermissions.find(
      (one: { UserId: { PrimarySmtpAddress?: string } }) => one.UserId.PrimarySmtpAddress === 'bob@corp.test',
    )
    assert.equal(bobs?.CalendarPermissionLevel, level)
  }
  for (const level of levels) {
    await ann.one('UpdateFolder', update(inbox, setPlain([{ UserId: user('bob'), PermissionLevel: level }])))
    const { PermissionSet } = await read(ann, inbox)
    assert.equal(PermissionSet.Permissions[2].PermissionLevel, level)
    const { Permissions } = await site.call('ListMailboxFolderPermissions', {
      EntityId: 'ann',
      FolderId: 'inbox',
    })
    assert.equal(
      (Permissions as { AccessRights: string[] }[])
        .flatMap(({ AccessRights }) => AccessRights)
        .some((word) => word.toLowerCase() === level.toLowerCase()),
      true,
      level,
    )
  }
})

test('custom rights are kept one by one; what is not named any more is taken away, but for Default', async () => {
  await ann.one(
    'UpdateFolder',
    update(
      inbox,
      setPlain([
        { UserId: DEFAULT, PermissionLevel: 'Reviewer' },
        { UserId: user('bob'), PermissionLevel: 'Editor' },
        {
          UserId: user('cat'),
          PermissionLevel: 'Custom',
          ReadItems: 'FullDetails',
          IsFolderVisible: true,
          EditItems: 'Owned',
          CanCreateItems: false,
          DeleteItems: 'None',
        },
      ]),
    ),
  )
  const rights = await read(bob, {
    DistinguishedFolderId: { Id: 'inbox', Mailbox: { EmailAddress: 'ann@corp.test' } },
  })
  assert.equal(rights.EffectiveRights.CreateContents, true)
  assert.equal(rights.EffectiveRights.CreateHierarchy, false)
  assert.equal(rights.PermissionSet, undefined, 'who does not own a folder is not told about others')
  const { PermissionSet: before } = await read(ann, inbox)
  assert.deepEqual(
    before.Permissions.find(
      (one: { UserId: { PrimarySmtpAddress?: string } }) => one.UserId.PrimarySmtpAddress === 'cat@corp.test',
    ),
    {
      UserId: { PrimarySmtpAddress: 'cat@corp.test', DisplayName: 'cat' },
      CanCreateItems: false,
      CanCreateSubFolders: false,
      IsFolderOwner: false,
      IsFolderVisible: true,
      IsFolderContact: false,
      EditItems: 'Owned',
      DeleteItems: 'None',
      ReadItems: 'FullDetails',
      PermissionLevel: 'Custom',
    },
  )
  await ann.one('UpdateFolder', update(inbox, setPlain([{ UserId: user('cat'), PermissionLevel: 'Author' }])))
  const { PermissionSet: afterwards } = await read(ann, inbox)
  assert.deepEqual(
    afterwards.Permissions.map((one: { PermissionLevel: string }) => one.PermissionLevel),
    ['Reviewer', 'None', 'Author'],
  )
})

test('a folder is made with its permissions, or not at all', async () => {
  const create = (DisplayName: string, PermissionSet: PermissionSetType) =>
    ({
      ParentFolderId: { DistinguishedFolderId: { Id: 'msgfolderroot' } },
      Folders: [{ Folder: { DisplayName, PermissionSet } }],
    }) as const
  const good = await ann.one(
    'CreateFolder',
    create('Shared', { Permissions: [{ UserId: user('bob'), PermissionLevel: 'Reviewer' }] }),
  )
  const seen = await read(bob, { FolderId: shown(good.Folders[0]).FolderId }).catch(() => undefined)
  assert.ok(seen === undefined || seen.EffectiveRights.Read)
  const { PermissionSet } = await read(ann, { FolderId: shown(good.Folders[0]).FolderId })
  assert.equal(PermissionSet.Permissions[2].PermissionLevel, 'Reviewer')
  for (const [Permissions, code] of [
    [[{ UserId: user('nobody'), PermissionLevel: 'Reviewer' }], 'ErrorCannotFindUser'],
    [[{ UserId: {}, PermissionLevel: 'Reviewer' }], 'ErrorMissingUserIdInformation'],
    [[{ UserId: user('bob'), PermissionLevel: 'Custom' }], 'ErrorInvalidPermissionSettings'],
    [
      [
        { UserId: user('bob'), PermissionLevel: 'Author' },
        { UserId: user('bob'), PermissionLevel: 'None' },
      ],
      'ErrorDuplicateUserIdsSpecified',
    ],
  ] as const)
    assert.equal(await ann.code('CreateFolder', create('Refused', { Permissions })), code)
  const found = await ann.one('FindFolder', {
    FolderShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'msgfolderroot' } }],
    Traversal: 'Shallow',
  })
  assert.ok(!found.RootFolder.Folders.some((each: object) => shown(each).DisplayName === 'Refused'))
})

test('who does not own a folder changes nothing, and each kind of folder has its own permissions', async () => {
  const anns = { DistinguishedFolderId: { Id: 'inbox', Mailbox: { EmailAddress: 'ann@corp.test' } } } as const
  const grab = setPlain([{ UserId: user('bob'), PermissionLevel: 'Owner' }])
  assert.equal(await bob.code('UpdateFolder', update(anns, grab)), 'ErrorAccessDenied')
  assert.equal(
    await ann.code('UpdateFolder', update(inbox, setCalendar([]))),
    'ErrorCannotSetCalendarPermissionOnNonCalendarFolder',
  )
  assert.equal(
    await ann.code('UpdateFolder', update(calendar, setPlain([]))),
    'ErrorCannotSetNonCalendarPermissionOnCalendarFolder',
  )
})
