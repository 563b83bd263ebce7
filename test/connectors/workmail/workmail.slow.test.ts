/** Another Landbridge plays Amazon WorkMail: its API makes the token with which its EWS is read. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { workMailGrants, workMailGroups } from '#connectors/workmail/grant-source.ts'
import { impersonationToken } from '#connectors/workmail/impersonation-token.ts'
import { workMailApi } from '#src/app/workmail-source.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { reply, stubHttps } from '#test/support/stub-https.ts'
import {
  allChanges,
  type ExchangeSite,
  folderOf,
  openExchangeSite,
  signal,
} from '../exchange/exchange-site.ts'

let site: ExchangeSite
let organization: string
let role: string
before(async () => {
  site = await openExchangeSite()
  organization = site.organization
  for (const name of ['ann', 'bob', 'carl']) await site.user(name)
  const made = await site.call('CreateImpersonationRole', {
    Name: 'migration',
    Type: 'READ_ONLY',
    Rules: [
      { ImpersonationRuleId: 'all', Effect: 'ALLOW' },
      { ImpersonationRuleId: 'not-carl', Name: 'not carl', Effect: 'DENY', TargetUsers: ['carl'] },
    ],
  })
  role = String(made.ImpersonationRoleId)
})
after(async () => {
  site.judge()
  await site.end()
})

/** As `openWorkMailSource` puts them together, over the API in this process. */
function opened(now?: () => number): { source: MailboxSource; tokens: string[] } {
  const tokens: string[] = []
  const next = impersonationToken({ client: site.admin, organization, role, ...(now && { now }) })
  const source = site.source('', {
    authorization: async () => {
      const token = await next()
      if (tokens.at(-1) !== token) tokens.push(token)
      return token
    },
    access: 'impersonation',
  })
  return { source, tokens }
}

test('mailboxes are read with the token of the role, which is renewed on the way', async () => {
  let now = Date.now()
  const { source, tokens } = opened(() => now)
  const mailbox = await source.open('ann@corp.test', signal)
  const folder = await folderOf(mailbox, 'inbox')
  assert.deepEqual((await allChanges(mailbox, folder)).changes, [])
  assert.equal(tokens.length, 1)
  now += 14 * 60_000
  await mailbox.settings(signal)
  assert.equal(tokens.length, 2)
  await source.open('bob@corp.test', signal)
  const refused = await source.open('carl@corp.test', signal).catch((error: unknown) => error)
  assert.ok(refused instanceof SourceFailure && refused.kind === 'refused', String(refused))
})

test('grants and groups come from its API', async () => {
  const { GroupId } = await site.call('CreateGroup', { Name: 'team' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@corp.test' })
  await site.call('AssociateMemberToGroup', { GroupId, MemberId: 'bob@corp.test' })
  const { ResourceId } = await site.call('CreateResource', { Name: 'room', Type: 'ROOM' })
  await site.call('RegisterToWorkMail', { EntityId: ResourceId, Email: 'room@corp.test' })
  await site.call('AssociateDelegateToResource', { ResourceId, EntityId: 'carl@corp.test' })
  await site.call('PutMailboxPermissions', {
    EntityId: 'ann@corp.test',
    GranteeId: 'bob@corp.test',
    PermissionValues: ['FULL_ACCESS', 'SEND_AS'],
  })
  await site.call('PutMailboxPermissions', {
    EntityId: 'ann@corp.test',
    GranteeId: 'team@corp.test',
    PermissionValues: ['SEND_ON_BEHALF'],
  })
  const workMail = { client: site.admin, organization, signal }
  const batches = await Array.fromAsync(workMailGrants(workMail).read())
  assert.deepEqual(
    batches.flatMap(({ grants }) => grants.map((one) => `${one.owner} ${one.grantee} ${one.right}`)).sort(),
    [
      'ann@corp.test bob@corp.test full-access',
      'ann@corp.test bob@corp.test send-as',
      'ann@corp.test team@corp.test send-on-behalf',
      'room@corp.test carl@corp.test room-delegate',
    ],
  )
  assert.deepEqual(await Array.fromAsync(workMailGroups(workMail)), [
    { group: 'team@corp.test', groupNames: ['team'], member: 'bob@corp.test' },
  ])
})

test('the API is asked with a signature for its region', async (t) => {
  const stub = await stubHttps((asked) => reply(asked, 200, '{"Token":"t","ExpiresIn":900}'))
  t.after(() => stub.close())
  const client = workMailApi({
    region: 'eu-west-1',
    key: { id: 'AKIDEXAMPLE', secret: 'very-secret' },
    api: { endpoint: stub.url, ca: stub.pair.cert },
  })
  assert.equal(await impersonationToken({ client, organization: 'm-1', role: 'r-1' })(), 'Bearer t')
  const [asked] = stub.asked
  assert.equal(asked!.headers['x-amz-target'], 'WorkMailService.AssumeImpersonationRole')
  assert.match(
    String(asked!.headers.authorization),
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/workmail\/aws4_request/,
  )
  assert.ok(!JSON.stringify(asked).includes('very-secret'))
})
