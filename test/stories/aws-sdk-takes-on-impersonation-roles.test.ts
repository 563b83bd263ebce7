import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import { peer } from '#test/support/peers.ts'
import { freshFolder, landbridge, ownCertificate, serve } from './service-process.ts'

type Output = Record<string, unknown>
type Client = Record<string, (input: object) => Promise<Output>> & { destroy(): void }
type Sdk = { WorkMail: new (options: object) => Client }

const require = createRequire(import.meta.url)
const sdk = peer('@aws-sdk/client-workmail', () => {
  try {
    return require.resolve('@aws-sdk/client-workmail')
  } catch {
    return undefined
  }
})
const data = freshFolder('impersonation', after)

test('the AWS SDK makes an impersonation role and takes it on', {
  skip: sdk.skip,
  timeout: 180_000,
}, async () => {
  const { WorkMail } = require(sdk.found) as Sdk
  const service = await serve(data, '--no-example')
  const made = JSON.parse((await landbridge(['key', 'create-access', '--data', data, '--json']).ended).stdout)
  const client = new WorkMail({
    endpoint: service.addresses['administration API']!.replace('127.0.0.1', 'localhost'),
    region: 'eu-west-1',
    credentials: { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey },
    requestHandler: { httpsAgent: new Agent({ ca: ownCertificate(data) }) },
  })
  const { OrganizationId } = await client.createOrganization!({ Alias: 'acme' })
  const here = (name: string, input: object = {}) => client[name]!({ OrganizationId, ...input })
  const refused = async (type: string, work: Promise<unknown>) =>
    assert.rejects(work, (error: Error) => error.name === type && error.message.length > 20, type)

  const Password = 'Correct-horse-9'
  const { UserId } = await here('createUser', { Name: 'anna', DisplayName: 'Anna', Password })
  const off = (await here('createUser', { Name: 'off', DisplayName: 'Off', Password })).UserId
  const { DefaultMailDomain } = await here('describeOrganization')
  await here('registerToWorkMail', { EntityId: UserId, Email: `anna@${DefaultMailDomain}` })
  const rule = { ImpersonationRuleId: 'all', Effect: 'ALLOW' }
  const role = { Name: 'export', Type: 'READ_ONLY', Rules: [rule] }
  const { ImpersonationRoleId } = await here('createImpersonationRole', { ...role, ClientToken: 'once' })
  const again = await here('createImpersonationRole', { ...role, ClientToken: 'once' })
  assert.equal(again.ImpersonationRoleId, ImpersonationRoleId)

  const got = await here('getImpersonationRole', { ImpersonationRoleId })
  assert.deepEqual([got.Name, got.Type, got.Rules], ['export', 'READ_ONLY', [rule]])
  assert.ok(got.DateCreated instanceof Date)
  const allowed = await here('getImpersonationRoleEffect', { ImpersonationRoleId, TargetUser: UserId })
  assert.deepEqual(
    [allowed.Type, allowed.Effect, allowed.MatchedRules],
    ['READ_ONLY', 'ALLOW', [{ ImpersonationRuleId: 'all' }]],
  )
  const { Token, ExpiresIn } = await here('assumeImpersonationRole', { ImpersonationRoleId })
  assert.match(Token as string, /^[\x21-\x7e]{1,256}$/)
  assert.equal(ExpiresIn, 900)

  await here('updateImpersonationRole', {
    ...role,
    ImpersonationRoleId,
    Rules: [{ ...rule, Effect: 'DENY', TargetUsers: [UserId] }],
  })
  const denied = await here('getImpersonationRoleEffect', { ImpersonationRoleId, TargetUser: UserId })
  assert.equal(denied.Effect, 'DENY')
  const { Roles } = await here('listImpersonationRoles')
  assert.equal((Roles as Output[]).length, 1)

  const unknown = { ...rule, TargetUsers: ['nobody-of-that-name'] }
  await refused('EntityNotFoundException', here('createImpersonationRole', { ...role, Rules: [unknown] }))
  await refused(
    'EntityStateException',
    here('createImpersonationRole', { ...role, Rules: [{ ...rule, TargetUsers: [off] }] }),
  )
  await here('deleteImpersonationRole', { ImpersonationRoleId })
  await here('deleteImpersonationRole', { ImpersonationRoleId })
  for (const name of ['getImpersonationRole', 'assumeImpersonationRole'])
    await refused('ResourceNotFoundException', here(name, { ImpersonationRoleId }))
  await Promise.all(Array.from({ length: 20 }, () => here('createImpersonationRole', role)))
  await refused('LimitExceededException', here('createImpersonationRole', role))
  const first = await here('listImpersonationRoles', { MaxResults: 15 })
  const rest = await here('listImpersonationRoles', { MaxResults: 15, NextToken: first.NextToken })
  assert.equal((rest.Roles as Output[]).length, 5)
  client.destroy()
})
