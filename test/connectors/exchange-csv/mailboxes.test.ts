import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type MailboxFile, readMailboxes } from '#connectors/exchange-csv/mailboxes.ts'
import { parseSize } from '#connectors/exchange-csv/size.ts'
import { listOf } from '#connectors/exchange-csv/values.ts'
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
    '1,5\u00a0GB (1\u202f610\u202f612\u202f736\u00a0Byte)',
    "1.5 GB (1'610'612'736 Bytes)",
    '1.5 GB (1’610’612’736 Bytes)',
    '1,5 ГБ (1 610 612 736 байт)',
    '1.5 GB (1,61,06,12,736 bytes)',
    '1.5 GB (1,610,612,736 バイト)',
    '1.5 GB (1610612736 byte(s))',
    ...[
      '1.5 GB',
      '1,5 GB',
      '1.50GB',
      '1,5 Go',
      '1,5 ГБ',
      '1.5 GiB',
      '1536 MB',
      '1 536 MB',
      "1'536 MB",
      '1,536.0 MB',
    ],
    ...[
      '1610612736',
      '1.610.612.736',
      '1,610,612,736 bytes',
      '1.610.612.736 Bytes',
      '1610612736B',
      '1610612736,00',
    ],
  ]) {
    assert.equal(parseSize(text), gigabyte, text)
  }
  assert.equal(parseSize('12.3 GB (13,207,024,435 bytes)'), 13_207_024_435)
  assert.equal(parseSize('1.234.567 bytes'), 1_234_567)
  assert.equal(parseSize('5,367 GB'), Math.round(5.367 * 2 ** 30))
  assert.equal(parseSize('0.500 MB'), 524_288)
  assert.equal(parseSize('2048,125 KB'), 2_097_280)
  assert.equal(parseSize('1.234.567 KB'), 1_234_567 * 1_024)
  assert.equal(parseSize('0 B (0 bytes)'), 0)
})

test('what is no size, or may be two, is neither guessed nor put together from its digits', () => {
  for (const text of [
    ...[
      'Unlimited',
      '-5',
      '1234567,5',
      '1.5',
      '1,23 bytes',
      '1.234.56 MB',
      '1,2,3 GB',
      '1,61E+09',
      'MB',
      '1 GB 2 MB',
    ],
    ...[
      '1.5 GB (1,610,612,73 bytes)',
      '1.5 GB (bytes)',
      '1.5 GB (13 of 24)',
      '٣ GB',
      '1.5 XB',
      '1,5,5 MB',
      '.5 GB',
    ],
  ])
    assert.equal(parseSize(text), null, text)
  assert.deepEqual(parseSize('2,048 MB'), { either: ['2048 MB', '2.05 MB'] })
  assert.deepEqual(parseSize('9.766 KB'), { either: ['9766 KB', '9.77 KB'] })
  assert.equal(parseSize('2048 MB'), 2 ** 31)
  assert.equal(parseSize('1.5 GB (1.5 GB)'), 1_610_612_736)
})

test('whatever is written with the bytes in brackets is read to the byte', () => {
  const separators = ['', ',', '.', ' ', '\u00a0', '\u202f', "'", '’']
  const asked = fc.tuple(
    fc.integer({ min: 0, max: 2 ** 47 }),
    fc.constantFrom(...separators),
    fc.constantFrom(',', '.'),
  )
  fc.assert(
    fc.property(
      asked,
      fc.constantFrom('bytes', 'Bytes', 'octets', 'bajtów', 'байт', '字节'),
      ([bytes, separator, point], word) => {
        const digits = String(bytes).replace(/(?<=\d)(?=(\d{3})+$)/g, separator)
        const short = (bytes / 2 ** 30).toFixed(3).replace('.', point)
        assert.equal(parseSize(`${short} GB (${digits} ${word})`), bytes)
        assert.equal(parseSize(digits), bytes)
      },
    ),
  )
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
  await assert.rejects(
    sized('2,048 MB'),
    /sizes\.csv line 2: TotalItemSize is "2,048 MB", which may be 2048 MB or 2\.05 MB\. Write one of these two, or a number of bytes/,
  )
  await assert.rejects(
    sized('1234567,5'),
    /TotalItemSize is "1234567,5", which is no size\. .* whole number of bytes/,
  )
  await assert.rejects(sized('5', '1,5'), /ItemCount is "1,5", which is no number/)
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

test('Pilot and Vip are read as people write yes and no; what is neither is refused with its line', async (t) => {
  const write = writing(t)
  const marks = async (pilot: string) => {
    const file = write('marks.csv', csv(['PrimarySmtpAddress', 'Pilot'], ['ann@corp.example', pilot]))
    return (await all(file)).mailboxes[0]!.mailbox.pilot
  }
  for (const yes of ['yes', 'Ja', 'oui', 'sí', 'TRUE', 'x']) assert.equal(await marks(yes), true, yes)
  for (const no of ['', 'no', 'Nein', 'non', '0']) assert.equal(await marks(no), false, no)
  await assert.rejects(marks('maybe'), /marks\.csv line 2: Pilot is "maybe"; write yes, or no or nothing\./)
})

test('an address with a separator behind it, or what turns the direction of writing, is refused with its line', async (t) => {
  const write = writing(t)
  for (const address of [
    ...['anna@corp.example;x', 'anna@corp.example,ben@corp.example', '<anna@corp.example>'],
    ...['anna\u202e@corp.example', 'anna@corp\u2066.example'],
  ])
    await assert.rejects(
      all(write('wrong.csv', csv(['PrimarySmtpAddress', 'Alias'], [address, 'anna']))),
      /wrong\.csv line 2: .* is no mail address/,
    )
})
