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
          ['inbox', 'msgfolderroot'].includes(one.DistinguishedFolderId.Id)
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
  assert.deepEqual(
    settings.grants.map(({ grantee, right }) => [grantee, right]),
    [['team@corp.test', 'folder-edit']],
  )
  assert.deepEqual(
    settings.rules.map(({ name, enabled }) => [name, enabled]),
    [['Boss', true]],
  )
  assert.equal(settings.outOfOffice, null)
  assert.deepEqual(settings.losses.map(({ property }) => property).sort(), [
    'category colours',
    'delegates',
    'junk mail lists',
    'out of office',
    'photo',
    'rights on "Posteingang"',
    'rule "Ping"',
    'rules of Outlook',
    'signature',
    'views',
  ])
})
