import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import { httpsClient } from '#src/clients/admin/http-client.ts'
import { actions } from '#src/protocols/admin/actions/index.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { freshFolder, landbridge, ownCertificate, serve } from './service-process.ts'

const data = freshFolder('scope', after)

test('an access key of one organisation touches that one only', { timeout: 300_000 }, async () => {
  const run = async (...args: string[]) =>
    JSON.parse((await landbridge([...args, '--data', data, '--json']).ended).stdout)
  const mine = (await run('init', '--org', 'mine')).OrganizationId as string
  const other = (await run('org', 'create', 'other')).OrganizationId as string
  const { UserId } = await run('user', 'add', 'olga', '--org', 'other')
  const made = await run('key', 'create-access', '--org', 'mine')
  const service = await serve(data)
  const key = { id: made.AccessKeyId as string, secret: made.SecretAccessKey as string }
  const client = httpsClient({
    endpoint: service.addresses['administration API']!,
    key,
    ca: ownCertificate(data),
  })

  const arn = String((await client.call('DescribeOrganization', { OrganizationId: mine })).ARN)
  assert.deepEqual(await client.call('ListTagsForResource', { ResourceARN: arn }), { Tags: [] })
  const { OrganizationSummaries } = await client.call('ListOrganizations', {})
  assert.deepEqual(
    (OrganizationSummaries as JsonObject[]).map(({ OrganizationId }) => OrganizationId),
    [mine],
  )

  // Every member that any operation may want, always naming the other organisation or its user.
  const foreign: JsonObject = {
    OrganizationId: other,
    ResourceARN: arn.replace(mine, other),
    ...Object.fromEntries(
      ['UserId', 'EntityId', 'GranteeId', 'GroupId', 'MemberId', 'ResourceId', 'ContactId'].map((name) => [
        name,
        UserId,
      ]),
    ),
    ...{
      Alias: 'a@b.example',
      Email: 'a@b.example',
      DomainName: 'b.example',
      Name: 'n',
      DisplayName: 'n',
      Type: 'ROOM',
    },
    ...{
      Password: 'Correct-Horse-1',
      PermissionValues: ['SEND_AS'],
      MailboxQuota: 1,
      Enforced: false,
      Enabled: false,
      DeleteDirectory: true,
    },
    ...{
      EmailAddresses: ['a@b.example'],
      Photo: 'R0lGODlh',
      Certificate: 'MAA=',
      Kind: 'SIP',
      Addresses: ['a@b.example'],
      FolderId: 'inbox',
      AccessRights: ['Reviewer'],
    },
    ...{
      Tags: [],
      TagKeys: [],
      PersonalAccessTokenId: 'x',
      AccessKeyId: key.id,
      Folder: '/x',
      OperationId: 'x',
      QueueId: '0'.repeat(32),
    },
    ...{
      Run: 1,
      StartTime: 1,
      EndTime: 2,
      Subject: 'a',
      Text: 'a',
      Host: 'mail.b.example',
      EwsProvider: { EwsEndpoint: 'https://b.example/ews', EwsUsername: 'u', EwsPassword: 'p' },
      Addresses: ['a@b.example'],
      ImpersonationRoleId: 'x',
      TargetUser: 'olga',
      Rules: [],
    },
    ...{
      ProjectId: 'p',
      BatchNumber: 1,
      Wave: 'Berlin',
      By: 'ed',
      Settings: {},
      Url: 'https://b.example/',
      Mailboxes: [{ Address: 'a@b.example', BatchNumber: 1, Source: 'old' }],
      Grants: [],
      Owners: [],
      Address: 'a@b.example',
      Account: 'a',
      MailFromDomain: 'bounce.b.example',
      Before: {},
    },
  }
  const input = (name: string): JsonObject => {
    if (name === 'CreateOrganization') return { Alias: 'third' }
    if (name === 'PutMigrationSource') return { ...foreign, Kind: 'exchange' }
    if (name === 'CopyLateMigrationItems' || name === 'RetryMigrationBatch') {
      const { BatchNumber: _, ...ofMailbox } = foreign
      return ofMailbox
    }
    return name.endsWith('ImpersonationRole') ? { ...foreign, Type: 'READ_ONLY' } : foreign
  }
  const anyScope = new Set(['ListOrganizations', 'DescribeOperation', 'CancelOperation'])
  for (const name of [...actions.keys()].filter((each) => !anyScope.has(each))) {
    const denied = (error: unknown) => error instanceof AdminFault && error.type === 'AccessDeniedException'
    await assert.rejects(client.call(name, input(name)), denied, name)
  }

  await run('key', 'delete-access', key.id, '--yes')
  const unknown = (error: unknown) =>
    error instanceof AdminFault && error.type === 'UnrecognizedClientException'
  await assert.rejects(client.call('ListOrganizations', {}), unknown)
  service.child.kill('SIGTERM')
  await service.ended
})
