import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { selfSignedCertificate } from '#src/platform/tls/self-signed.ts'
import { type EwsClient, type EwsSite, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  await site.user('anton')
  const bob = await site.user('bob')
  const { GroupId } = await site.call('CreateGroup', { Name: 'team' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@corp.test' })
  await site.call('AssociateMemberToGroup', { GroupId, MemberId: bob.id })
  const { ResourceId } = await site.call('CreateResource', { Name: 'blue-room', Type: 'ROOM' })
  await site.call('RegisterToWorkMail', { EntityId: ResourceId, Email: 'blue@corp.test' })
  ann = site.client('ann@corp.test')
})
after(async () => {
  site.judge()
  await site.end()
})

test('names are resolved in the address book and among contacts', async () => {
  const [two] = await ann.messages('ResolveNames', { UnresolvedEntry: 'an', ReturnFullContactData: false })
  assert.equal(two!.ResponseCode, 'ErrorNameResolutionMultipleResults')
  assert.equal(two!.ResponseClass, 'Warning')
  assert.deepEqual(
    two!.ResolutionSet.Resolution.map(
      (each: { Mailbox: { EmailAddress: string } }) => each.Mailbox.EmailAddress,
    ).sort(),
    ['ann@corp.test', 'anton@corp.test'],
  )
  const one = await ann.one('ResolveNames', {
    UnresolvedEntry: 'smtp:bob@corp.test',
    ReturnFullContactData: true,
  })
  assert.equal(one.ResolutionSet.Resolution[0].Contact.DisplayName, 'bob')
  assert.equal(
    await ann.code('ResolveNames', { UnresolvedEntry: 'zzz', ReturnFullContactData: false }),
    'ErrorNameResolutionNoResults',
  )
  await ann.one('CreateItem', {
    Items: [
      {
        Contact: {
          DisplayName: 'Zelda Fitz',
          EmailAddresses: [{ Key: 'EmailAddress1', Value: 'zelda@example.com' }],
        },
      },
    ],
  })
  const contact = await ann.one('ResolveNames', {
    UnresolvedEntry: 'zelda',
    ReturnFullContactData: false,
    SearchScope: 'Contacts',
  })
  assert.equal(contact.ResolutionSet.Resolution[0].Mailbox.EmailAddress, 'zelda@example.com')
})

test("a list of one's own is resolved to its id, by which it is expanded", async () => {
  await ann.one('CreateItem', {
    Items: [
      {
        DistributionList: {
          DisplayName: 'Quiz evening',
          Members: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
        },
      },
    ],
  })
  const { ResolutionSet } = await ann.one('ResolveNames', {
    UnresolvedEntry: 'quiz',
    ReturnFullContactData: true,
    SearchScope: 'Contacts',
  })
  const [{ Mailbox }] = ResolutionSet.Resolution
  assert.deepEqual([Mailbox.Name, Mailbox.MailboxType], ['Quiz evening', 'PrivateDL'])
  const { DLExpansion } = await ann.one('ExpandDL', { Mailbox })
  assert.equal(DLExpansion.Mailbox[0].EmailAddress, 'bob@corp.test')
})

test('the certificate of somebody is told to who asks for all of the card (CLT-13)', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-certificate-'))
  t.after(() => rm(folder, { recursive: true }))
  const { cert } = await selfSignedCertificate(folder, ['bob.example'], new Date())
  await site.call('PutUserCertificate', { UserId: 'bob', Certificate: Buffer.from(cert).toString('base64') })
  const told = async (ReturnFullContactData: boolean) => {
    const one = await ann.one('ResolveNames', { UnresolvedEntry: 'bob@corp.test', ReturnFullContactData })
    return one.ResolutionSet.Resolution[0].Contact?.UserSMIMECertificate
  }
  const [certificate] = await told(true)
  const der = new X509Certificate(cert).raw
  assert.deepEqual(Buffer.from(certificate), der)
  assert.equal(await told(false), undefined)
})

test('whoever is hidden is found by no search, and rights on the mailbox work (DIR-13)', async () => {
  const helga = await site.user('helga')
  const bob = await site.call('DescribeUser', { UserId: 'bob' })
  await site.call('PutMailboxPermissions', {
    ...{ EntityId: helga.id, GranteeId: bob.UserId, PermissionValues: ['FULL_ACCESS'] },
  })
  await site.call('UpdateUser', { UserId: helga.id, HiddenFromGlobalAddressList: true })
  assert.equal(
    await ann.code('ResolveNames', { UnresolvedEntry: 'helga', ReturnFullContactData: false }),
    'ErrorNameResolutionNoResults',
  )
  const inbox = { DistinguishedFolderId: { Id: 'inbox', Mailbox: { EmailAddress: helga.address } } } as const
  const look = {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [inbox],
  } as const
  await site.client('bob@corp.test').one('GetFolder', look)
  assert.notEqual(await ann.code('GetFolder', look), 'NoError')
})

