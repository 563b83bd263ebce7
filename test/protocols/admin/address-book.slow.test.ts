import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { selfSignedCertificate } from '#src/platform/tls/self-signed.ts'
import { callAnswerer } from '#src/protocols/admin/answer-call.ts'
import type { AdminServices } from '#src/protocols/admin/services.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-address-book-'))
let full: TemporaryStore
let pem: string
before(async () => {
  pem = (await selfSignedCertificate(folder, ['anna.example'], new Date())).cert
  full = await temporaryStore({ mailboxes: 0 })
  for (const name of ['anna', 'ben']) {
    const { store } = full
    const user = { name, displayName: `The ${name}` }
    const made = await createUser(
      { store, passwords: undefined as never },
      full.organization.id,
      user,
      Date.now(),
    )
    await store.transact(
      { organization: full.organization.id, newMailboxes: [mailboxOf(name)] },
      async (write) => {
        const at = { organization: full.organization.id, mailbox: mailboxOf(name) }
        await write.mailboxes.createMailbox(at, { quotaBytes: 1_000_000, folders: distinguishedFolders })
        await write.directory.saveEntry(full.organization.id, {
          ...made,
          state: 'ENABLED',
          mailbox: mailboxOf(name),
        })
      },
    )
  }
})
after(async () => {
  await full.remove()
  rmSync(folder, { recursive: true })
})

const mailboxOf = (name: string) =>
  `00000000-0000-4000-8000-${Buffer.from(name.padEnd(6)).toString('hex')}` as never

function here(operation: string, input: JsonObject = {}): Promise<JsonObject> {
  const services = {
    store: full.store,
    now: Date.now,
    log: { info: () => undefined, error: assert.fail },
  } as unknown as AdminServices
  return inProcessClient(callAnswerer(services)).call(operation, {
    OrganizationId: full.organization.id,
    ...input,
  })
}

const refused = (type: string, work: Promise<unknown>, words = /./) =>
  assert.rejects(
    work,
    (error) => error instanceof AdminFault && error.type === type && words.test(error.message),
    type,
  )

test('a contact is made, shown, listed, changed and deleted', async () => {
  const { ContactId } = await here('CreateContact', {
    Name: 'Paula',
    EmailAddresses: ['paula@partner.example', 'p@partner.example'],
    Company: 'Partner',
    Manager: 'anna',
    CustomAttributes: { 15: 'gold' },
    OtherTelephones: ['+49 30 1'],
  })
  const shown = await here('DescribeContact', { ContactId: 'PAULA@partner.example' })
  assert.equal(shown.ContactId, ContactId)
  assert.deepEqual(shown.EmailAddresses, ['paula@partner.example', 'p@partner.example'])
  assert.deepEqual(
    [shown.Email, shown.State, shown.Company, shown.ManagerName],
    ['paula@partner.example', 'ENABLED', 'Partner', 'The anna'],
  )
  assert.deepEqual([shown.CustomAttributes, shown.OtherTelephones], [{ 15: 'gold' }, ['+49 30 1']])

  await here('UpdateContact', {
    ContactId: 'Paula',
    EmailAddresses: ['paula@new.example'],
    TargetAddress: 'paula@transit.example',
    Company: '',
    Manager: '',
    OtherTelephones: [],
    HiddenFromGlobalAddressList: true,
  })
  const changed = await here('DescribeContact', { ContactId: 'Paula' })
  assert.deepEqual(changed.EmailAddresses, ['paula@new.example'])
  assert.equal(changed.TargetAddress, 'paula@transit.example')
  assert.equal(changed.HiddenFromGlobalAddressList, true)
  for (const gone of ['Company', 'ManagerId', 'ManagerName', 'OtherTelephones'])
    assert.ok(!Object.hasOwn(changed, gone), gone)
  assert.deepEqual(changed.CustomAttributes, { 15: 'gold' })
  await here('UpdateContact', { ContactId: 'Paula', TargetAddress: '' })
  assert.ok(!Object.hasOwn(await here('DescribeContact', { ContactId: 'Paula' }), 'TargetAddress'))

  const { Contacts } = await here('ListContacts', { Filters: { NamePrefix: 'pau' } })
  assert.deepEqual(
    (Contacts as JsonObject[]).map(({ Id }) => Id),
    [ContactId],
  )
  await refused(
    'EmailAddressInUseException',
    here('CreateContact', { Name: 'P2', EmailAddresses: ['paula@new.example'] }),
  )
  await refused(
    'InvalidParameterException',
    here('CreateContact', { Name: 'P2', EmailAddresses: ['nobody'] }),
  )
  await refused('EntityNotFoundException', here('DescribeContact', { ContactId: 'anna' }))
  await here('DeleteContact', { ContactId: 'Paula' })
  assert.deepEqual((await here('ListContacts')).Contacts, [])
})

