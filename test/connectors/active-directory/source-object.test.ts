import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseGuid } from '#connectors/active-directory/guid.ts'
import { RawEntry } from '#connectors/active-directory/raw-entry.ts'
import { recipientOf } from '#connectors/active-directory/recipient-type.ts'
import { parseSid } from '#connectors/active-directory/security-descriptor.ts'
import { type Surroundings, sourceObjectOf } from '#connectors/active-directory/source-object.ts'
import type { SourceObject } from '#src/domain/directory-sync/source.ts'

type Values = Record<string, string | Buffer | readonly (string | Buffer)[]>
const GUID = '00112233-4455-6677-8899-aabbccddeeff'

function raw(values: Values): RawEntry {
  const all = Object.entries(values).map(([name, value]) => {
    const list = Array.isArray(value) ? value : [value]
    return [
      name.toLowerCase(),
      list.map((each) => (Buffer.isBuffer(each) ? each : Buffer.from(each))),
    ] as const
  })
  return new RawEntry('<GUID=x>;CN=Anna,DC=corp', new Map(all))
}

const around: Surroundings = { partition: 'dc=corp', hasPhoto: false, sendAs: [], fullAccess: [] }
function objectOf(values: Values): SourceObject {
  const judged = sourceObjectOf(
    raw({ objectGUID: parseGuid(GUID)!, mailNickname: 'anna', uSNChanged: '7', ...values }),
    around,
  )
  assert.ok(judged && 'object' in judged)
  return judged.object
}

test('one that was undeleted says where from, by the key of that place where it is told', () => {
  assert.equal(objectOf({}).restoredFrom, undefined)
  assert.equal(objectOf({ lastKnownParent: 'OU=People,DC=corp' }).restoredFrom, 'ou=people,dc=corp')
  const extended = `<GUID=${GUID}>;OU=People,DC=corp`
  assert.equal(objectOf({ lastKnownParent: extended }).restoredFrom, GUID)
})

const types: [Values, string][] = [
  [{ msExchRecipientTypeDetails: '1' }, 'mailbox'],
  [{ msExchRecipientTypeDetails: '2' }, 'mailbox'],
  [{ msExchRecipientTypeDetails: '4' }, 'shared-mailbox'],
  [{ msExchRecipientTypeDetails: '16' }, 'room'],
  [{ msExchRecipientTypeDetails: '32' }, 'equipment'],
  [{ msExchRecipientTypeDetails: '64' }, 'contact'],
  [{ msExchRecipientTypeDetails: '128' }, 'mail-user'],
  [{ msExchRecipientTypeDetails: '256' }, 'group'],
  [{ msExchRecipientTypeDetails: '512', objectClass: 'group', groupType: '-2147483646' }, 'security-group'],
  [{ msExchRecipientTypeDetails: '512', objectClass: 'group', groupType: '2' }, 'group'],
  [{ msExchRecipientTypeDetails: '1024' }, 'security-group'],
  [{ msExchRecipientTypeDetails: '268435456' }, 'room-list'],
  [{ msExchRecipientTypeDetails: '2147483648' }, 'mail-user'],
  [{ msExchRecipientTypeDetails: '8589934592' }, 'room'],
  [{ msExchRecipientTypeDetails: '17179869184' }, 'equipment'],
  [{ msExchRecipientTypeDetails: '34359738368' }, 'shared-mailbox'],
  // Bits of msExchRecipientDisplayType, where the details are missing.
  [{ msExchRecipientDisplayType: '1073741824', objectClass: ['user'] }, 'mailbox'],
  [{ msExchRecipientDisplayType: '1073741833' }, 'security-group'],
  [{ msExchRecipientDisplayType: '1043741833' }, 'security-group'],
  [{ msExchRecipientDisplayType: '-2147481850' }, 'room'],
  [{ msExchRecipientDisplayType: '-2147481594' }, 'equipment'],
  [{ msExchRecipientDisplayType: '-1073741818', objectClass: ['user'] }, 'mail-user'],
  [{ msExchRecipientDisplayType: '7' }, 'room'],
  [{ msExchRecipientDisplayType: '15' }, 'room-list'],
  // Neither.
  [{ objectClass: ['person', 'contact'] }, 'contact'],
  [{ objectClass: ['user'], homeMDB: 'CN=DB' }, 'mailbox'],
  [{ objectClass: ['user'] }, 'mail-user'],
  [{ objectClass: ['msExchDynamicDistributionList'] }, 'dynamic-group'],
  [{ objectClass: ['publicFolder'] }, 'public-folder'],
  [{ objectClass: ['user'], msExchResourceMetaData: ['ResourceType:Room'] }, 'room'],
]
for (const [values, type] of types) {
  test(`${JSON.stringify(values)} is a ${type}`, () => assert.equal(objectOf(values).type, type))
}

