import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { awsSdk, refusedAs, workMailClient } from './aws-sdk.ts'
import { freshFolder, serve } from './service-process.ts'

const data = freshFolder('sdk', after)

test('the AWS SDK sets up a whole organisation', { skip: awsSdk.skip, timeout: 300_000 }, async () => {
  const service = await serve(data, '--no-example')
  const { client } = await workMailClient(data, service)
  const call = (name: string, input: object = {}) => client[name]!(input)

  const created = await call('createOrganization', { Alias: 'acme', ClientToken: 'once' })
  const again = await call('createOrganization', { Alias: 'acme', ClientToken: 'once' })
  const OrganizationId = created.OrganizationId as string
  assert.equal(again.OrganizationId, OrganizationId)
  const here = (name: string, input: object = {}) => call(name, { OrganizationId, ...input })

  const described = await here('describeOrganization')
  assert.equal(described.State, 'Active')
  assert.ok(described.CompletedDate instanceof Date)
  assert.equal(described.DefaultMailDomain, 'acme.test')
  await call('tagResource', { ResourceARN: described.ARN, Tags: [{ Key: 'team', Value: 'IT' }] })
  assert.deepEqual((await call('listTagsForResource', { ResourceARN: described.ARN })).Tags, [
    { Key: 'team', Value: 'IT' },
  ])

  await here('registerMailDomain', { DomainName: 'acme.example' })
  const domain = await here('getMailDomain', { DomainName: 'acme.example' })
  assert.equal(domain.OwnershipVerificationStatus, 'PENDING')
  assert.ok((domain.Records as { Type: string }[]).some(({ Type }) => Type === 'MX'))
  await refusedAs('MailDomainStateException', here('updateDefaultMailDomain', { DomainName: 'acme.example' }))
  await refusedAs('MailDomainNotFoundException', here('getMailDomain', { DomainName: 'nowhere.example' }))

  await refusedAs(
    'InvalidPasswordException',
    here('createUser', { Name: 'anna', DisplayName: 'Anna', Password: 'short' }),
  )
  const anna = (
    await here('createUser', { Name: 'anna', DisplayName: 'Anna Ash', Password: 'Correct-Horse-1' })
  ).UserId
  const ben = (await here('createUser', { Name: 'ben', DisplayName: 'Ben Birch' })).UserId
  await refusedAs('NameAvailabilityException', here('createUser', { Name: 'ANNA', DisplayName: 'Other' }))
  await here('registerToWorkMail', { EntityId: anna, Email: 'anna@acme.test' })
  await here('registerToWorkMail', { EntityId: 'ben', Email: 'ben@acme.test' })
  await refusedAs(
    'EmailAddressInUseException',
    here('createAlias', { EntityId: ben, Alias: 'anna@acme.test' }),
  )
  await here('updateUser', { UserId: anna, FirstName: 'Anna', Department: 'Sales' })
  const user = await here('describeUser', { UserId: 'anna@acme.test' })
  assert.deepEqual(
    [user.UserId, user.State, user.Department, user.UserRole],
    [anna, 'ENABLED', 'Sales', 'USER'],
  )
  assert.ok(user.EnabledDate instanceof Date && user.MailboxProvisionedDate instanceof Date)
  assert.deepEqual((await here('describeEntity', { Email: 'ben@acme.test' })).EntityId, ben)
  await here('updateMailboxQuota', { UserId: anna, MailboxQuota: 1024 })
  assert.equal((await here('getMailboxDetails', { UserId: anna })).MailboxQuota, 1024)
  await here('resetPassword', { UserId: anna, Password: 'Other-Horse-2' })

  await here('createAlias', { EntityId: anna, Alias: 'anna.ash@acme.test' })
  await here('updatePrimaryEmailAddress', { EntityId: anna, Email: 'anna.ash@acme.test' })
  assert.deepEqual((await here('listAliases', { EntityId: anna })).Aliases, ['anna@acme.test'])

  const group = (await here('createGroup', { Name: 'Sales Team' })).GroupId
  await here('registerToWorkMail', { EntityId: group, Email: 'sales@acme.test' })
  await here('associateMemberToGroup', { GroupId: group, MemberId: anna })
  await here('associateMemberToGroup', { GroupId: group, MemberId: ben })
  const members = (await here('listGroupMembers', { GroupId: group })).Members as { Id: string }[]
  assert.deepEqual(members.map(({ Id }) => Id).sort(), [anna, ben].sort())
  assert.equal(((await here('listGroupsForEntity', { EntityId: ben })).Groups as unknown[]).length, 1)

  const room = (await here('createResource', { Name: 'room-1', Type: 'ROOM' })).ResourceId
  const manual = { ResourceId: room, BookingOptions: { AutoAcceptRequests: false } }
  await refusedAs('InvalidConfigurationException', here('updateResource', manual))
  await here('registerToWorkMail', { EntityId: room, Email: 'room-1@acme.test' })
  await here('associateDelegateToResource', { ResourceId: room, EntityId: anna })
  await here('updateResource', manual)
  assert.deepEqual((await here('listResourceDelegates', { ResourceId: room })).Delegates, [
    { Id: anna, Type: 'USER' },
  ])

  await here('putMailboxPermissions', { EntityId: anna, GranteeId: ben, PermissionValues: ['SEND_AS'] })
  assert.deepEqual((await here('listMailboxPermissions', { EntityId: anna })).Permissions, [
    { GranteeId: ben, GranteeType: 'USER', PermissionValues: ['SEND_AS'] },
  ])
  await here('deleteMailboxPermissions', { EntityId: anna, GranteeId: ben })

  assert.equal((await here('describeInboundDmarcSettings')).Enforced, true)
  await here('putInboundDmarcSettings', { Enforced: false })
  assert.equal((await here('describeInboundDmarcSettings')).Enforced, false)
  await refusedAs('UnsupportedOperationException', here('listMobileDeviceAccessRules'))

  const names: unknown[] = []
  for (let NextToken: unknown; ; ) {
    const page = await here('listUsers', { MaxResults: 1, NextToken })
    names.push(...(page.Users as { Name: string }[]).map(({ Name }) => Name))
    NextToken = page.NextToken
    if (NextToken === undefined) break
  }
  assert.deepEqual(names, ['anna', 'ben'])
  await refusedAs('InvalidParameterException', here('listUsers', { NextToken: 'not-ours' }))

  await refusedAs('EntityStateException', here('deleteUser', { UserId: ben }))
  await here('deregisterFromWorkMail', { EntityId: ben })
  await here('deleteUser', { UserId: ben })
  assert.equal((await here('describeUser', { UserId: ben })).State, 'DELETED')
  await refusedAs('OrganizationStateException', here('deleteOrganization', { DeleteDirectory: true }))
  await here('deleteOrganization', { DeleteDirectory: true, ForceDelete: true })
  await refusedAs('OrganizationNotFoundException', here('describeOrganization'))

  client.destroy()
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 0)
})
