import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MailboxFile, readMailboxes } from '#connectors/exchange-csv/mailboxes.ts'
import { listOf, parseSize } from '#connectors/exchange-csv/values.ts'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'
import { csv, writing } from './written.ts'

async function all(file: string): Promise<MailboxFile> {
  const parts: MailboxFile[] = []
  for await (const part of readMailboxes(file)) parts.push(part)
  return {
    maybeSizes: parts.some(({ maybeSizes }) => maybeSizes),
    mailboxes: parts.flatMap(({ mailboxes }) => mailboxes),
    sizes: parts.flatMap(({ sizes }) => sizes),
    ignored: parts.flatMap(({ ignored }) => ignored),
  }
}

const header = [
  'Name',
  'DisplayName',
  'Alias',
  'SamAccountName',
  'PrimarySmtpAddress',
  'Identity',
  'EmailAddresses',
]
const more = ['RecipientTypeDetails', 'Database', 'Department', 'Pilot', 'Status', 'MigratedOn', 'MoveOn']

test('Get-Mailbox: whoever is listed is found by every name the cmdlets use', async (t) => {
  const file = writing(t)(
    'mailboxes.csv',
    csv(
      [...header, ...more],
      [
        ...['Anna Ash', 'Ash, Anna', 'aash', 'anna', 'Anna@Corp.Example', 'corp.example/Users/Anna Ash'],
        ...[
          'SMTP:Anna@Corp.Example smtp:a.ash@corp.example X500:/o=Corp/cn=anna',
          'UserMailbox',
          'DB01',
          'Sales',
        ],
        ...['yes', '', '', '2027-01-05'],
      ],
      [
        ...['Pool', 'Pool', 'pool', 'pool', 'pool@corp.example', 'corp.example/Users/Pool', ''],
        ...['SharedMailbox', 'DB02', '', '', 'migrated', '2026-12-01', ''],
      ],
      [
        ...['HealthMailbox1', 'h', 'h', 'h', 'h@corp.example', 'x', ''],
        ...['MonitoringMailbox', '', '', '', '', '', ''],
      ],
    ),
  )
  const { mailboxes, ignored } = await all(file)
  assert.deepEqual(
    mailboxes.map(({ mailbox: { id, kind, status, pilot, server } }) => [id, kind, status, pilot, server]),
    [
      ['anna@corp.example', 'user', 'waiting', true, 'DB01'],
      ['pool@corp.example', 'shared', 'migrated', false, 'DB02'],
    ],
  )
  assert.deepEqual(ignored, ['h@corp.example (mailboxes.csv line 4)'])
  const index = new IdentityIndex()
  mailboxes.forEach(({ names }, at) => {
    index.add(at, names)
  })
  const names = [
    'ANNA@corp.example',
    'smtp:a.ash@corp.example',
    '/o=Corp/cn=anna',
    'CORP\\anna',
    'Ash, Anna',
    'aash',
  ]
  for (const name of [...names, 'corp.example/Users/Anna Ash', 'CN=Anna Ash,OU=Users,DC=corp,DC=example']) {
    assert.equal(index.find(name), 0, name)
  }
  assert.equal(index.find('somebody else'), 'nobody')
})

test('a display name that two have is nobody in particular', () => {
  const index = new IdentityIndex()
  index.add(0, { exact: ['a@x.example'], loose: ['Kim Lee'] })
  index.add(1, { exact: ['b@x.example'], loose: ['Kim Lee'] })
  assert.equal(index.find('kim lee'), 'several')
  assert.equal(index.find('b@x.example'), 1)
})

test('mistakes are told with their line', async (t) => {
  const write = writing(t)
  const bad = (status: string, address: string, day: string) =>
    write('m.csv', csv(['PrimarySmtpAddress', 'Status', 'MoveOn'], [address, status, day]))
  await assert.rejects(
    all(bad('gone', 'a@x.example', '')),
    /m\.csv line 2: Status is "gone"; it may be waiting/,
  )
  await assert.rejects(all(bad('', 'nobody', '')), /m\.csv line 2: "nobody" in column PrimarySmtpAddress/)
  await assert.rejects(
    all(bad('', 'a@x.example', '5.1.27')),
    /m\.csv line 2: MoveOn is "5\.1\.27"; write a date/,
  )
  await assert.rejects(
    all(write('n.csv', csv(['a'], ['b']))),
    /n\.csv has none of the columns PrimarySmtpAddress/,
  )
})

