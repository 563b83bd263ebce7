import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { awsSdk, type Output, refusedAs, workMailClient } from './aws-sdk.ts'
import { freshFolder, serve } from './service-process.ts'

const data = freshFolder('impersonation', after)

test('the AWS SDK makes an impersonation role and takes it on', {
  skip: awsSdk.skip,
  timeout: 300_000,
}, async () => {
  const service = await serve(data, '--no-example')
  const { client } = await workMailClient(data, service)
  const { OrganizationId } = await client.createOrganization!({ Alias: 'acme' })
  const here = (name: string, input: object = {}) => client[name]!({ OrganizationId, ...input })

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
  await refusedAs('EntityNotFoundException', here('createImpersonationRole', { ...role, Rules: [unknown] }))
  await refusedAs(
    'EntityStateException',
    here('createImpersonationRole', { ...role, Rules: [{ ...rule, TargetUsers: [off] }] }),
  )
  await here('deleteImpersonationRole', { ImpersonationRoleId })
  await here('deleteImpersonationRole', { ImpersonationRoleId })
  for (const name of ['getImpersonationRole', 'assumeImpersonationRole'])
    await refusedAs('ResourceNotFoundException', here(name, { ImpersonationRoleId }))
  await Promise.all(Array.from({ length: 20 }, () => here('createImpersonationRole', role)))
  await refusedAs('LimitExceededException', here('createImpersonationRole', role))
  const first = await here('listImpersonationRoles', { MaxResults: 15 })
  const rest = await here('listImpersonationRoles', { MaxResults: 15, NextToken: first.NextToken })
  assert.equal((rest.Roles as Output[]).length, 5)
  client.destroy()
})
