import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signal } from './exchange-site.ts'
import { bad, good, type Script, scriptedExchange } from './scripted-exchange.ts'

const folder = {
  FolderId: { Id: 'F1', ChangeKey: 'a' },
  DisplayName: 'Posteingang',
  FolderClass: 'IPF.Note',
  TotalCount: 3,
}
const permission = {
  UserId: { PrimarySmtpAddress: 'team@corp.test', DisplayName: 'Team' },
  CanCreateItems: true,
  CanCreateSubFolders: false,
  IsFolderOwner: false,
  IsFolderVisible: true,
  IsFolderContact: false,
  EditItems: 'All',
  DeleteItems: 'All',
  ReadItems: 'FullDetails',
  PermissionLevel: 'Editor',
} as const

test('delegates that are groups leave the rights on folders, and what is only in Outlook is named', async (t) => {
  const script: Script = {
    GetFolder: ({ FolderIds, FolderShape }) => ({
      ResponseMessages: FolderIds.map((one) => ({
        GetFolderResponseMessage:
          one.DistinguishedFolderId === undefined ||
          ['inbox', 'msgfolderroot', 'archivemsgfolderroot'].includes(one.DistinguishedFolderId.Id)
            ? {
                ...good,
                Folders: [
                  {
                    Folder: {
                      ...folder,
                      ...(FolderShape.AdditionalProperties && {
                        PermissionSet: {
                          Permissions: [
                            permission,
                            {
                              ...permission,
                              UserId: { DistinguishedUser: 'Default' },
                              PermissionLevel: 'None',
                            },
                            { ...permission, UserId: { SID: 'S-1-5-21-1' } },
                          ],
                        },
                      }),
                    },
                  },
                ],
              }
            : { ...bad('ErrorFolderNotFound'), Folders: [] },
      })),
    }),
    FindFolder: () => ({
      ResponseMessages: [
        {
          FindFolderResponseMessage: {
            ...good,
            RootFolder: {
              IncludesLastItemInRange: true,
              TotalItemsInView: 1,
              Folders: [
                { Folder: folder },
                {
                  SearchFolder: {
                    FolderId: { Id: 'S1', ChangeKey: 'a' },
                    DisplayName: 'Unread',
                    TotalCount: 9,
                  },
                },
              ],
            },
          },
        },
      ],
    }),
    GetDelegate: () => ({ ...bad('ErrorDelegateValidationFailed') }),
    GetUserOofSettings: () => ({ ResponseMessage: bad('ErrorInvalidOperation', 'not here') }),
    GetInboxRules: () => ({
      ...good,
      OutlookRuleBlobExists: true,
      InboxRules: [
        {
          RuleId: 'r1',
          DisplayName: 'Ping',
          Priority: 1,
          IsEnabled: true,
          IsNotSupported: true,
        },
        {
          RuleId: 'r2',
          DisplayName: 'Boss',
          Priority: 2,
          IsEnabled: true,
          Conditions: { ContainsSubjectStrings: ['urgent'] },
          Actions: { MarkImportance: 'High' },
        },
        {
          RuleId: 'r4',
          DisplayName: 'Phone',
          Priority: 4,
          IsEnabled: true,
          Actions: { SendSMSAlertToRecipients: [{ EmailAddress: '1' }] },
        },
        {
          RuleId: 'r5',
          DisplayName: 'Feeds',
          Priority: 5,
          IsEnabled: true,
          Conditions: { FromConnectedAccounts: ['x'] },
          Actions: { Delete: true },
        },
        {
          RuleId: 'r0',
          DisplayName: 'List',
          Priority: 1,
          IsEnabled: false,
          Conditions: {
            SentToMe: true,
            SentCcMe: false,
            FromAddresses: [{ Name: 'Bob', EmailAddress: '/o=Corp/cn=bob', RoutingType: 'EX' }],
            WithinSizeRange: { MinimumSize: 2 },
            WithinDateRange: { StartDateTime: '2031-07-01T06:00:00Z' },
          },
          Exceptions: { ContainsBodyStrings: ['urgent'], Categories: ['Blue'] },
          Actions: {
            MoveToFolder: { FolderId: { Id: 'F1' } },
            CopyToFolder: { DistinguishedFolderId: { Id: 'drafts' } },
            StopProcessingRules: true,
          },
        },
      ],
    }),
    GetUserPhoto: () => ({ ...good, HasChanged: true, PictureData: Buffer.from('photo') }),
  }
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  const mailbox = await exchange.source().open('ann@corp.test', signal)
  const settings = await mailbox.settings(signal)
  assert.deepEqual(
    settings.folderGrants.map(({ grantee, role }) => [grantee, role]),
    [['team@corp.test', 'Editor']],
  )
  assert.deepEqual(settings.grants, [], 'a right on a folder is told once, by its key')
  assert.deepEqual(
    settings.rules.map(({ name, enabled }) => [name, enabled]),
    [
      ['List', false],
      ['Boss', true],
    ],
  )
  assert.deepEqual(settings.rules[0], {
    name: 'List',
    enabled: false,
    conditions: {
      marks: ['sent-to-me'],
      from: [{ name: 'Bob', address: '/o=Corp/cn=bob' }],
      received: { from: Date.UTC(2031, 6, 1, 6) },
      size: { from: 2048 },
    },
    exceptions: { contains: { body: ['urgent'] }, categories: ['Blue'] },
    actions: { copyTo: { role: 'drafts' }, moveTo: { key: 'F1' }, stop: true },
  })
  assert.equal(settings.outOfOffice, null)
  assert.deepEqual(settings.losses.map(({ property }) => property).sort(), [
    'Full Access, Send As',
    'addresses that Outlook on the web remembers',
    'addresses that Outlook remembers',
    'category colours',
    'delegates',
    'junk mail lists',
    'online archive',
    'options of the calendar',
    'out of office',
    'photo',
    'properties of other programs',
    'quota',
    'rights on "Posteingang"',
    'rule "Feeds"',
    'rule "Phone"',
    'rule "Ping"',
    'rules of Outlook',
    'settings of other programs',
    'signature and options of Outlook on the web',
    'views',
    'working hours',
  ])
  assert.deepEqual(settings.configurations, [])
  assert.equal(settings.untoldConfigurations?.length, 6, 'who was not answered knows nothing of them')
  assert.equal(exchange.calls.filter((name) => name === 'GetUserConfiguration').length, 1)
})
