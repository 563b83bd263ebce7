import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchangeGrants } from '#connectors/exchange/grant-source.ts'
import { setJunkLists } from '#src/domain/rules/kept-rules.ts'
import type { PermissionType, TargetFolderIdType } from '#src/wire/ews/schema-types.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { exchangeSiteWith, foldersOf, signal } from './exchange-site.ts'

const junk = { blocked: ['spam@bad.example', '@worse.example'], safe: ['good.example'], safeRecipients: [] }
const site = await exchangeSiteWith('ann', 'bob', 'carl', 'migrator')
await site.call('PutImpersonationAccount', { UserId: 'migrator@corp.test', Enabled: true })
const ann = site.client('ann@corp.test')
await ann.ask('AddDelegate', {
  Mailbox: { EmailAddress: 'ann@corp.test' },
  DelegateUsers: [
    {
      UserId: { PrimarySmtpAddress: 'bob@corp.test' },
      DelegatePermissions: {
        CalendarFolderPermissionLevel: 'Editor',
        InboxFolderPermissionLevel: 'Reviewer',
      },
      ReceiveCopiesOfMeetingMessages: true,
    },
  ],
  DeliverMeetingRequests: 'DelegatesAndMe',
})
await ann.ask('UpdateInboxRules', {
  RemoveOutlookRuleBlob: false,
  Operations: [
    {
      CreateRuleOperation: {
        Rule: {
          DisplayName: 'Weekly',
          Priority: 1,
          IsEnabled: true,
          Conditions: {
            ContainsSubjectStrings: ['weekly'],
            FromAddresses: [{ Name: 'bob', EmailAddress: 'bob@corp.test' }],
          },
          Actions: { MarkAsRead: true, MoveToFolder: { DistinguishedFolderId: { Id: 'inbox' } } },
        },
      },
    },
  ],
})
await ann.ask('CreateUserConfiguration', {
  UserConfiguration: {
    UserConfigurationName: { Name: 'My.Program', DistinguishedFolderId: { Id: 'inbox' } },
    XmlData: Buffer.from('<a/>'),
  },
})
const { store } = site.service.data
const at = await site.mailboxAt('ann@corp.test')
await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
  setJunkLists(mailboxes, at, junk),
)
await ann.ask('SetUserOofSettings', {
  Mailbox: { Address: 'ann@corp.test' },
  UserOofSettings: {
    OofState: 'Scheduled',
    ExternalAudience: 'Known',
    Duration: { StartTime: '2031-07-01T06:00:00Z', EndTime: '2031-07-15T16:00:00Z' },
    InternalReply: { Message: '<b>Gone</b>' },
    ExternalReply: { Message: 'Not here' },
  },
})

const asMigrator = () => ({
  login: { user: 'migrator@corp.test', password: PASSWORD, scheme: 'basic' as const },
  access: 'impersonation' as const,
})

test('an impersonation account reads the mailboxes of others, with what they set', async () => {
  const mailbox = await site.open('ann@corp.test', asMigrator())
  const folders = await foldersOf(mailbox)
  const settings = await mailbox.settings(signal)
  assert.deepEqual(settings.outOfOffice, {
    state: 'scheduled',
    audience: 'known',
    from: Date.UTC(2031, 6, 1, 6),
    to: Date.UTC(2031, 6, 15, 16),
    inside: '<b>Gone</b>',
    outside: 'Not here',
  })
  const inbox = folders.find(({ role }) => role === 'inbox')!.key
  assert.deepEqual(settings.rules, [
    {
      name: 'Weekly',
      enabled: true,
      conditions: { contains: { subject: ['weekly'] }, from: [{ name: 'bob', address: 'bob@corp.test' }] },
      exceptions: {},
      actions: { moveTo: { key: inbox }, markAsRead: true },
    },
  ])
  const nameOf = (key: string) => folders.find((folder) => folder.key === key)?.role
  assert.deepEqual(
    settings.folderGrants.map(({ folder, grantee, role }) => [nameOf(folder), grantee, role]).sort(),
    [
      ['calendar', 'bob@corp.test', 'Editor'],
      ['inbox', 'bob@corp.test', 'Reviewer'],
    ],
  )
  assert.deepEqual(
    settings.grants.map(({ owner, grantee, right, folder }) => [owner, grantee, right, folder]),
    [['ann@corp.test', 'bob@corp.test', 'delegate', null]],
  )
  assert.deepEqual(settings.junk, junk)
  const program = settings.configurations?.find(({ name }) => name === 'IPM.Configuration.My.Program')
  assert.deepEqual(program?.content, { xmlData: Buffer.from('<a/>').toString('base64') })
  const words = settings.losses.map(({ property }) => property)
  assert.deepEqual(
    words.filter((word) => word === 'junk mail lists' || word.startsWith('settings')),
    [],
  )
})