test('an unknown type is told once and taken for what its class says', () => {
  const unknown: number[] = []
  const found = recipientOf(
    raw({ msExchRecipientTypeDetails: '9007199254740991', objectClass: 'contact' }),
    (details) => unknown.push(details),
  )
  assert.deepEqual(found, { type: 'contact' })
  assert.deepEqual(unknown, [9007199254740991])
})

for (const details of [
  8192, 16384, 65536, 131072, 262144, 524288, 1048576, 2097152, 8388608, 16777216, 536870912, 68719476736,
  549755813888,
]) {
  test(`the type ${details} is left out with a reason`, () => {
    const found = recipientOf(raw({ msExchRecipientTypeDetails: String(details) }))
    assert.ok('omitted' in found && found.omitted.length > 20)
  })
}

test('the case of SMTP: is kept', () => {
  const proxyAddresses = ['smtp:a@x', 'SMTP:b@x', 'X500:/o=x/cn=a', 'sip:a@x']
  assert.deepEqual(objectOf({ proxyAddresses }).proxyAddresses, proxyAddresses)
})

test('what a room has is read as it is shown and as it is searched', () => {
  const room = objectOf({
    msExchRecipientTypeDetails: '16',
    msExchResourceDisplay: 'Room,Beamer',
    msExchResourceSearchProperties: ['Room', 'Beamer', 'Whiteboard'],
  })
  assert.deepEqual(room.facilities, { shown: 'Room,Beamer', words: ['Room', 'Beamer', 'Whiteboard'] })
  assert.equal('facilities' in objectOf({ msExchRecipientTypeDetails: '16' }), false)
  assert.equal('facilities' in objectOf({ msExchResourceDisplay: 'Room' }), false)
})

test('a linked mailbox names the account of the other forest; a shared one names itself', () => {
  const master = (sid: string) =>
    objectOf({ objectClass: ['user'], msExchMasterAccountSid: parseSid(sid) }).account!.master
  assert.equal(master('S-1-5-21-1-2-3-1105'), 'S-1-5-21-1-2-3-1105')
  assert.equal(master('S-1-5-10'), undefined)
  const damaged = objectOf({ objectClass: ['user'], msExchMasterAccountSid: Buffer.from('x') })
  assert.equal('master' in damaged.account!, false)
})

test('an account has its SID, and a damaged one none', () => {
  const sid = 'S-1-5-21-11-22-33-1104'
  const account = (objectSid: Buffer) => objectOf({ objectClass: ['user'], objectSid }).account!
  assert.equal(account(parseSid(sid)).sid, sid)
  assert.equal('sid' in account(parseSid(sid).subarray(0, 12)), false)
})

test('a disabled account is not a missing one', () => {
  const object = objectOf({
    objectClass: ['user'],
    userAccountControl: '514',
    sAMAccountName: 'anna',
    homeMDB: 'CN=DB',
  })
  assert.deepEqual(object.account, { sam: 'anna', upn: null, disabled: true })
  assert.equal(object.hasMailbox, true)
  assert.equal(objectOf({ objectClass: ['contact'] }).account, null)
})

