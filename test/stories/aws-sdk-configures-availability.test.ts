import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { firstFile, peer } from '#test/support/peers.ts'
import { reply, stubHttps } from '#test/support/stub-https.ts'
import { awsSdk, type Output, refusedAs, workMailClient } from './aws-sdk.ts'
import { freshFolder, serve } from './service-process.ts'

const aws = peer('aws', firstFile('/usr/bin/aws', '/usr/local/bin/aws'), 'install awscli')
const data = freshFolder('availability', after)

test('the AWS SDK and command line configure availability', {
  skip: awsSdk.skip,
  timeout: 300_000,
}, async (t) => {
  const service = await serve(data, '--no-example', '--set', 'availability.privateAddresses=yes')
  const { client, endpoint, key } = await workMailClient(data, service)
  const { OrganizationId } = await client.createOrganization!({ Alias: 'acme' })
  const here = (name: string, input: object = {}) => client[name]!({ OrganizationId, ...input })
  const stub = await stubHttps((asked) =>
    reply(asked, 401, '', { 'www-authenticate': 'Basic realm="exchange"' }),
  )
  t.after(() => stub.close())

  const EwsProvider = { EwsEndpoint: stub.url, EwsUsername: 'CORP\\svc', EwsPassword: 'geheim' }
  const LambdaArn = 'arn:aws:lambda:eu-west-1:123456789012:function:free-busy:live'
  const corp = { DomainName: 'corp.example', EwsProvider, ClientToken: 'once' }
  await here('createAvailabilityConfiguration', corp)
  await here('createAvailabilityConfiguration', corp)
  await refusedAs(
    'NameAvailabilityException',
    here('createAvailabilityConfiguration', { DomainName: 'Corp.Example', EwsProvider }),
  )
  await here('createAvailabilityConfiguration', { DomainName: 'far.example', LambdaProvider: { LambdaArn } })
  await refusedAs(
    'InvalidParameterException',
    here('createAvailabilityConfiguration', {
      DomainName: 'two.example',
      EwsProvider,
      LambdaProvider: { LambdaArn },
    }),
  )
  await refusedAs(
    'InvalidParameterException',
    here('createAvailabilityConfiguration', { DomainName: 'no.example' }),
  )
  const { AvailabilityConfigurations: found } = (await here('listAvailabilityConfigurations')) as {
    AvailabilityConfigurations: Output[]
  }
  const byDomain = new Map(found.map((one) => [one.DomainName, one]))
  const { DateCreated, DateModified, ...shown } = byDomain.get('corp.example')!
  assert.ok(DateCreated instanceof Date && DateModified instanceof Date)
  assert.deepEqual(shown, {
    DomainName: 'corp.example',
    ProviderType: 'EWS',
    EwsProvider: { EwsEndpoint: stub.url, EwsUsername: 'CORP\\svc' },
  })
  assert.deepEqual(byDomain.get('far.example')!.LambdaProvider, { LambdaArn })
  assert.equal(byDomain.get('far.example')!.ProviderType, 'LAMBDA')
  const tested = await here('testAvailabilityConfiguration', { DomainName: 'corp.example' })
  assert.equal(tested.TestPassed, false)
  assert.match(String(tested.FailureReason), /TLS/)
  await refusedAs(
    'ResourceNotFoundException',
    here('testAvailabilityConfiguration', { DomainName: 'nowhere.example' }),
  )
  await here('updateAvailabilityConfiguration', { DomainName: 'corp.example', LambdaProvider: { LambdaArn } })
  await refusedAs(
    'ResourceNotFoundException',
    here('updateAvailabilityConfiguration', { DomainName: 'nowhere.example', EwsProvider }),
  )
  await here('deleteAvailabilityConfiguration', { DomainName: 'corp.example' })
  await here('deleteAvailabilityConfiguration', { DomainName: 'corp.example' })

  if (!aws.skip) {
    const { stdout } = await promisify(execFile)(
      aws.found,
      [
        ...['workmail', '--endpoint-url', endpoint, '--output', 'json', 'list-availability-configurations'],
        ...['--organization-id', OrganizationId as string, '--page-size', '1'],
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: data,
          AWS_ACCESS_KEY_ID: key.AccessKeyId as string,
          AWS_SECRET_ACCESS_KEY: key.SecretAccessKey as string,
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_CA_BUNDLE: join(data, 'tls', 'self-signed.crt'),
          AWS_PAGER: '',
        },
      },
    )
    assert.deepEqual(
      (JSON.parse(stdout).AvailabilityConfigurations as Output[]).map(({ DomainName }) => DomainName),
      ['far.example'],
    )
  }
  client.destroy()
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 0)
})
