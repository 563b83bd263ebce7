/** Exports as shells of several languages, ages and habits write them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantSource } from '#connectors/exchange-csv/grant-source.ts'
import { readMailboxes } from '#connectors/exchange-csv/mailboxes.ts'
import { listOf } from '#connectors/exchange-csv/values.ts'
import { Groups } from '#src/domain/migration/groups.ts'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'
import { allOf, csv, writing } from './written.ts'

test('accounts that Exchange has no mailbox for stand behind a word of its own', async (t) => {
  const columns = ['FolderName', 'User', 'AccessRights', 'SharingPermissionFlags', 'Identity']
  const row = (user: string, flags = '') => [
    ...['Calendar', user, '{Editor}', flags],
    'anna@corp.example:\\Calendar',
  ]
  const file = csv(
    columns,
    row('NT User:CORP\\ben', 'Delegate'),
    row('NT User:S-1-5-21-1-2-3-1107'),
    row('NT:S-1-5-21-1-2-3-1108'),
    row('ExchangePublishedUser.kim@other.example'),
  )
  const { grants, leftOut } = await allOf(await grantSource(writing(t)('folders.csv', file)))
  assert.deepEqual(leftOut, ['external kim@other.example'])
  assert.deepEqual(
    grants.map((grant) => grant.replace('anna@corp.example < ', '')),
    [
      'CORP\\ben delegate Calendar',
      'S-1-5-21-1-2-3-1107 calendar-edit Calendar',
      'S-1-5-21-1-2-3-1108 calendar-edit Calendar',
    ],
  )
})

test('everybody, computers and SELF are nobody in particular by any name they have', async (t) => {
  const names = [
    'Everyone',
    'Jeder',
    'Tout le monde',
    'Todos',
    'S-1-1-0',
    'CORP\\EXCH01$',
    'NT INSTANS\\SJÄLV',
  ]
  const file = csv(
    ['Identity', 'User', 'AccessRights', 'IsInherited', 'Deny'],
    ...names.map((name) => ['anna', name, 'FullAccess', 'False', 'False']),
  )
  const { grants, leftOut } = await allOf(await grantSource(writing(t)('full.csv', file)))
  assert.deepEqual(grants, [])
  assert.deepEqual(
    leftOut.map((each) => each.split(' ')[0]),
    [...Array(5).fill('default-or-anonymous'), 'system-account', 'self'],
  )
})

test('what Excel saved, and Send As as directories show it', async (t) => {
  const text = 'sep=;\r\nIdentity;User;ExtendedRights;Deny\r\nanna;CORP\\ben;Send As;False\r\n'
  const source = await grantSource(writing(t)('send.csv', Buffer.from(`\ufeff${text}`, 'utf16le')))
  assert.deepEqual((await allOf(source)).grants, ['anna < CORP\\ben send-as'])
})

test('names with commas are parted where something else parts them, and a list that was cut off is refused', () => {
  assert.deepEqual(listOf('Ash, Anna;Berg, Ben', 'X', 'x'), ['Ash, Anna', 'Berg, Ben'])
  assert.deepEqual(listOf('{Ash, Anna\r\nBerg, Ben}', 'X', 'x'), ['Ash, Anna', 'Berg, Ben'])
  for (const end of ['...', '…'])
    assert.throws(() => listOf(`{Anna, Ben${end}}`, 'ResourceDelegates', 'x'), /cut off.*-join ';'/)
  assert.deepEqual(listOf('Wait...', 'X', 'x'), ['Wait...'])
})

test('a day of last use in another form is told, and not taken for none', async (t) => {
  const write = writing(t)
  const used = async (day: string) =>
    (
      await Array.fromAsync(
        (
          await grantSource(
            write(
              'a.csv',
              csv(['Identity', 'User', 'AccessRights', 'LastUsed'], ['a', 'b', 'FullAccess', day]),
            ),
          )
        ).read(),
      )
    ).flatMap(({ grants }) => grants.map(({ lastUsedDay }) => lastUsedDay))
  assert.deepEqual(await used('2026-11-22T10:00:00'), [20_779])
  assert.deepEqual(await used(''), [null])
  await assert.rejects(used('22.11.2026'), /a\.csv line 2: LastUsed is "22\.11\.2026"; write a date/)
})

test('a shell without -Encoding writes ? for letters: they are known by what is left of them', async (t) => {
  const index = new IdentityIndex()
  index.add(0, { exact: ['corp.example/Users/Jörg Maßmann'], loose: ['Maßmann, Jörg', 'jörg'] })
  index.add(1, { exact: ['corp.example/Users/Zoë'], loose: ['Zoë'] })
  index.add(2, { exact: ['corp.example/Users/Zoé'], loose: ['Zoé'] })
  for (const name of ['corp.example/Users/J?rg Ma?mann', 'Ma?mann, J?rg', 'CORP\\J?RG', 'Maßmann, Jörg'])
    assert.equal(index.find(name), 0, name)
  assert.equal(index.find('Zo?'), 'several')
  assert.equal(index.find('Zoë'), 1)
  assert.equal(index.find('J?rn'), 'nobody')
  const groups = new Groups()
  groups.add({ group: 'Büro', groupNames: [], member: 'Zoë' })
  assert.deepEqual([...groups.expand(groups.find('CORP\\B?ro') as number, index).mailboxes], [1])
  const list = csv(
    ['PrimarySmtpAddress', 'EmailAddresses'],
    ['a@x.example', 'Microsoft.Exchange.Data.ProxyAddressCollection'],
  )
  await assert.rejects(
    Array.fromAsync(readMailboxes(writing(t)('m.csv', list))),
    /m\.csv line 2: column EmailAddresses holds .* the type of a list/,
  )
})

test('the domain of an account is known where a column has it, and made from the directory otherwise', async (t) => {
  const file = csv(
    ['PrimarySmtpAddress', 'Identity', 'SamAccountName', 'DistinguishedName'],
    ['anna@x.example', 'CORP\\anna', 'anna', 'CN=Anna,DC=ad,DC=x,DC=example'],
    ['ben@x.example', 'ben', 'ben', 'CN=Ben,DC=ad,DC=x,DC=example'],
    ['cid@x.example', 'cid', 'CORP\\cid', ''],
    ['dan@x.example', 'dan', 'dan', ''],
  )
  const [found] = await Array.fromAsync(readMailboxes(writing(t)('m.csv', file)))
  assert.deepEqual(
    found!.mailboxes.map(({ names }) => names.domain),
    [{ name: 'CORP', told: true }, { name: 'ad', told: false }, { name: 'CORP', told: true }, undefined],
  )
  const index = new IdentityIndex()
  found!.mailboxes.forEach(({ names }, at) => {
    index.add(at, names)
  })
  for (const [name, who] of [
    ...[['CORP\\anna', 0] as const, ['OTHER\\anna', 'other-domain'] as const],
    ...[['OTHER\\ben', 1] as const, ['CORP\\ben', 'other-domain'] as const],
    ...[['CORP\\cid', 2] as const, ['OTHER\\dan', 3] as const],
  ])
    assert.equal(index.find(name), who, name)
})

test('a mailbox of another forest is known by the SID of its account there, a shared one not by SELF', async (t) => {
  const file = csv(
    ['PrimarySmtpAddress', 'RecipientTypeDetails', 'LinkedMasterAccount', 'MasterAccountSid'],
    ['anna@x.example', 'LinkedMailbox', 'ACC\\anna', 'S-1-5-21-9-9-9-5'],
    ['pool@x.example', 'SharedMailbox', '', 'S-1-5-10'],
  )
  const [found] = await Array.fromAsync(readMailboxes(writing(t)('m.csv', file)))
  const index = new IdentityIndex()
  found!.mailboxes.forEach(({ names }, at) => {
    index.add(at, names)
  })
  assert.equal(index.find('S-1-5-21-9-9-9-5'), 0)
  assert.equal(index.find('ACC\\anna'), 0)
  assert.equal(index.find('S-1-5-10'), 'nobody')
})

test('accounts of two forests are told apart by their domains, and of a third one they are nobody in particular', async (t) => {
  const file = csv(
    ['PrimarySmtpAddress', 'SamAccountName', 'Alias', 'Identity', 'DistinguishedName'],
    ['anna@a.example', 'anna', 'anna', 'corp.example/Users/Anna', ''],
    ['anna@b.example', 'anna', 'anna2', '', 'CN=Anna,OU=Users,DC=fusion,DC=example'],
    // The alias of a pool is the account of a person.
    ['ben@a.example', 'ben', 'bb', 'corp.example/Users/Ben', ''],
    ['pool@a.example', 'pool', 'ben', 'corp.example/Users/Pool', ''],
  )
  const [found] = await Array.fromAsync(readMailboxes(writing(t)('m.csv', file)))
  const index = new IdentityIndex()
  found!.mailboxes.forEach(({ names }, at) => {
    index.add(at, names)
  })
  assert.deepEqual(
    ['CORP\\anna', 'FUSION\\Anna', 'OTHER\\anna', 'CORP\\ben'].map((name) => index.find(name)),
    [0, 1, 'several', 2],
  )
})

test('lists of a remote session that nobody joined are refused, and workbooks are told apart from tables', async (t) => {
  const write = writing(t)
  const remote = 'Deserialized.Microsoft.Exchange.Management.RecipientTasks.MailboxRights[]'
  const file = write(
    'full-access.csv',
    csv(['Identity', 'User', 'AccessRights'], ['anna', 'CORP\\ben', remote]),
  )
  await assert.rejects(async () => allOf(await grantSource(file)), /full-access\.csv line 2: .*-join ';'/)
  const workbooks = { xlsx: [0x50, 0x4b, 3, 4, 20, 0], xls: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] }
  for (const [ending, begin] of Object.entries(workbooks)) {
    const workbook = write(`rights.${ending}`, Buffer.concat([Buffer.from(begin), Buffer.alloc(600, 7)]))
    await assert.rejects(
      grantSource(workbook),
      /^Refusal: rights\.xlsx? is a workbook of Excel and no CSV file/,
    )
  }
})
