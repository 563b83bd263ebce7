import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantSource } from '#connectors/exchange-csv/grant-source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { allOf, csv, writing } from './written.ts'

test('Get-MailboxPermission: Full Access counts; SELF, inherited, denied and system entries are listed as left out', async (t) => {
  const anna = 'corp.example/Users/Anna Ash'
  const file = writing(t)(
    'full-access.csv',
    csv(
      ['Identity', 'User', 'AccessRights', 'IsInherited', 'Deny'],
      [anna, 'NT AUTHORITY\\SELF', '{FullAccess, ReadPermission}', 'False', 'False'],
      [anna, 'NT-AUTORITÄT\\SELBST', '{FullAccess}', 'False', 'False'],
      [anna, 'CORP\\ben', '{FullAccess}', 'False', 'False'],
      [anna, 'CORP\\cid', 'FullAccess, ChangeOwner', 'False', 'False'],
      [anna, 'CORP\\dan', '{FullAccess}', 'True', 'False'],
      [anna, 'CORP\\eve', '{FullAccess}', 'False', 'True'],
      [anna, 'CORP\\Exchange Trusted Subsystem', '{FullAccess}', 'False', 'False'],
      [anna, 'S-1-5-21-1-2-3-4', '{FullAccess}', 'Falsch', 'Falsch'],
      [anna, 'CORP\\fay', '{Vollzugriff}', 'False', 'False'],
    ),
  )
  const source = await grantSource(file)
  assert.equal(source.name, 'full-access.csv (Get-MailboxPermission)')
  const { grants, leftOut } = await allOf(source)
  assert.deepEqual(
    grants.map((grant) => grant.slice(anna.length)),
    [' < CORP\\ben full-access', ' < CORP\\cid full-access', ' < S-1-5-21-1-2-3-4 full-access'],
  )
  assert.deepEqual(leftOut, [
    'self NT AUTHORITY\\SELF',
    'self NT-AUTORITÄT\\SELBST',
    'no-delegation CORP\\cid',
    'inherited CORP\\dan',
    'deny CORP\\eve',
    'system-account CORP\\Exchange Trusted Subsystem',
    'unknown-right CORP\\fay',
  ])
})

test('Get-RecipientPermission and Get-ADPermission: Send As', async (t) => {
  const write = writing(t)
  const recipient = csv(
    ['Identity', 'Trustee', 'AccessControlType', 'AccessRights', 'IsInherited'],
    ['anna', 'ben@corp.example', 'Allow', 'SendAs', 'False'],
    ['anna', 'cid@corp.example', 'Deny', 'SendAs', 'False'],
  )
  assert.deepEqual((await allOf(await grantSource(write('a.csv', recipient)))).grants, [
    'anna < ben@corp.example send-as',
  ])
  const directory = csv(
    ['Identity', 'User', 'Deny', 'ExtendedRights', 'AccessRights', 'IsInherited'],
    ['anna', 'CORP\\ben', 'False', '{Send-As}', '{ExtendedRight}', 'False'],
    ['anna', 'CORP\\cid', 'False', '{Receive-As}', '{ExtendedRight}', 'False'],
  )
  assert.deepEqual((await allOf(await grantSource(write('b.csv', directory)))).grants, [
    'anna < CORP\\ben send-as',
  ])
})

test('Get-MailboxFolderPermission: delegates, calendars in any language, and nobody in particular', async (t) => {
  const write = writing(t)
  const folders = csv(
    ['Mailbox', 'FolderName', 'User', 'AccessRights', 'SharingPermissionFlags'],
    ['anna@corp.example', 'Kalender', 'Ben Berg', '{Editor}', 'Delegate, CanViewPrivateItems'],
    ['anna@corp.example', '予定表', 'Cid', '{PublishingAuthor}', ''],
    ['anna@corp.example', 'Projects', 'Dan', '{ReadItems, CreateItems, FolderVisible}', ''],
    ['anna@corp.example', 'Projects', 'Eve', '{Reviewer}', ''],
    ['anna@corp.example', 'Calendar', 'Fay', '{AvailabilityOnly}', ''],
    ['anna@corp.example', 'Calendar', 'Gus', '{None}', ''],
    ['anna@corp.example', 'Calendar', 'Standard', '{Reviewer}', ''],
    ['anna@corp.example', 'Calendar', 'Anonyme', '{None}', ''],
  )
  const { grants, leftOut } = await allOf(await grantSource(write('folders.csv', folders)))
  assert.deepEqual(
    grants.map((grant) => grant.replace('anna@corp.example < ', '')),
    [
      'Ben Berg delegate Kalender',
      'Cid calendar-edit 予定表',
      'Dan folder-edit Projects',
      'Eve folder-read Projects',
      'Fay availability Calendar',
    ],
  )
  assert.deepEqual(leftOut, ['no-delegation Gus', 'default-or-anonymous Standard', 'no-delegation Anonyme'])
  const byIdentity = csv(
    ['Identity', 'FolderName', 'User', 'AccessRights'],
    ['corp.example/Users/Anna:\\Calendar', 'Calendar', 'Ben', 'Editor'],
  )
  assert.deepEqual((await allOf(await grantSource(write('b.csv', byIdentity)))).grants, [
    'corp.example/Users/Anna < Ben calendar-edit Calendar',
  ])
  const nobodys = csv(
    ['Identity', 'FolderName', 'User', 'AccessRights'],
    ['Ben', 'Calendar', 'Ben', 'Editor'],
  )
  await assert.rejects(
    async () => allOf(await grantSource(write('c.csv', nobodys))),
    (error) =>
      error instanceof Refusal && /^c\.csv line 2 does not say whose folder it is/.test(error.message),
  )
})

