import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { commandLine, type Outcome } from './command-line.ts'

const guid = (no: number) =>
  Buffer.from(`00112233445566778899aabbccdd${no.toString(16).padStart(4, '0')}`, 'hex').toString('base64')

type Person = {
  no: number
  name: string
  department?: string
  addresses?: readonly string[]
  hidden?: boolean
}

/** As ldifde writes it. */
function person({ no, name, department, addresses, hidden }: Person): string {
  const alias = `user${no}`
  const lines = [
    `dn: CN=${alias},OU=People,DC=corp,DC=example`,
    'changetype: add',
    ...['top', 'person', 'organizationalPerson', 'user'].map((name) => `objectClass: ${name}`),
    'objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example',
    `cn: ${alias}`,
    `objectGUID:: ${guid(no)}`,
    `displayName:: ${Buffer.from(name).toString('base64')}`,
    `mailNickname: ${alias}`,
    `sAMAccountName: ${alias}`,
    'msExchRecipientTypeDetails: 1',
    'msExchRecipientDisplayType: 1073741824',
    `msExchMailboxGuid:: ${guid(no + 1000)}`,
    'homeMDB: CN=DB1,CN=Databases,DC=corp,DC=example',
    ...(department === undefined ? [] : [`department: ${department}`]),
    ...(hidden ? ['msExchHideFromAddressLists: TRUE'] : []),
    ...(addresses ?? [`SMTP:${alias}@corp.example`]).map((address) => `proxyAddresses: ${address}`),
    `uSNChanged: ${1000 + no}`,
  ]
  return `${lines.join('\n')}\n\n`
}