test('sizes in any language of Windows', () => {
  const gigabyte = 1_610_612_736
  for (const text of [
    '1.5 GB (1,610,612,736 bytes)',
    '1,5 GB (1.610.612.736 Bytes)',
    '1,5 Go (1 610 612 736 octets)',
  ]) {
    assert.equal(parseSize(text), gigabyte, text)
  }
  assert.equal(parseSize('1.5 GB'), gigabyte)
  assert.equal(parseSize('1610612736'), gigabyte)
  assert.equal(parseSize('Unlimited'), null)
})

test('lists in the ways PowerShell and people join them', () => {
  for (const text of ['{a, b}', 'a;b', 'a,b', 'a\r\nb'])
    assert.deepEqual(listOf(text, 'X', 'x'), ['a', 'b'], text)
  assert.deepEqual(listOf('{}', 'X', 'x'), [])
  const trees = [
    ['corp.example/Users/Ash, Anna', 'corp.example/Users/Ben'],
    ['/o=Corp/cn=Ash, Anna', '/o=Corp/cn=Ben'],
    ['CN=Ash\\, Anna,OU=Users,DC=corp,DC=example', 'CN=Ben,OU=Users,DC=corp,DC=example'],
  ]
  for (const names of trees) assert.deepEqual(listOf(`{${names.join(', ')}}`, 'X', 'x'), names)
  assert.throws(() => listOf('System.Object[]', 'X', 'x'), /the type of a list/)
  assert.throws(
    () => listOf('Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]', 'X', 'x'),
    /Export it with/,
  )
})

test('a size below nothing, or none at all, is told with its line and is not taken for empty', async (t) => {
  const write = writing(t)
  const sized = (size: string, items = '3') =>
    all(write('sizes.csv', csv(['DisplayName', 'TotalItemSize', 'ItemCount'], ['Anna', size, items])))
  for (const size of ['-5', '-1.5 GB (-1,610,612,736 bytes)', 'large'])
    await assert.rejects(sized(size), /sizes\.csv line 2: TotalItemSize is ".*", which is no size/, size)
  await assert.rejects(sized('5', '-1'), /ItemCount is "-1", which is no number/)
  assert.equal((await sized('', '')).sizes[0]!.sizeBytes, 0)
  assert.equal((await sized('Unlimited', '1.234')).sizes[0]!.items, 1_234)
})

test('a file of addresses and sizes says that it may be either', async (t) => {
  const write = writing(t)
  const of = async (columns: string[]) =>
    (await all(write('m.csv', csv(columns, columns.map(() => '1@corp.example').fill('', 2))))).maybeSizes
  assert.equal(await of(['PrimarySmtpAddress', 'DisplayName', 'TotalItemSize']), true)
  assert.equal(await of(['PrimarySmtpAddress', 'Alias', 'TotalItemSize']), false)
  assert.equal(await of(['PrimarySmtpAddress', 'DisplayName']), false)
})

test('the database of a mailbox comes along where it is told', async (t) => {
  const file = writing(t)(
    'mailboxes.csv',
    csv(
      ['PrimarySmtpAddress', 'DisplayName', 'ServerName', 'Database'],
      ['anna@corp.example', 'Anna', 'EX01', 'DB1'],
      ['ben@corp.example', 'Ben', '', ''],
    ),
  )
  const { mailboxes } = await all(file)
  assert.deepEqual(
    mailboxes.map(({ mailbox }) => [mailbox.server, mailbox.database]),
    [
      ['EX01', 'DB1'],
      ['', undefined],
    ],
  )
})

test('a name over several lines is one line, and old names come along as X500', async (t) => {
  const file = writing(t)(
    'mailboxes.csv',
    csv(
      ['PrimarySmtpAddress', 'DisplayName', 'LegacyExchangeDN', 'EmailAddresses'],
      [
        ...['anna@corp.example', 'Anna "A"\r\n (Chefin)', '/o=Corp/cn=anna'],
        'SMTP:anna@corp.example X500:/o=Old Corp/cn=anna x500:/o=Corp/cn=anna',
      ],
      ['ben@corp.example', 'Ben', '', 'SMTP:ben@corp.example'],
    ),
  )
  const { mailboxes } = await all(file)
  assert.deepEqual(
    mailboxes.map(({ mailbox }) => [mailbox.displayName, mailbox.x500]),
    [
      ['Anna "A" (Chefin)', ['/o=Corp/cn=anna', '/o=Old Corp/cn=anna']],
      ['Ben', undefined],
    ],
  )
})