test('Get-CalendarProcessing and Get-Mailbox: lists of names, of DNs too', async (t) => {
  const write = writing(t)
  const rooms = csv(
    ['Identity', 'ResourceDelegates', 'BookInPolicy', 'AllBookInPolicy'],
    ['corp.example/Rooms/Blue', '{corp.example/Users/Anna Ash, corp.example/Users/Ben Berg}', '', 'True'],
    [
      'corp.example/Rooms/Red',
      'CN=Ash\\, Anna,OU=Users,DC=corp,DC=example;CN=Ben,OU=Users,DC=corp,DC=example',
      '{}',
      '',
    ],
  )
  assert.deepEqual((await allOf(await grantSource(write('rooms.csv', rooms)))).grants, [
    'corp.example/Rooms/Blue < corp.example/Users/Anna Ash room-delegate',
    'corp.example/Rooms/Blue < corp.example/Users/Ben Berg room-delegate',
    'corp.example/Rooms/Red < CN=Ash\\, Anna,OU=Users,DC=corp,DC=example room-delegate',
    'corp.example/Rooms/Red < CN=Ben,OU=Users,DC=corp,DC=example room-delegate',
  ])
  const behalf = csv(
    ['Identity', 'PrimarySmtpAddress', 'GrantSendOnBehalfTo'],
    ['corp.example/Users/Anna', 'anna@corp.example', '{corp.example/Users/Ben}'],
  )
  assert.deepEqual((await allOf(await grantSource(write('mailboxes.csv', behalf)))).grants, [
    'anna@corp.example < corp.example/Users/Ben send-on-behalf',
  ])
})

test('Get-CalendarProcessing: how a room answers, in the words of a shell in any language', async (t) => {
  const rooms = csv(
    [
      ...['Identity', 'ResourceDelegates', 'AutomateProcessing', 'AllBookInPolicy'],
      ...['AllowRecurringMeetings', 'AllowConflicts', 'BookingWindowInDays', 'ConflictPercentageAllowed'],
      ...['MaximumConflictInstances', 'ProcessExternalMeetingMessages'],
    ],
    ['corp.example/Rooms/Blue', '', 'AutoAccept', 'True', 'True', 'False', '0', '0', '0', 'False'],
    ['corp.example/Rooms/Red', '', 'AutoAccept', 'Falsch', 'Falsch', 'Wahr', '90', '20', '3', 'Wahr'],
    ['corp.example/Rooms/Old', '', 'AutoUpdate', 'True', 'True', 'False', '', '', '', ''],
    ['corp.example/Users/Eva', '', 'None', 'True', 'True', 'False', '', '', '', ''],
  )
  const source = await grantSource(writing(t)('rooms.csv', rooms))
  const found = (await Array.fromAsync(source.read())).flatMap(({ bookings }) => bookings ?? [])
  assert.deepEqual(
    found.map(({ owner, booking }) => [owner.split('/').at(-1), ...Object.values(booking)]),
    [
      ['Blue', true, false, true, 0, 0, 1_095, false, true],
      ['Red', false, true, false, 20, 3, 90, true, true],
      ['Old', false, false, true, 0, 0, 180, false, true],
      ['Eva', false, false, true, 0, 0, 180, false, false],
    ],
  )
})

test('rights in another language are known, and one that is not is to be looked at', async (t) => {
  const folders = csv(
    ['Mailbox', 'FolderName', 'User', 'AccessRights'],
    ['anna@corp.example', 'Kalender', 'Ben', 'Bearbeiter'],
    ['anna@corp.example', 'Kalender', 'Cid', 'Pr\u00fcfer'],
    ['anna@corp.example', 'Kalender', 'Dan', 'Keine'],
    ['anna@corp.example', 'Kalender', 'Eve', 'Etwas'],
    ['anna@corp.example', 'Kalender', 'Standard', 'Etwas'],
  )
  const { grants, leftOut } = await allOf(await grantSource(writing(t)('folders.csv', folders)))
  assert.deepEqual(grants, [
    'anna@corp.example < Ben calendar-edit Kalender',
    'anna@corp.example < Cid folder-read Kalender',
  ])
  assert.deepEqual(leftOut, ['no-delegation Dan', 'unknown-right Eve', 'no-delegation Standard'])
})

test('a list that PowerShell wrote as its type is refused with the cmdlet that mends it', async (t) => {
  const file = writing(t)(
    'full-access.csv',
    csv(['Identity', 'User', 'AccessRights'], ['anna', 'CORP\\ben', 'System.Collections.ArrayList']),
  )
  await assert.rejects(
    async () => allOf(await grantSource(file)),
    (error) => error instanceof Refusal && /full-access\.csv line 2: .*-join ';'/.test(error.message),
  )
})

test('a file of another kind is refused with the columns that are wanted', async (t) => {
  const file = writing(t)('other.csv', csv(['Name', 'Size'], ['a', '1']))
  await assert.rejects(
    grantSource(file),
    /other\.csv is none of the files.*Name, Size.*Get-MailboxPermission/,
  )
})
