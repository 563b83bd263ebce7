import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import { callAnswerer } from '#src/protocols/admin/answer-call.ts'
import type { AdminServices } from '#src/protocols/admin/services.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let full: TemporaryStore
before(async () => {
  full = await temporaryStore({ mailboxes: 0 })
})
after(() => full.remove())

function call(operation: string, input: JsonObject): Promise<JsonObject> {
  const services = {
    store: full.store,
    now: Date.now,
    testDomainSuffix: 'mail.example',
    place: { region: 'local', accountId: '123456789012' },
    log: { info: () => undefined, error: assert.fail },
  } as unknown as AdminServices
  return inProcessClient(callAnswerer(services)).call(operation, input)
}

const refused = (type: string, work: Promise<unknown>) =>
  assert.rejects(work, (error) => error instanceof AdminFault && error.type === type, type)

test('an organisation has an alias of its own, an id of the known form and a test domain (LIM-19, LIM-21, LIM-22)', async () => {
  const { OrganizationId } = await call('CreateOrganization', { Alias: 'Acme', EnableInteroperability: true })
  assert.match(String(OrganizationId), /^m-[0-9a-f]{32}$/)
  const about = await call('DescribeOrganization', { OrganizationId: OrganizationId! })
  assert.deepEqual(
    [about.State, about.Alias, about.DefaultMailDomain],
    ['Active', 'acme', 'acme.mail.example'],
  )
  assert.equal(about.InteroperabilityEnabled, true, 'INT-10')
  await refused('NameAvailabilityException', call('CreateOrganization', { Alias: 'ACME' }))
  for (const Alias of ['d-acme', 'a'.repeat(63), 'ac_me'])
    await refused('InvalidParameterException', call('CreateOrganization', { Alias }))
})

test('an organisation with enabled users is deleted by force only, and for ever (LIM-20)', async () => {
  const { OrganizationId } = (await call('CreateOrganization', { Alias: 'short' })) as JsonObject
  const here = (operation: string, input: JsonObject = {}) =>
    call(operation, { OrganizationId: OrganizationId!, ...input })
  const { UserId } = await here('CreateUser', { Name: 'ann', DisplayName: 'Ann', Role: 'USER' })
  await here('RegisterToWorkMail', { EntityId: UserId!, Email: 'ann@short.mail.example' })
  await refused('OrganizationStateException', here('DeleteOrganization', { DeleteDirectory: true }))
  await here('DeleteOrganization', { DeleteDirectory: true, ForceDelete: true })
  await refused('OrganizationNotFoundException', here('DescribeOrganization'))
})

test('an organisation has fifty tags, each with a key of 128 characters and a value of 256 (LIM-23)', async () => {
  const { OrganizationId } = await call('CreateOrganization', { Alias: 'tagged' })
  const { ARN } = await call('DescribeOrganization', { OrganizationId: OrganizationId! })
  const tag = (...Tags: JsonObject[]) => call('TagResource', { ResourceARN: ARN!, Tags })
  const fifty = Array.from({ length: 50 }, (_, at) => ({ Key: `key-${at}`, Value: 'x'.repeat(256) }))
  await tag(...fifty)
  await tag({ Key: 'key-0', Value: 'new' })
  await refused('TooManyTagsException', tag({ Key: 'one more', Value: '' }))
  await refused('InvalidParameterException', tag({ Key: 'k'.repeat(129), Value: '' }))
  await refused('InvalidParameterException', tag({ Key: 'key-1', Value: 'x'.repeat(257) }))
  const { Tags } = (await call('ListTagsForResource', { ResourceARN: ARN! })) as { Tags: JsonObject[] }
  assert.equal(Tags.length, 50)
  assert.deepEqual(
    Tags.find(({ Key }) => Key === 'key-0'),
    { Key: 'key-0', Value: 'new' },
  )
})

test('another default domain changes no address (DOM-10), and the name of the journal sender is kept (JRN-08)', async () => {
  const { OrganizationId } = await call('CreateOrganization', { Alias: 'moved' })
  const here = (operation: string, input: JsonObject = {}) =>
    call(operation, { OrganizationId: OrganizationId!, ...input })
  const { UserId } = await here('CreateUser', { Name: 'ben', DisplayName: 'Ben' })
  await here('RegisterToWorkMail', { EntityId: UserId!, Email: 'ben@moved.mail.example' })
  await here('RegisterMailDomain', { DomainName: 'moved.example' })
  const id = OrganizationId as never
  const domain = await full.store.directory.getDomain(id, 'moved.example')
  await full.store.transact({ organization: id }, ({ directory }) =>
    directory.saveDomain(id, { ...domain, ownership: 'VERIFIED', verifiedAt: Date.now() }),
  )
  await here('UpdateDefaultMailDomain', { DomainName: 'moved.example' })
  assert.equal((await here('DescribeOrganization')).DefaultMailDomain, 'moved.example')
  assert.equal((await here('DescribeUser', { UserId: UserId! })).Email, 'ben@moved.mail.example')
  const reserved = here('CreateUser', { Name: 'AmazonJournaling', DisplayName: 'Journal' })
  await refused('ReservedNameException', reserved)
})
