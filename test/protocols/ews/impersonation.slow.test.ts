import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { ExchangeImpersonationType } from '#src/wire/ews/schema-types.ts'
import { connect } from '#test/domain/directory-sync/synced.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'
import { type EwsSite, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
before(async () => {
  site = await openEwsSite()
  for (const name of ['ann', 'bob', 'cat', 'mover']) await site.user(name)
})
after(async () => {
  site.judge()
  await site.end()
})

const as = (Value: string): { ExchangeImpersonation: ExchangeImpersonationType } => ({
  ExchangeImpersonation: { ConnectingSID: { PrimarySmtpAddress: { Value } } },
})
const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const
const getInbox = { FolderShape: { BaseShape: 'AllProperties' }, FolderIds: [inbox] } as const
const createItem = {
  MessageDisposition: 'SaveOnly',
  Items: [{ Message: { Subject: 'by a program' } }],
} as const

const role = async (Type: string, Rules: object[]) =>
  String((await site.call('CreateImpersonationRole', { Name: 'r', Type, Rules })).ImpersonationRoleId)
const tokenOf = async (ImpersonationRoleId: string) => {
  const { Token, ExpiresIn } = await site.call('AssumeImpersonationRole', { ImpersonationRoleId })
  assert.equal(ExpiresIn, 900)
  assert.match(String(Token), /^[\x21-\x7e]{1,256}$/)
  return String(Token)
}
const everybodyBut = (user: string) => [
  { ImpersonationRuleId: 'all', Effect: 'ALLOW' },
  { ImpersonationRuleId: 'not-her', Name: 'not her', Effect: 'DENY', TargetUsers: [user] },
]

test('a program with a role works in the mailboxes that its rules allow', async () => {
  const id = await role('FULL_ACCESS', everybodyBut('cat'))
  const token = await tokenOf(id)
  const ann = site.bearer(token, as('ann@corp.test'))
  await ann.one('CreateItem', createItem)
  const found = await site.client('ann@corp.test').one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'drafts' } }],
  })
  assert.equal(shown(found.RootFolder.Items[0]).Subject, 'by a program')
  const cat = await site.bearer(token, as('cat@corp.test')).askAnyway('GetFolder', getInbox)
  assert.equal(cat.fault?.code, 'ErrorImpersonateUserDenied')
  const nobody = await site.bearer(token, as('nobody@corp.test')).askAnyway('GetFolder', getInbox)
  assert.equal(nobody.fault?.code, 'ErrorNonExistentMailbox')
  const unnamed = await site.bearer(token).askAnyway('GetFolder', getInbox)
  assert.equal(unnamed.fault?.code, 'ErrorImpersonateUserDenied')
  const effect = await site.call('GetImpersonationRoleEffect', { ImpersonationRoleId: id, TargetUser: 'cat' })
  assert.deepEqual(effect, {
    Type: 'FULL_ACCESS',
    Effect: 'DENY',
    MatchedRules: [{ ImpersonationRuleId: 'not-her', Name: 'not her' }],
  })
})

test('impersonating somebody has their rights on others too', async () => {
  const token = await tokenOf(await role('FULL_ACCESS', everybodyBut('cat')))
  const bobs = { DistinguishedFolderId: { Id: 'inbox', Mailbox: { EmailAddress: 'bob@corp.test' } } } as const
  const asked = { FolderShape: { BaseShape: 'Default' }, FolderIds: [bobs] } as const
  const ann = site.bearer(token, as('ann@corp.test'))
  assert.notEqual(await ann.code('GetFolder', asked), 'NoError')
  await site.call('PutMailboxPermissions', {
    EntityId: 'bob',
    GranteeId: 'ann',
    PermissionValues: ['FULL_ACCESS'],
  })
  assert.equal(await ann.code('GetFolder', asked), 'NoError')
})

test('a role that may only read changes nothing', async () => {
  const token = await tokenOf(await role('READ_ONLY', [{ ImpersonationRuleId: 'all', Effect: 'ALLOW' }]))
  const ann = site.bearer(token, as('ann@corp.test'))
  assert.equal(await ann.code('GetFolder', getInbox), 'NoError')
  assert.equal(await ann.code('CreateItem', createItem), 'ErrorAccessDenied')
  assert.equal(
    await ann.code('EmptyFolder', { FolderIds: [inbox], DeleteType: 'HardDelete', DeleteSubFolders: false }),
    'ErrorAccessDenied',
  )
  const rights = shown((await ann.one('GetFolder', getInbox)).Folders[0]).EffectiveRights
  assert.equal(rights.Read, true)
  assert.equal(rights.CreateContents, false)
})

test('a changed role counts at once; a role that is gone takes its tokens with it', async () => {
  const id = await role('FULL_ACCESS', [{ ImpersonationRuleId: 'all', Effect: 'ALLOW' }])
  const token = await tokenOf(id)
  const ann = site.bearer(token, as('ann@corp.test'))
  assert.equal(await ann.code('GetFolder', getInbox), 'NoError')
  const update = { ImpersonationRoleId: id, Name: 'r', Type: 'FULL_ACCESS' }
  await site.call('UpdateImpersonationRole', { ...update, Rules: [] })
  assert.equal((await ann.askAnyway('GetFolder', getInbox)).fault?.code, 'ErrorImpersonateUserDenied')
  await site.call('DeleteImpersonationRole', { ImpersonationRoleId: id })
  const reply = await site.send('<a/>', { headers: { authorization: `Bearer ${token}` } })
  assert.equal(reply.status, 401)
  assert.match(reply.headers['www-authenticate']!, /^Bearer .*invalid_token/)
})