test('a mail user that was moved away has no mailbox there though it keeps the GUID of one', () => {
  assert.equal(
    objectOf({ msExchMailboxGuid: Buffer.alloc(16, 1), targetAddress: 'SMTP:a@y' }).hasMailbox,
    false,
  )
  assert.equal(objectOf({ msExchMailboxGuid: Buffer.alloc(16, 1) }).hasMailbox, true)
  const group = 'CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Corp'
  const cases: [Parameters<typeof objectOf>[0], object | undefined][] = [
    [{ homeMDB: `CN=DB01,CN=Databases,${group}` }, { database: 'DB01' }],
    [
      {
        homeMDB: `CN=DB\\, A,CN=Databases,${group}`,
        msExchHomeServerName: '/o=Corp/ou=Exchange Administrative Group/cn=Configuration/cn=Servers/cn=EX01',
      },
      { database: 'DB, A', server: 'EX01' },
    ],
    [
      {
        homeMDB: `CN=Mailbox Database,CN=First Storage Group,CN=InformationStore,CN=OLD07,CN=Servers,${group}`,
      },
      { database: 'Mailbox Database', server: 'OLD07' },
    ],
    [{ msExchHomeServerName: '/o=Corp/cn=somewhere else' }, undefined],
    [{}, undefined],
  ]
  for (const [attributes, storedOn] of cases) assert.deepEqual(objectOf(attributes).storedOn, storedOn)
})

test('details go under the names of the address book', () => {
  const { details } = objectOf({
    givenName: 'Zoë',
    sn: 'Müller',
    'msDS-PhoneticDisplayName': 'ヨシダ',
    l: 'München',
    co: 'Deutschland',
    c: 'DE',
    assistant: 'CN=Martin\\, Zoë,OU=People,DC=corp',
    otherTelephone: ['1', '2'],
    extensionAttribute15: 'x',
  })
  assert.deepEqual(details, {
    firstName: 'Zoë',
    lastName: 'Müller',
    phoneticDisplayName: 'ヨシダ',
    city: 'München',
    country: 'Deutschland',
    assistant: 'Martin, Zoë',
    otherTelephones: ['1', '2'],
    customAttributes: { 15: 'x' },
  })
})

test('restrictions, forwarding and delegates are links', () => {
  const name = `<GUID=${GUID}>;CN=x`
  const object = objectOf({
    msExchRequireAuthToSendTo: 'TRUE',
    authOrig: name,
    dLMemSubmitPerms: name,
    unauthOrig: 'CN=y',
    dLMemRejectPerms: name,
    delivContLength: '10240',
    altRecipient: name,
    deliverAndRedirect: 'TRUE',
    publicDelegates: [name, 'CN=y'],
    msExchDelegateListLink: [name, name],
    managedBy: name,
    msExchCoManagedByLink: [name, 'CN=y'],
  })
  const link = { guid: GUID }
  assert.deepEqual(object.restrictions, {
    authenticatedOnly: true,
    from: [link],
    fromMembersOf: [link],
    notFrom: [{ place: 'CN=y' }],
    notFromMembersOf: [link],
    maxSizeBytes: 10_485_760,
  })
  assert.deepEqual(object.forwarding, { to: link, keepCopy: true })
  assert.deepEqual(object.delegates, [link, { place: 'CN=y' }])
  assert.deepEqual(object.fullAccess, [link])
  assert.deepEqual(object.owners, [link, { place: 'CN=y' }])
})

test('a certificate is bare X.509, not signed data', () => {
  const x509 = Buffer.from('30820003308101', 'hex')
  const pkcs7 = Buffer.from('3005060100', 'hex')
  assert.deepEqual(
    objectOf({ userSMIMECertificate: pkcs7, userCertificate: [x509] }).certificate,
    new Uint8Array(x509),
  )
  assert.equal(objectOf({ userSMIMECertificate: pkcs7 }).certificate, null)
})

