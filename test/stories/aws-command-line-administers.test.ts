import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { firstFile, peer } from '#test/support/peers.ts'
import { freshFolder, landbridge, serve } from './service-process.ts'

const aws = peer('aws', firstFile('/usr/bin/aws', '/usr/local/bin/aws'), 'install awscli')
const data = freshFolder('aws', after)

test('the AWS command line administers Landbridge', { skip: aws.skip, timeout: 300_000 }, async () => {
  const service = await serve(data)
  const made = JSON.parse((await landbridge(['key', 'create-access', '--data', data, '--json']).ended).stdout)
  const endpoint = service.addresses['administration API']!.replace('127.0.0.1', 'localhost')
  const run = async (...args: string[]) => {
    const env = {
      PATH: process.env.PATH,
      HOME: data,
      AWS_ACCESS_KEY_ID: made.AccessKeyId as string,
      AWS_SECRET_ACCESS_KEY: made.SecretAccessKey as string,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_CA_BUNDLE: join(data, 'tls', 'self-signed.crt'),
      AWS_PAGER: '',
    }
    const { stdout } = await promisify(execFile)(
      aws.found,
      ['workmail', '--endpoint-url', endpoint, '--output', 'json', ...args],
      { env },
    )
    return stdout === '' ? {} : JSON.parse(stdout)
  }

  const { OrganizationSummaries } = await run('list-organizations')
  const organization = ['--organization-id', OrganizationSummaries[0].OrganizationId as string]
  const { UserId } = await run(
    'create-user',
    ...organization,
    '--name',
    'carol',
    '--display-name',
    'Carol',
    '--password',
    'Correct-Horse-1',
  )
  await run('register-to-work-mail', ...organization, '--entity-id', UserId, '--email', 'carol@example.test')
  const { Users } = await run('list-users', ...organization, '--page-size', '1')
  assert.deepEqual(
    Users.map(({ Name }: { Name: string }) => Name),
    ['alice', 'bob', 'carol'],
  )
  const refused = run('create-alias', ...organization, '--entity-id', UserId, '--alias', 'bob@example.test')
  await assert.rejects(refused, /EmailAddressInUseException.*CreateAlias/)

  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 0)
})