test('an impersonation account acts in any mailbox, over Basic, until it is one no more', async () => {
  const mover = site.client('mover@corp.test', as('ann@corp.test'))
  const denied = async () => (await mover.askAnyway('GetFolder', getInbox)).fault?.code
  assert.equal(await denied(), 'ErrorImpersonateUserDenied')
  await site.call('PutImpersonationAccount', { UserId: 'mover', Enabled: true })
  assert.equal(await denied(), undefined)
  assert.deepEqual(
    ((await site.call('ListImpersonationAccounts', {})).ImpersonationAccounts as { Name: string }[]).map(
      ({ Name }) => Name,
    ),
    ['mover'],
  )
  const own = await site.client('mover@corp.test').one('GetFolder', getInbox)
  assert.notDeepEqual(
    shown(own.Folders[0]).FolderId,
    shown((await mover.one('GetFolder', getInbox)).Folders[0]).FolderId,
  )
  await site.call('PutImpersonationAccount', { UserId: 'mover', Enabled: false })
  assert.equal(await denied(), 'ErrorImpersonateUserDenied')
})

test('ews-javascript-api impersonates', async () => {
  const ews = await import('ews-javascript-api')
  const { globalAgent } = await import('node:https')
  globalAgent.options.rejectUnauthorized = false
  await site.call('PutImpersonationAccount', { UserId: 'mover', Enabled: true })
  try {
    const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013)
    service.Credentials = new ews.WebCredentials('mover@corp.test', PASSWORD)
    service.Url = new ews.Uri(site.url)
    service.ImpersonatedUserId = new ews.ImpersonatedUserId(ews.ConnectingIdType.SmtpAddress, 'bob@corp.test')
    const message = new ews.EmailMessage(service)
    message.Subject = 'put there'
    await message.Save(ews.WellKnownFolderName.Drafts)
    const bearer = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013)
    const token = await tokenOf(await role('READ_ONLY', [{ ImpersonationRuleId: 'all', Effect: 'ALLOW' }]))
    bearer.Credentials = new ews.OAuthCredentials(token)
    bearer.Url = new ews.Uri(site.url)
    bearer.ImpersonatedUserId = service.ImpersonatedUserId
    const found = await bearer.FindItems(ews.WellKnownFolderName.Drafts, new ews.ItemView(5))
    assert.deepEqual(
      found.Items.map(({ Subject }) => Subject),
      ['put there'],
    )
  } finally {
    globalAgent.destroy()
  }
})

test('tokens open EWS and nothing else, and guesses are slowed down', async () => {
  const token = await tokenOf(await role('READ_ONLY', [{ ImpersonationRuleId: 'all', Effect: 'ALLOW' }]))
  const headers = { authorization: `Bearer ${token}` }
  const discover = await site.send('<a/>', { path: '/autodiscover/autodiscover.xml', headers })
  assert.equal(discover.status, 401)
  const forged = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`
  const statuses: number[] = []
  for (let no = 0; no < 8; no++)
    statuses.push((await site.send('<a/>', { headers: { authorization: `Bearer ${forged}` } })).status)
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 503)
})

test('who comes from Active Directory is named by UPN or SID too', async () => {
  const { organization } = site
  const { store } = site.service.data
  await connect(store, organization)
  const directory = new MemoryDirectory()
  directory.put(
    mailboxObject(1, 'dora', {
      proxyAddresses: ['SMTP:dora@corp.test'],
      account: { sam: 'dora', upn: 'D.Dale@ad.corp.test', disabled: false, sid: 'S-1-5-21-1-2-3-1104' },
    }),
  )
  await syncDirectory(
    { store, openSource: () => directory, everyMs: 3_600_000, now: Date.now, random: () => 0 },
    organization,
    { signal: new AbortController().signal },
  )
  // The cut-over: the entry stays, its home becomes ours.
  const entry = (await store.directory.findEntry(organization, { address: 'dora@corp.test' })) as User
  const mailbox = newMailboxId()
  await store.transact({ organization, newMailboxes: [mailbox] }, async ({ directory, mailboxes }) => {
    const at = { organization, mailbox }
    await mailboxes.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders })
    await directory.saveEntry(organization, { ...entry, home: 'local', role: 'USER', mailbox })
  })
  const token = await tokenOf(await role('FULL_ACCESS', everybodyBut('cat')))
  const named = async (ConnectingSID: ExchangeImpersonationType['ConnectingSID']) => {
    const client = site.bearer(token, { ExchangeImpersonation: { ConnectingSID } })
    const { response, fault } = await client.askAnyway('GetFolder', getInbox)
    const [message] = response?.ResponseMessages ?? []
    return fault?.code ?? message?.GetFolderResponseMessage?.Folders?.[0]?.Folder?.FolderId?.Id
  }
  const inboxOf = await named({ SmtpAddress: { Value: 'dora@corp.test' } })
  assert.doesNotMatch(inboxOf!, /Error/)
  assert.equal(await named({ PrincipalName: { Value: 'd.dale@AD.corp.test' } }), inboxOf)
  assert.equal(await named({ PrincipalName: { Value: 'dora@corp.test' } }), inboxOf)
  assert.equal(await named({ SID: { Value: 's-1-5-21-1-2-3-1104' } }), inboxOf)
  assert.equal(await named({ SID: { Value: 'S-1-5-21-1-2-3-1105' } }), 'ErrorNonExistentMailbox')
  assert.equal(await named({ SID: { Value: 'dora@corp.test' } }), 'ErrorNonExistentMailbox')
})