test('a right on a folder is told with its whole path: another of that name is another folder', async () => {
  const carl = site.client('carl@corp.test')
  const folder = async (above: TargetFolderIdType, name: string, permissions: PermissionType[]) => {
    const made = (await carl.one('CreateFolder', {
      ParentFolderId: above,
      Folders: [{ Folder: { DisplayName: name, PermissionSet: { Permissions: permissions } } }],
    })) as unknown as { Folders: [{ Folder: { FolderId: { Id: string } } }] }
    return { FolderId: { Id: made.Folders[0].Folder.FolderId.Id } }
  }
  const bob: PermissionType = { UserId: { PrimarySmtpAddress: 'bob@corp.test' }, PermissionLevel: 'Reviewer' }
  const old = await folder({ DistinguishedFolderId: { Id: 'msgfolderroot' } }, 'Old', [])
  await folder(old, 'Inbox', [bob])
  const mailbox = await site.open('carl@corp.test', asMigrator())
  const names = new Map((await foldersOf(mailbox)).map(({ key, name, parent }) => [key, { name, parent }]))
  const { grants, folderGrants } = await mailbox.settings(signal)
  assert.deepEqual(grants, [])
  assert.deepEqual(
    folderGrants.map(({ folder, grantee }) => {
      const { name, parent } = names.get(folder)!
      return [names.get(parent!)?.name, name, grantee]
    }),
    [['Old', 'Inbox', 'bob@corp.test']],
  )
})

test('grants are read from mailbox after mailbox, and one that is not there is listed', async () => {
  const source = exchangeGrants({
    ...site.addressed,
    ...asMigrator(),
    version: '0.0.0',
    mailboxes: ['carl@corp.test', 'ann@corp.test', 'nobody@corp.test'],
    signal,
  })
  const batches = await Array.fromAsync(source.read())
  assert.deepEqual(
    batches
      .flatMap(({ grants }) =>
        grants.map(({ owner, grantee, right, folder }) => `${owner} ${grantee} ${right} ${folder}`),
      )
      .sort(),
    [
      'ann@corp.test bob@corp.test calendar-edit Calendar',
      'ann@corp.test bob@corp.test delegate null',
      'ann@corp.test bob@corp.test folder-read Inbox',
      'carl@corp.test bob@corp.test folder-read Old\\Inbox',
    ],
  )
  assert.deepEqual(
    batches.flatMap(({ leftOut }) => leftOut.map(({ owner }) => owner)),
    ['nobody@corp.test'],
  )
})

test('the check is green where all is well, and names what is wrong with its remedy', async () => {
  const states = async (address: string | null, options: object = {}) => {
    const checks = await site
      .source('migrator@corp.test', { ...asMigrator(), ...options })
      .check(address, signal)
    return Object.fromEntries(checks.map((check) => [check.name, check]))
  }
  const fine = await states('ann@corp.test')
  assert.deepEqual(Object.keys(fine), [
    'TLS',
    'ways to sign in',
    'sign-in',
    'impersonation',
    'version',
    'clock',
  ])
  for (const { name, state, remedy } of Object.values(fine))
    assert.deepEqual([name, state, remedy], [name, 'ok', ''])
  const denied = await states('ann@corp.test', {
    login: { user: 'carl@corp.test', password: PASSWORD, scheme: 'basic' },
  })
  assert.equal(denied.impersonation?.state, 'failed')
  assert.match(
    denied.impersonation!.remedy,
    /New-ManagementRoleAssignment .*-Role ApplicationImpersonation -User 'carl@corp\.test';/,
  )
  const nobody = await states('nobody@corp.test')
  assert.equal(nobody.mailbox?.state, 'failed')
  const wrong = await states('ann@corp.test', {
    login: { user: 'migrator@corp.test', password: 'wrong', scheme: 'basic' },
  })
  assert.equal(wrong['sign-in']?.state, 'failed')
  assert.ok(!JSON.stringify(wrong).includes('"wrong"'))
  const stranger = await states('ann@corp.test', { tls: {} })
  assert.equal(stranger.TLS?.state, 'failed')
  assert.match(stranger.TLS!.remedy, /certificate of the authority/)
})
