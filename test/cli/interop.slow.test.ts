import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { judgedBy } from '#src/app/interop-check.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { startDnsServer } from '#test/support/dns-server.ts'
import { commandLine } from './command-line.ts'

test('the check asks about the only domain of the organisation, and about none that it does not have', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-interop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const made = await commandLine(['init', '--org', 'corp', '--data', data])
  const land = (...args: string[]) =>
    commandLine([...args, '--data', data], { environment: { LANDBRIDGE_SMTP_MX_PORT: '1' } })
  assert.equal(made.exitCode, 0, made.stderr)
  const none = await land('interop', 'check', 'mail')
  assert.match(none.stderr, /Say which domain with --domain/)
  assert.equal((await land('domain', 'add', 'corp.example')).exitCode, 0)
  const found = await land('interop', 'check', 'mail', '--json')
  assert.equal(found.exitCode, 1, found.stderr)
  assert.equal(JSON.parse(found.stdout).Domain, 'corp.example')
  const text = await land('interop', 'check', 'mail', '--domain', 'Corp.Example')
  assert.match(text.stdout, /^Judged by .*no service runs on the data folder/)
  const other = await land('interop', 'check', 'mail', '--domain', 'other.example')
  assert.match(other.stderr, /The organisation has no domain "other\.example"\. It has: .*corp\.example/)
})

test('who is said to have a mailbox here has one here, and not in Exchange', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-interop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const ldif = join(folder, 'directory.ldf')
  writeFileSync(
    ldif,
    [
      'dn: CN=eve,DC=corp,DC=example',
      'objectClass: user',
      'cn: eve',
      'objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==',
      'sAMAccountName: eve',
      'displayName: Eve',
      'mail: eve@corp.example',
      'proxyAddresses: SMTP:eve@corp.example',
      'mailNickname: eve',
      'msExchRecipientTypeDetails: 1',
      'msExchMailboxGuid:: AQIDBAUGBwgJCgsMDQ4PEQ==',
      '',
    ].join('\n'),
  )
  const land = (...args: string[]) =>
    commandLine([...args, '--data', data], { environment: { LANDBRIDGE_SMTP_MX_PORT: '1' } })
  for (const each of [
    ['init', '--org', 'corp', '--domain', 'corp.example'],
    ['org', 'interop', 'on'],
    ['gal', 'connect', '--ldif', ldif],
    ['gal', 'sync'],
  ]) {
    const done = await land(...each)
    assert.equal(done.exitCode, 0, `${each.join(' ')}: ${done.stderr}`)
  }
  const asked = ['interop', 'check', 'mail', '--domain', 'corp.example', '--resident']
  assert.match(
    (await land(...asked, 'eve@corp.example')).stderr,
    /mailbox of "eve@corp\.example" is not here/,
  )
  assert.match((await land(...asked, 'nobody@corp.example')).stderr, /Nobody here has .*nobody@/)
})

test('who is said to have a mailbox in Exchange is an address, and has none here', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-interop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const land = (...args: string[]) =>
    commandLine([...args, '--data', join(folder, 'data')], { environment: { LANDBRIDGE_SMTP_MX_PORT: '1' } })
  for (const each of [
    ['init', '--org', 'corp', '--domain', 'corp.example'],
    ['user', 'add', 'ann'],
  ]) {
    const done = await land(...each)
    assert.equal(done.exitCode, 0, `${each.join(' ')}: ${done.stderr}`)
  }
  const { Email } = JSON.parse((await land('user', 'show', 'ann', '--json')).stdout)
  const other = String(Email).replace('ann@', 'a.nn@')
  assert.equal((await land('alias', 'add', 'ann', other)).exitCode, 0)
  const refusalOf = async (recipient: string) => {
    const asked = ['interop', 'check', 'mail', '--domain', 'corp.example', '--recipient', recipient]
    const { exitCode, stderr } = await land(...asked)
    return `${exitCode} ${stderr}`
  }
  for (const address of [
    'eve',
    'eve@',
    '@corp.example',
    'eve @corp.example',
    'eve@corp.example>\r\nDATA',
    '',
  ])
    assert.match(
      await refusalOf(address),
      /^2 .*--recipient takes a mail address, and ".*" is none/s,
      address,
    )
  for (const address of [String(Email).replace('ann@', 'Ann@'), other])
    assert.match(await refusalOf(address), /^1 .*The mailbox of ".*" is here\. Name an address whose/)
  // Whoever is in no address book yet may be in Exchange all the same.
  assert.match(await refusalOf('eve@corp.example'), /^1 /)
})

test('the check says when the service that runs listens elsewhere than the settings say', () => {
  const { config } = loadConfig({ file: undefined, environment: {}, options: {}, optionNames: {} })
  const running = { mxAddress: 'smtp://127.0.0.1:2626', startedAt: 0 }
  assert.match(judgedBy(config, undefined, running).join(' '), /takes mail on port 2626.*says 2525/)
  assert.doesNotMatch(
    judgedBy(config, undefined, { ...running, mxAddress: 'smtp://[::]:2525' }).join(' '),
    /other settings than these/,
  )
})

test('without a name everything is checked, and one check that cannot be made does not hold up the others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-interop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const made = await commandLine(['init', '--org', 'corp', '--domain', 'corp.example', '--data', data])
  assert.equal(made.exitCode, 0, made.stderr)
  const options = { environment: { LANDBRIDGE_SMTP_MX_PORT: '1' } }
  const all = await commandLine(['interop', 'check', '--domain', 'corp.example', '--data', data], options)
  assert.equal(all.exitCode, 1, all.stderr)
  assert.match(all.stdout, /^Directory:\n {2}failed .*landbridge gal connect/)
  for (const heading of ['Mail to Exchange:', 'Mail from Exchange:', 'Questions to Exchange:'])
    assert.ok(all.stdout.includes(`\n${heading}\n`), heading)
  assert.match(all.stdout, /To be mended: directory, mail, availability\. Each failed line says how\.\n$/)
  const json = await commandLine(['interop', 'check', '--json', '--data', data], options)
  const said = JSON.parse(json.stdout)
  assert.match(said.Mail.Failure ?? '', /Say which domain with --domain|^$/)
  assert.ok(Array.isArray(said.Availability.Findings))
})

test('the routing domain that was chosen is checked, and is not the domain that both sides share', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-interop-'))
  const dns = await startDnsServer({})
  t.after(async () => {
    await dns.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const data = join(folder, 'data')
  const environment = { LANDBRIDGE_SMTP_MX_PORT: '1', LANDBRIDGE_DNS_SERVERS: dns.address }
  const land = (...args: string[]) => commandLine([...args, '--data', data], { environment })
  await land('init', '--org', 'corp', '--domain', 'corp.example')
  const { stdout } = await land('domain', 'add', 'lb.corp.example', '--routing', '--json')
  const { Records } = JSON.parse(stdout) as { Records: { Hostname: string; Value: string }[] }
  const proof = Records.find(({ Hostname }) => Hostname.startsWith('_'))!
  dns.zone.set(proof.Hostname, { TXT: [proof.Value] })
  assert.equal((await land('domain', 'check', 'lb.corp.example')).exitCode, 0)
  assert.equal((await land('domain', 'routing', 'lb.corp.example')).exitCode, 0)
  const found = await land('interop', 'check', 'mail', '--json')
  const { Domain, Findings } = JSON.parse(found.stdout)
  assert.equal(Domain, 'corp.example')
  assert.match(JSON.stringify(Findings), /SMTP:lb\.corp\.example;1/)
})