test('a user has a manager by name, address or id, but not itself', async () => {
  const { UserId } = await here('DescribeUser', { UserId: 'ben' })
  for (const Manager of ['ben', UserId!]) {
    await here('UpdateUser', { UserId: 'anna', Manager, Mobile: '+49 170', Notes: 'n\nm' })
    const anna = await here('DescribeUser', { UserId: 'anna' })
    assert.deepEqual(
      [anna.ManagerId, anna.ManagerName, anna.Mobile, anna.Notes],
      [UserId, 'The ben', '+49 170', 'n\nm'],
    )
    await here('UpdateUser', { UserId: 'anna', Manager: '' })
    assert.ok(!Object.hasOwn(await here('DescribeUser', { UserId: 'anna' }), 'ManagerId'))
  }
  await refused('EntityNotFoundException', here('UpdateUser', { UserId: 'anna', Manager: 'nobody' }))
  await refused(
    'InvalidParameterException',
    here('UpdateUser', { UserId: 'anna', Manager: 'anna' }),
    /own manager/,
  )
  const wrong = here('UpdateUser', { UserId: 'anna', CustomAttributes: { 16: 'x' } })
  await refused('InvalidParameterException', wrong, /1 to 15/)
})

test('a photo is what its octets say, and no larger than clients take', async () => {
  const gif = Buffer.from('GIF89a-and-more')
  await here('PutUserPhoto', { UserId: 'anna', Photo: gif.toString('base64') })
  assert.deepEqual(await here('GetUserPhoto', { UserId: 'anna' }), {
    ContentType: 'image/gif',
    Photo: gif.toString('base64'),
  })
  const { Photo } = await here('DescribeUser', { UserId: 'anna' })
  assert.equal((Photo as JsonObject).SizeBytes, gif.length)
  const put = (octets: Buffer) => here('PutUserPhoto', { UserId: 'anna', Photo: octets.toString('base64') })
  await refused('InvalidParameterException', put(Buffer.from('<svg xmlns=""/>')), /JPEG, PNG, GIF or WebP/)
  await refused(
    'InvalidParameterException',
    put(Buffer.concat([gif, Buffer.alloc(102_400)])),
    /at most 102400/,
  )
  await refused('InvalidParameterException', here('PutUserPhoto', { UserId: 'anna', Photo: '***' }), /base64/)
  await here('DeleteUserPhoto', { UserId: 'anna' })
  await here('DeleteUserPhoto', { UserId: 'anna' })
  await refused('ResourceNotFoundException', here('GetUserPhoto', { UserId: 'anna' }))
})

test('a certificate is kept as DER, and told with what stands in it', async () => {
  await here('PutUserCertificate', { UserId: 'anna', Certificate: Buffer.from(pem).toString('base64') })
  const kept = await here('GetUserCertificate', { UserId: 'anna' })
  assert.equal(kept.Subject, 'CN=anna.example')
  assert.ok(Number(kept.NotAfter) > Date.now() / 1000)
  const der = Buffer.from(String(kept.Certificate), 'base64')
  assert.equal(der[0], 0x30)
  await here('PutUserCertificate', { UserId: 'ben', Certificate: der.toString('base64') })
  assert.deepEqual(await here('GetUserCertificate', { UserId: 'ben' }), kept)
  const rubbish = here('PutUserCertificate', { UserId: 'anna', Certificate: 'MAA=' })
  await refused('InvalidParameterException', rubbish, /not an X\.509 certificate/)
  await here('DeleteUserCertificate', { UserId: 'anna' })
  await refused('ResourceNotFoundException', here('GetUserCertificate', { UserId: 'anna' }))
})