describe('the address book from a file, on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-gal-'))
  const file = join(folder, 'directory.ldf')
  const data = join(folder, 'data')
  const land = (...args: string[]): Promise<Outcome> => commandLine([...args, '--data', data])
  const people = (count: number): Person[] =>
    Array.from({ length: count }, (_, at) => ({ no: at + 1, name: `Person ${at + 1}` }))
  const write = (all: readonly Person[]) => writeFileSync(file, all.map(person).join(''))
  const anna: Person = { no: 900, name: 'Anna Müller', department: 'Vertrieb' }

  before(async () => {
    assert.equal((await land('init', '--org', 'corp')).exitCode, 0)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('says what to do while nothing is connected', async () => {
    assert.match((await land('gal', 'status')).stdout, /Connect one with "landbridge gal connect --data /)
    const sync = await land('gal', 'sync')
    assert.equal(sync.exitCode, 1)
    assert.match(sync.stderr, /No directory is connected/)
    assert.match((await land('gal', 'connect', 'corp.example')).stderr, /--bind/)
  })

  it('tries it out, then does it', async () => {
    write([...people(30), anna, { no: 901, name: 'Nobody', addresses: ['smtp:nobody@corp.example'] }])
    const connected = await land('gal', 'connect', '--ldif', file)
    assert.match(connected.stdout, /Interoperability is off/, connected.stderr)
    assert.match((await land('gal', 'sync', '--dry-run')).stdout, /1 quarantined, 31 left out/)
    await land('org', 'interop', 'on')
    const tried = await land('gal', 'sync', '--dry-run')
    assert.match(tried.stdout, /this is what would be: 31 new, 1 quarantined/, tried.stderr)
    assert.match(
      (await land('gal', 'diff', '--only', 'create')).stdout,
      /new +user +Anna Müller +user900@corp\.example/,
    )
    assert.match((await land('gal', 'search', 'mül')).stderr, /Nobody is found/)
    const done = await land('gal', 'sync')
    assert.match(done.stdout, /up to date: 31 new, 1 quarantined/, done.stderr)
    assert.match(done.stdout, /"landbridge gal diff --data [^"]+" shows who is quarantined/)
    assert.match((await land('gal', 'status')).stdout, /Entries +31 user/)
    const stands = async () => {
      for (const only of [[], ['--only', 'quarantine']]) {
        const standing = await land('gal', 'diff', ...only)
        assert.match(standing.stdout, /quarantined +user +Nobody +.*no primary address/)
        assert.equal(standing.stdout.match(/\n/g)?.length, 2, standing.stdout)
      }
    }
    await stands()
    assert.equal((await land('gal', 'sync', '--dry-run')).exitCode, 0)
    await stands()
    assert.match((await land('gal', 'diff', '--only', 'omit')).stderr, /Nothing of it is "left out"/)
  })

  it('finds people, and says why others are not there', async () => {
    const some = await land('gal', 'search', 'person', '--limit', '2')
    assert.equal(some.stdout.match(/Person \d/g)?.length, 2, some.stdout)
    assert.match(some.stderr, /Others fit as well\. Write more of the name, or raise --limit \(2\)/)
    assert.equal((await land('gal', 'search', 'mul', 'ann', '--limit', '1')).stderr, '')
    const told = async (...args: string[]) => {
      const { Entries, More } = JSON.parse((await land('gal', 'search', ...args, '--json')).stdout)
      return [Entries.length, More]
    }
    assert.deepEqual(await told('person', '--limit', '2'), [2, true])
    assert.deepEqual(await told('mul', 'ann'), [1, false])
    assert.deepEqual(await told('nobody-of-that-name'), [0, false])
    assert.match(
      (await land('gal', 'search', 'mul', 'ann')).stdout,
      /Anna Müller +user900@corp\.example +Vertrieb/,
    )
    for (const text of [
      'user900@corp.example',
      'user900',
      'USER900',
      'Anna Müller',
      'CN=user900,OU=People,DC=corp,DC=example',
    ])
      assert.match((await land('gal', 'why', text)).stdout, /It is in the address book/, text)
    assert.match(
      (await land('gal', 'why', 'nobody@corp.example')).stdout,
      /quarantined until .*\n +It has no primary address/,
    )
    assert.equal((await land('gal', 'why', 'stranger@corp.example')).exitCode, 1)
  })

  it('shows what is in names, and lets none of it reach the terminal', async () => {
    const evil = person({ no: 902, name: 'Red \x1b[31m\r\nInjected', addresses: ['smtp:x@corp.example'] })
    write([...people(30), anna, { no: 901, name: 'Nobody', addresses: ['smtp:nobody@corp.example'] }])
    appendFileSync(
      file,
      evil.replace(/^dn: .*$/m, `dn:: ${Buffer.from('CN=\x1b[2J\n,DC=corp').toString('base64')}`),
    )
    await land('gal', 'sync')
    const { stdout } = await land('gal', 'why', 'Injected')
    assert.match(stdout, /quarantined/)
    assert.match(stdout, /CN=\\x1b\[2J\\n,DC=corp/)
    assert.doesNotMatch(stdout, /[\x1b\r]/)
    write([...people(30), anna, { no: 901, name: 'Nobody', addresses: ['smtp:nobody@corp.example'] }])
    await land('gal', 'sync')
  })

  it('says what is wrong with a file of authorities, before anything is kept', async () => {
    const pem = join(folder, 'bad.pem')
    writeFileSync(pem, '-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n')
    const connect = (ca: string) =>
      commandLine(
        ['gal', 'connect', 'corp.example', '--bind', 'svc@corp.example', '--ca', ca, '--data', data],
        {
          stdin: 'secret\n',
        },
      )
    const missing = await connect(join(folder, 'missing.pem'))
    assert.equal(missing.exitCode, 2)
    assert.match(missing.stderr, /There is no file .*missing\.pem\./)
    assert.match(
      (await connect(pem)).stderr,
      /no PEM file of certificates\. Give the certificate of the authority/,
    )
  })

  it('looks into a file before it is connected', async () => {
    const connect = (name: string) => land('gal', 'connect', '--ldif', join(folder, name))
    const missing = await connect('missing.ldf')
    assert.equal(missing.exitCode, 2)
    assert.match(missing.stderr, /There is no file .*missing\.ldf\./)
    writeFileSync(join(folder, 'letter.ldf'), 'Dear Anna,\n\nnothing new.\n')
    assert.match((await connect('letter.ldf')).stderr, /cannot be read as LDIF: line 1/)
    writeFileSync(join(folder, 'empty.ldf'), '')
    assert.match((await connect('empty.ldf')).stderr, /empty\.ldf has no recipients/)
    assert.match((await land('gal', 'status')).stdout, /directory\.ldf/)
  })

  it('lists accounts without a mailbox among the users, and gives one a mailbox (DIR-02, DIR-03)', async () => {
    const bert = person({ no: 903, name: 'Bert Baum' }).replace(
      /^(mailNickname|msExch|homeMDB|proxy).*\n/gm,
      '',
    )
    write([...people(30), anna, { no: 901, name: 'Nobody', addresses: ['smtp:nobody@corp.example'] }])
    appendFileSync(file, `${bert.trimEnd()}\nuserPrincipalName: b.baum@corp.example\n\n`)
    const connected = await land('gal', 'connect', '--ldif', file, '--accounts')
    assert.match(connected.stdout, /user list --state disabled/, connected.stderr)
    assert.match((await land('gal', 'sync')).stdout, /up to date: 1 account without a mailbox/)
    assert.match((await land('user', 'list', '--state', 'disabled')).stdout, /^user903 +Bert Baum +DISABLED/m)
    assert.match((await land('gal', 'search', 'bert')).stderr, /Nobody is found/)
    for (const account of ['B.Baum@corp.example', 'user903', 'bert baum'])
      assert.match((await land('gal', 'why', account)).stdout, /Bert Baum\n.*\n +It is an account without a/)
    assert.match(
      (await land('user', 'set', 'user903', '--title', 'Boss')).stderr,
      /Active Directory\. Change it there/,
    )
    assert.match((await land('user', 'password', 'user903')).stderr, /Change it there, its password too/)
    await land('domain', 'add', 'corp.test')
    const enabled = await land('user', 'enable', 'user903', 'bert@corp.test')
    assert.equal(enabled.exitCode, 0, enabled.stderr)
    assert.match((await land('gal', 'search', 'bert')).stdout, /Bert Baum +bert@corp\.test/)
    assert.match((await land('gal', 'why', 'user903')).stdout, /Its mailbox is here/)
  })

  it('tells who over there reaches for an address of somebody here', async () => {
    write([...people(30), anna, { no: 904, name: 'Eve', addresses: ['SMTP:bert@corp.test'] }])
    const claimed = await land('gal', 'sync')
    assert.match(claimed.stdout, /ALERT: CN=user904,.* bert@corp\.test belongs to user Bert Baum already/)
    write([...people(30), anna])
    assert.doesNotMatch((await land('gal', 'sync')).stdout, /ALERT/)
  })

  it('names who lacks an address that somebody else has, whatever run waits or was tried', async () => {
    const ina = { no: 905, name: 'Ina', addresses: ['SMTP:ina@corp.example', 'smtp:user7@corp.example'] }
    write([...people(30), anna, ina])
    assert.match((await land('gal', 'sync')).stdout, /1 new/)
    const status = await land('gal', 'status')
    assert.match(
      status.stdout,
      /Doubtful +1 without an address that somebody else has \("landbridge gal diff --data /,
    )
    const row =
      /without an address +user +Ina +ina@corp\.example +user7@corp\.example belongs to Person 7, whose/
    assert.match((await land('gal', 'diff')).stdout, row)
    write([...people(30), ina])
    assert.match((await land('gal', 'sync', '--dry-run')).stdout, /1 deleted/)
    assert.doesNotMatch((await land('gal', 'diff')).stdout, row)
    assert.match((await land('gal', 'diff', '--only', 'partial')).stdout, row)
    write([...people(30), anna])
    await land('gal', 'sync')
    assert.doesNotMatch((await land('gal', 'status')).stdout, /Doubtful/)
    assert.match(
      (await land('gal', 'diff', '--only', 'partial')).stderr,
      /Nothing of it is "without an address"/,
    )
  })

  it('leaves edits to the directory (INT-08, INT-09)', async () => {
    const alias = await land('alias', 'add', 'user900@corp.example', 'other@corp.test')
    assert.match(alias.stderr, /comes from the directory of Exchange/)
    const room = await land('resource', 'add', 'room1', '--type', 'room')
    assert.match(room.stderr, /resources are made in Exchange/)
  })

  it('stops before it deletes too much, and does so when it is told to', async () => {
    write([anna])
    const stopped = await land('gal', 'sync')
    assert.equal(stopped.exitCode, 1)
    assert.match(stopped.stdout, /it would change too much: 30 deleted/)
    assert.match((await land('gal', 'diff')).stdout, /deleted +user +Person 7/)
    assert.match((await land('gal', 'status')).stdout, /Waits +run \d/)
    assert.match((await land('gal', 'search', 'person', '7')).stdout, /user7@/)
    assert.equal((await land('gal', 'reject')).exitCode, 0)
    assert.equal((await land('gal', 'sync')).exitCode, 1)
    const approved = await land('gal', 'approve', '--yes')
    assert.match(approved.stdout, /30 deleted/, approved.stderr)
    assert.match((await land('gal', 'search', 'person', '7')).stderr, /Nobody is found/)
    for (const command of ['approve', 'reject'])
      for (const given of [[], ['1']]) {
        const nothing = await land('gal', command, ...given, '--yes')
        assert.equal(nothing.exitCode, 1, `${command} ${given}`)
        assert.match(nothing.stderr, /No run waits/)
      }
    assert.match((await land('status')).stdout, /Address book +m-\w+ as of .*, 1 entry/)
  })

  it('never tells the password again', async () => {
    const secret = 'Very-secret-9'
    const connected = await commandLine(
      [
        'gal',
        'connect',
        'corp.example',
        '--bind',
        'svc@corp.example',
        '--controller',
        '127.0.0.1:1',
        '--data',
        data,
      ],
      { stdin: `${secret}\n` },
    )
    assert.equal(connected.exitCode, 0, connected.stderr)
    const status = await land('gal', 'status', '--json')
    assert.match(status.stdout, /svc@corp\.example/)
    assert.doesNotMatch(status.stdout, new RegExp(secret))
    const check = await land('interop', 'check', 'directory')
    assert.equal(check.exitCode, 1)
    assert.match(check.stdout, /failed/)
    const sync = await land('gal', 'sync')
    assert.notEqual(sync.exitCode, 0)
    assert.match(sync.stderr, /127\.0\.0\.1/)
  })
})