test('of an address list only members are shown; hidden is hidden, whatever lists say', () => {
  const addressList = 'CN=Sales,CN=All Global Address Lists,CN=Address Lists Container,DC=corp'
  const hiddenOf = (values: Values, list: string | undefined = addressList) => {
    const entry = raw({ objectGUID: parseGuid(GUID)!, mailNickname: 'anna', ...values })
    const judged = sourceObjectOf(entry, { ...around, ...(list !== undefined && { addressList: list }) })
    return judged && 'object' in judged && judged.object.hidden
  }
  const inIt = `<GUID=${GUID}>;${addressList.toUpperCase()}`
  assert.equal(hiddenOf({ showInAddressBook: ['CN=Other,DC=corp', inIt] }), false)
  assert.equal(hiddenOf({ showInAddressBook: inIt }, addressList.replaceAll(',', ', ')), false)
  assert.equal(hiddenOf({ showInAddressBook: 'CN=Other,DC=corp' }), true)
  assert.equal(hiddenOf({}), true)
  assert.equal(hiddenOf({ showInAddressBook: inIt, msExchHideFromAddressLists: 'TRUE' }), true)
  const judged = sourceObjectOf(raw({ objectGUID: parseGuid(GUID)!, mailNickname: 'anna' }), around)
  assert.ok(judged && 'object' in judged && !judged.object.hidden)
})

test('the number of recipients of a mailbox, where there is one', () => {
  assert.equal(objectOf({ msExchRecipLimit: '25' }).maxRecipients, 25)
  assert.equal(objectOf({ msExchRecipLimit: '2147483647' }).maxRecipients, null)
  assert.equal(objectOf({}).maxRecipients, null)
})

test('an account without mailNickname may be given a mailbox here; those of machines, trusts and Windows itself may not', () => {
  const judge = (values: Values) =>
    sourceObjectOf(
      raw({
        objectGUID: parseGuid(GUID)!,
        objectClass: ['top', 'person', 'user'],
        sAMAccountName: 'bert',
        ...values,
      }),
      around,
    )
  const judged = judge({
    displayName: 'Bert Baum',
    proxyAddresses: 'SMTP:bert@corp.example',
    mail: 'b@else.example',
  })
  assert.ok(judged && 'object' in judged)
  const { type, alias, displayName, hasMailbox, account } = judged.object
  assert.deepEqual(
    { type, alias, displayName, hasMailbox },
    {
      ...{ type: 'account', alias: 'bert', displayName: 'Bert Baum', hasMailbox: false },
    },
  )
  assert.equal(account?.sam, 'bert')
  for (const values of [
    { sAMAccountName: 'CORP$' },
    { isCriticalSystemObject: 'TRUE' },
    { cn: 'HealthMailbox1' },
  ])
    assert.ok('omission' in judge(values)!, JSON.stringify(values))
  assert.equal(judge({ objectClass: ['group'] }), undefined)
})

test('an address list hides the recipients that are not in it, and no accounts, which can be in none', () => {
  const inList = (values: Values) => {
    const addressList = 'CN=All,CN=Lists'
    const key = { objectGUID: parseGuid(GUID)!, objectClass: 'user', sAMAccountName: 'bert', ...values }
    const judged = sourceObjectOf(raw(key), { ...around, addressList })
    return judged && 'object' in judged && !judged.object.hidden
  }
  assert.equal(inList({ mailNickname: 'bert' }), false)
  assert.equal(inList({ mailNickname: 'bert', showInAddressBook: 'cn=all, cn=lists' }), true)
  assert.equal(inList({}), true)
  assert.equal(inList({ msExchHideFromAddressLists: 'TRUE' }), false)
})

test('when it was made is told as far as it is a time', () => {
  assert.equal(objectOf({ whenCreated: '20261122141500.0Z' }).madeAt, '20261122141500.0Z')
  for (const whenCreated of ['yesterday', '2026', '20261122141500+0100'])
    assert.equal('madeAt' in objectOf({ whenCreated }), false)
})