test('X500 and SIP addresses are replaced each by itself', async () => {
  const replace = (Kind: string, ...Addresses: string[]) =>
    here('ReplaceProxyAddresses', { EntityId: 'anna', Kind, Addresses })
  await replace('X500', 'X500:/o=Acme/cn=Anna', '/O=acme/CN=anna', '/o=Acme/cn=old')
  await replace('SIP', 'sip:anna@acme.example')
  const { ProxyAddresses } = await here('ListProxyAddresses', { EntityId: 'anna' })
  const told = (ProxyAddresses as JsonObject[]).map(({ Kind, Address }) => `${Kind} ${Address}`)
  assert.deepEqual(told.sort(), ['SIP anna@acme.example', 'X500 /O=acme/CN=anna', 'X500 /o=Acme/cn=old'])
  await refused('InvalidParameterException', replace('X500', 'cn=anna'))
  await refused('InvalidParameterException', replace('SMTP', 'a@b.example'), /Use X500 or SIP\./)
  const taken = here('ReplaceProxyAddresses', {
    EntityId: 'ben',
    Kind: 'SIP',
    Addresses: ['ANNA@acme.example'],
  })
  await refused('EmailAddressInUseException', taken)
  await replace('SIP')
  assert.equal(((await here('ListProxyAddresses', { EntityId: 'anna' })).ProxyAddresses as []).length, 2)
})

test('a folder of a mailbox is opened for others, and shut again', async () => {
  const { Folders, NextToken } = await here('ListMailboxFolders', { EntityId: 'anna', MaxResults: 2 })
  assert.deepEqual(
    (Folders as JsonObject[]).map(({ Path }) => Path),
    ['Inbox', 'Drafts'],
  )
  const next = await here('ListMailboxFolders', { EntityId: 'anna', MaxResults: 1, NextToken: NextToken! })
  assert.equal((next.Folders as JsonObject[])[0]!.Path, 'Sent Items')

  const calendar = { EntityId: 'anna', FolderId: 'calendar' }
  const rights = async () => {
    const { Permissions } = await here('ListMailboxFolderPermissions', calendar)
    return Object.fromEntries(
      (Permissions as JsonObject[]).map(({ GranteeName, GranteeId, AccessRights, Implied }) => [
        GranteeName ?? GranteeId,
        `${AccessRights}${Implied ? ' implied' : ''}`,
      ]),
    )
  }
  const anyway = { default: 'AvailabilityOnly implied', anonymous: 'None implied' }
  assert.deepEqual(await rights(), anyway)
  const put = (GranteeId: string, ...AccessRights: string[]) =>
    here('PutMailboxFolderPermission', { ...calendar, GranteeId, AccessRights })
  await put('ben', 'editor')
  await put('Default', 'LimitedDetails')
  assert.deepEqual(await rights(), { ...anyway, ben: 'Editor', default: 'LimitedDetails' })
  await put('ben', 'ReadItems', 'CreateItems')
  assert.equal((await rights()).ben, 'ReadItems,CreateItems')

  await refused('InvalidParameterException', put('anna', 'Editor'), /own folders/)
  await refused('InvalidParameterException', put('ben', 'Reader'), /no right "Reader"/)
  await refused('EntityNotFoundException', put('nobody', 'Editor'))
  const nowhere = { ...calendar, FolderId: 'Nowhere', GranteeId: 'ben', AccessRights: ['Editor'] }
  await refused('ResourceNotFoundException', here('PutMailboxFolderPermission', nowhere))

  for (const GranteeId of ['ben', 'ben', 'default'])
    await here('DeleteMailboxFolderPermission', { ...calendar, GranteeId })
  assert.deepEqual(await rights(), anyway)
})
