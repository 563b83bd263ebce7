/** What a plan is told over EWS, and what it is told that it is not. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { exchangeGrants } from '#connectors/exchange/grant-source.ts'
import type { GrantBatch } from '#src/domain/migration/grant.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { signal } from './exchange-site.ts'
import { bad, Fault, good, type Script, scriptedExchange } from './scripted-exchange.ts'

const [anna, ben, cid] = ['anna@corp.example', 'ben@corp.example', 'cid@corp.example']

const calendar = {
  CalendarFolder: {
    FolderId: { Id: 'F1', ChangeKey: 'a' },
    ParentFolderId: { Id: 'root' },
    FolderClass: 'IPF.Appointment',
    DisplayName: 'Kalender',
    TotalCount: 0,
  },
}

const oneFolder: Script = {
  FindFolder: () => ({
    ResponseMessages: [
      {
        FindFolderResponseMessage: {
          ...good,
          RootFolder: { IncludesLastItemInRange: true, TotalItemsInView: 1, Folders: [calendar] },
        },
      },
    ],
  }),
  GetDelegate: () => ({ ...good }),
}

async function told(t: TestContext, script: Script, mailboxes: readonly string[]) {
  const exchange = await scriptedExchange({ ...oneFolder, ...script })
  t.after(() => exchange.end())
  const source = exchangeGrants({
    url: `${exchange.stub.url}/EWS/Exchange.asmx`,
    login: { user: 'CORP\\svc', password: 'geheim', scheme: 'basic' },
    tls: { ca: exchange.stub.pair.cert },
    version: '0.0.0',
    mailboxes,
    signal,
    waitMs: [1, 1],
  })
  const batches: GrantBatch[] = await Array.fromAsync(source.read())
  return {
    grants: batches.flatMap(({ grants }) => grants.map((one) => `${one.owner} ${one.grantee} ${one.right}`)),
    leftOut: batches.flatMap(({ leftOut }) =>
      leftOut.map((one) => `${one.reason} ${one.owner} ${one.grantee} ${one.right}`.trim()),
    ),
  }
}

const shared = (UserId: object, CalendarPermissionLevel: string) => ({ UserId, CalendarPermissionLevel })

test('a calendar in any language: grants, and everything that is none with its reason', async (t) => {
  const permissions = [
    shared({ DistinguishedUser: 'Default' }, 'Reviewer'),
    shared({ DistinguishedUser: 'Anonymous' }, 'None'),
    shared({ PrimarySmtpAddress: ben }, 'Editor'),
    shared({ PrimarySmtpAddress: cid }, 'FreeBusyTimeOnly'),
    shared({ SID: 'S-1-5-21-9-9-9-9' }, 'Editor'),
    shared({ ExternalUserIdentity: 'kim@other.example' }, 'Reviewer'),
  ]
  const { grants, leftOut } = await told(
    t,
    {
      GetFolder: ({ FolderIds }) => ({
        ResponseMessages: FolderIds.map(() => ({
          GetFolderResponseMessage: {
            ...good,
            Folders: [
              { CalendarFolder: { DisplayName: 'x', PermissionSet: { CalendarPermissions: permissions } } },
            ],
          },
        })),
      }),
      GetDelegate: () => bad('ErrorInternalServerError'),
    },
    [anna],
  )
  assert.deepEqual(grants, [`${anna} ${ben} calendar-edit`, `${anna} ${cid} availability`])
  assert.deepEqual(leftOut, [
    `unknown-grantee ${anna} a group among the delegates delegate`,
    `default-or-anonymous ${anna} Default Reviewer`,
    `unresolved-sid ${anna} S-1-5-21-9-9-9-9 Editor`,
    `external ${anna} kim@other.example Reviewer`,
  ])
})

test('rights that the server does not tell are named', async (t) => {
  const refused: Script = {
    GetFolder: ({ FolderIds }) => ({
      ResponseMessages: FolderIds.map(({ DistinguishedFolderId: known }) => ({
        GetFolderResponseMessage: known
          ? { ...good, Folders: [{ Folder: { FolderId: { Id: known.Id, ChangeKey: 'a' } } }] }
          : bad('ErrorItemNotFound'),
      })),
    }),
  }
  const { leftOut } = await told(t, refused, [anna])
  assert.deepEqual(leftOut, [`not-read ${anna}  ErrorItemNotFound`])
})

test('a mailbox that is busy is asked again, and one that stays so is named and holds up nobody', async (t) => {
  let calls = 0
  const busy: Script = {
    GetDelegate: ({ Mailbox }) => {
      const passes = Mailbox.EmailAddress === anna && ++calls > 1
      if (passes || Mailbox.EmailAddress === ben) return { ...good }
      throw new Fault('ErrorServerBusy', { BackOffMilliseconds: '1' })
    },
  }
  const many = [ben, ben, ben, ben, anna, cid]
  const { leftOut } = await told(t, busy, many)
  assert.equal(calls, 2)
  assert.deepEqual(leftOut, [`not-read ${cid}`])
})

test('a server that never answers otherwise makes no plan', async (t) => {
  const busy: Script = {
    GetDelegate: () => {
      throw new Fault('ErrorServerBusy', { BackOffMilliseconds: '1' })
    },
  }
  await assert.rejects(
    told(t, busy, [anna]),
    (error) =>
      error instanceof Refusal && error.reason === 'try-later' && /The plan was not made/.test(error.message),
  )
})