test('who is hidden is not told among the members of a group (exchange-interop 1.1)', async () => {
  const [shown, ghost] = [await site.user('shown'), await site.user('ghost')]
  await site.call('UpdateUser', { UserId: ghost.id, HiddenFromGlobalAddressList: true })
  const { GroupId } = await site.call('CreateGroup', { Name: 'haunted' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'haunted@corp.test' })
  for (const { id } of [shown, ghost]) await site.call('AssociateMemberToGroup', { GroupId, MemberId: id })
  const { DLExpansion } = await ann.one('ExpandDL', { Mailbox: { EmailAddress: 'haunted@corp.test' } })
  assert.deepEqual(
    DLExpansion.Mailbox.map((each: { EmailAddress: string }) => each.EmailAddress),
    [shown.address],
  )
})

test('groups have members, rooms a list, and people can be found', async () => {
  const { DLExpansion } = await ann.one('ExpandDL', { Mailbox: { EmailAddress: 'team@corp.test' } })
  assert.deepEqual(
    DLExpansion.Mailbox.map((each: { EmailAddress: string }) => each.EmailAddress),
    ['bob@corp.test'],
  )
  const lists = await ann.ask('GetRoomLists', {})
  const rooms = await ann.ask('GetRooms', { RoomList: lists.RoomLists![0]! })
  assert.deepEqual(
    rooms.Rooms?.map(({ Id }) => Id?.EmailAddress),
    ['blue@corp.test'],
  )
  const { People } = await ann.ask('FindPeople', {
    IndexedPageItemView: { MaxEntriesReturned: 10, Offset: 0, BasePoint: 'Beginning' },
    ParentFolderId: { DistinguishedFolderId: { Id: 'directory' } },
    QueryString: 'bo',
  })
  assert.equal(People?.[0]?.EmailAddress?.EmailAddress, 'bob@corp.test')
  const { Persona } = await ann.ask('GetPersona', { PersonaId: People![0]!.PersonaId })
  assert.equal(Persona?.DisplayName, 'bob')
})

test('time zones are told with rules that mean what they say', async () => {
  const { TimeZoneDefinitions } = await ann.one('GetServerTimeZones', {
    Ids: ['W. Europe Standard Time', 'India Standard Time', 'UTC'],
    ReturnFullTimeZoneData: true,
  })
  assert.deepEqual(
    TimeZoneDefinitions.map(({ Id }: { Id: string }) => Id),
    ['W. Europe Standard Time', 'India Standard Time', 'UTC'],
  )
  assert.deepEqual(
    TimeZoneDefinitions[0].Periods.map(({ Bias }: { Bias: string }) => Bias),
    ['-PT1H', '-PT2H'],
  )
  assert.equal(TimeZoneDefinitions[1].Periods[0].Bias, '-PT5H30M')
  const every = await ann.one('GetServerTimeZones', { ReturnFullTimeZoneData: false })
  assert.ok(every.TimeZoneDefinitions.length > 100)
})

test('ids change their clothes and come back', async () => {
  const { Folders } = await ann.one('GetFolder', {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
  })
  const { Id } = shown(Folders[0]).FolderId
  const convert = async (
    Format: 'EwsId' | 'HexEntryId' | 'OwaId',
    id: string,
    DestinationFormat: typeof Format,
  ) =>
    (
      await ann.one('ConvertId', {
        DestinationFormat,
        SourceIds: [{ AlternateId: { Format, Id: id, Mailbox: 'whoever@corp.test' } }],
      })
    ).AlternateId
  const hex = await convert('EwsId', Id, 'HexEntryId')
  assert.equal(hex.Mailbox, 'ann@corp.test')
  assert.match(hex.Id, /^[0-9A-F]+$/)
  assert.equal((await convert('HexEntryId', hex.Id, 'EwsId')).Id, Id)
})

test('what clients ask at each start has an answer', async () => {
  await ann.ask('GetInboxRules', {})
  await ann.ask('GetAppManifests', {})
  await ann.ask('GetAppMarketplaceUrl', {})
  await ann.ask('GetPasswordExpirationDate', {})
})
