/** Grants that no file tells: those of the directory behind the address book, and those that Exchange tells over EWS. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { good, noFolders, scriptedExchange } from '#test/connectors/exchange/scripted-exchange.ts'
import { commandLine } from './command-line.ts'

const names = ['anna', 'boris', 'carla', 'dirk']

function company(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-plan-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const mailboxes = write(
    'mailboxes.csv',
    [
      'PrimarySmtpAddress,SamAccountName,DisplayName',
      ...names.map((name) => `${name}@corp.example,${name},${name}`),
      '',
    ].join('\r\n'),
  )
  const out = join(folder, 'plan')
  const plan = (...args: string[]) =>
    commandLine([
      ...[
        'migrate',
        'plan',
        '--mailboxes',
        mailboxes,
        '--cap',
        '2',
        '--from',
        '2027-01-04',
        '--zone',
        'Europe/Berlin',
      ],
      ...['--today', '2026-11-21', '--no-what-if', '--out', out, ...args],
    ])
  const batchOf = (name: string): string => {
    const [head, ...rows] = readFileSync(join(out, 'mailboxes.csv'), 'utf8').trim().split(/\r?\n/)
    const at = head!
      .replace(/^\ufeff/, '')
      .split(',')
      .findIndex((title) => /batch/i.test(title))
    return rows.find((row) => row.includes(`${name}@corp.example`))!.split(',')[at]!
  }
  return { folder, write, plan, batchOf }
}

const guid = (no: number) =>
  Buffer.from(`00112233445566778899aabbccdd${no.toString(16).padStart(4, '0')}`, 'hex').toString('base64')

const person = (no: number, name: string, ...more: string[]): string =>
  [
    `dn: CN=${name},OU=People,DC=corp,DC=example`,
    'changetype: add',
    ...['top', 'person', 'organizationalPerson', 'user'].map((each) => `objectClass: ${each}`),
    'objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example',
    `cn: ${name}`,
    `objectGUID:: ${guid(no)}`,
    `displayName: ${name}`,
    `mailNickname: ${name}`,
    `sAMAccountName: ${name}`,
    'msExchRecipientTypeDetails: 1',
    'msExchRecipientDisplayType: 1073741824',
    `msExchMailboxGuid:: ${guid(no + 1000)}`,
    `homeMDB: CN=DB${name === 'boris' ? 2 : 1},CN=Databases,DC=corp,DC=example`,
    `msExchHomeServerName: /o=Corp/ou=Administrative Group/cn=Configuration/cn=Servers/cn=EX0${name === 'boris' ? 2 : 1}`,
    `proxyAddresses: SMTP:${name}@corp.example`,
    `uSNChanged: ${1000 + no}`,
    ...more,
    '',
    '',
  ].join('\n')

test('who is a delegate in Active Directory moves together with who is asked for', async (t) => {
  const { folder, write, plan, batchOf } = company(t)
  const data = join(folder, 'data')
  const land = async (...args: string[]) => {
    const { exitCode, stderr } = await commandLine([...args, '--data', data])
    assert.equal(exitCode, 0, stderr)
  }
  const file = write(
    'directory.ldf',
    [
      person(1, 'anna', 'publicDelegates: CN=dirk,OU=People,DC=corp,DC=example'),
      person(2, 'boris', 'msExchDelegateListLink: CN=carla,OU=People,DC=corp,DC=example'),
      person(3, 'carla'),
      person(4, 'dirk', 'publicDelegates: CN=gone,OU=People,DC=corp,DC=example'),
    ].join(''),
  )
  await land('init', '--org', 'corp')
  await land('gal', 'connect', '--ldif', file)
  await land('org', 'interop', 'on')
  await land('gal', 'sync')
  const made = await plan('--address-book', '--data', data)
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /0 of 2 grants cut/)
  assert.match(made.stdout, /neither a mailbox nor a group/)
  assert.equal(batchOf('anna'), batchOf('dirk'))
  assert.equal(batchOf('boris'), batchOf('carla'))
  assert.notEqual(batchOf('anna'), batchOf('boris'))
  // Which database and server each lies on the directory tells too, and caps may name either.
  const { mailboxes } = JSON.parse(readFileSync(join(folder, 'plan', 'plan.json'), 'utf8'))
  const homes = mailboxes.map((each: { id: string; database: string }) => [
    each.id.split('@')[0],
    each.database,
  ])
  assert.deepEqual(Object.fromEntries(homes), { anna: 'DB1', boris: 'DB2', carla: 'DB1', dirk: 'DB1' })
  for (const cap of ['EX01=1', 'DB1=1']) {
    const capped = await plan('--address-book', '--data', data, '--cap-server', cap)
    assert.equal(capped.exitCode, 0, capped.stderr)
    const batches = ['anna', 'carla', 'dirk'].map(batchOf)
    assert.equal(new Set(batches).size, 3, cap)
  }
  const unknown = await plan('--address-book', '--data', data, '--cap-server', 'EX09=1')
  assert.equal(unknown.exitCode, 1)
  assert.match(
    unknown.stderr,
    /A cap is for mailboxes of EX09, and no mailbox is there\. They are on DB1, DB2, EX01, EX02/,
  )
})

test('an Exchange server is asked for delegates and rights on folders', async (t) => {
  const { write, plan, batchOf } = company(t)
  const grantees: Record<string, string> = {
    'anna@corp.example': 'carla@corp.example',
    'boris@corp.example': 'dirk@corp.example',
  }
  const exchange = await scriptedExchange({
    FindFolder: noFolders,
    GetDelegate: ({ Mailbox }) => {
      const grantee = grantees[Mailbox.EmailAddress ?? '']
      return {
        ...good,
        ...(grantee && {
          ResponseMessages: [
            {
              ...good,
              DelegateUser: { UserId: { PrimarySmtpAddress: grantee }, ReceiveCopiesOfMeetingMessages: true },
            },
          ],
        }),
      }
    },
  })
  t.after(() => exchange.end())
  write('password', 'geheim\n')
  write('ca.pem', exchange.stub.pair.cert)
  const asked = write(
    'exchange.yaml',
    `exchange:\n  url: ${exchange.stub.url}/EWS/Exchange.asmx\n  user: CORP\\svc\n  passwordFile: password\n  caFile: ca.pem\n`,
  )
  const made = await plan('--ask', asked)
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /0 of 2 grants cut/)
  assert.equal(batchOf('anna'), batchOf('carla'))
  assert.equal(batchOf('boris'), batchOf('dirk'))
  assert.ok(!made.stdout.includes('geheim'))
  const unnamed = write(
    'unnamed.yaml',
    `exchange:\n  url: ${exchange.stub.url}/EWS/Exchange.asmx\n  user: CORP\\svc\n  passwordFile: password\n`,
  )
  const stranger = await plan('--ask', unnamed)
  assert.equal(stranger.exitCode, 1)
  const trusted = await plan('--ask', unnamed, '--ca', write('authority.pem', exchange.stub.pair.cert))
  assert.equal(trusted.exitCode, 0, trusted.stderr)
  assert.match(trusted.stdout, /0 of 2 grants cut/)
  const noPem = await plan('--ask', unnamed, '--ca', write('none.pem', 'none'))
  assert.match(noPem.stderr, /none\.pem has no certificate in PEM form/)
  assert.match((await plan('--ca', write('alone.pem', 'none'))).stderr, /name them with --ask/)
  const broken = await plan('--ask', write('broken.yaml', 'exchange: {url: x}'))
  assert.match(broken.stderr, /broken\.yaml: .*passwordFile/)
  const secrets = [
    'exchange: {url: "https://svc:geheim@mail.example/", user: svc, passwordFile: password}',
    'exchange: {url: "https://mail.example/", user: svc, password: geheim}',
    'workmail: {organization: m-1, region: eu-west-1, keyId: A, secret: geheim}',
  ]
  for (const written of secrets) {
    const told = await plan('--ask', write('secret.yaml', written))
    assert.equal(told.exitCode, 1)
    assert.match(told.stderr, /(leave them out|put that into a file)/)
    assert.doesNotMatch(told.stderr + told.stdout, /geheim/)
  }
  const nonsense = write(
    'nonsense.yaml',
    'exchange: {url: "https://m.example/", user: svc, passwordFile: password, kerberosControllers: dc1}',
  )
  assert.match(
    (await plan('--ask', nonsense)).stderr,
    /nonsense\.yaml: its kerberosControllers takes REALM=HOST or REALM=HOST:PORT, separated by commas, not "dc1"\./,
  )
  const lost = write('lost.yaml', 'exchange: {url: "https://m.example/", user: svc, passwordFile: lost}')
  assert.match((await plan('--ask', lost)).stderr, /"lost", which it names, cannot be read \(ENOENT\)/)
})
