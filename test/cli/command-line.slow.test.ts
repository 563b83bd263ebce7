import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Cli } from '#src/cli/cli.ts'
import { program } from '#src/cli/program.ts'
import { commandLine, ownIo } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-cli-'))
after(() => rmSync(scratch, { recursive: true }))

test('every command has a description, and its help exits 0', async () => {
  for (const command of program(new Cli(ownIo)).commands) {
    const { exitCode, stdout } = await commandLine([command.name(), '--help'])
    assert.equal(exitCode, 0, command.name())
    assert.ok(stdout.includes(`Usage: landbridge ${command.name()}`), command.name())
    for (const each of [command, ...command.commands]) assert.notEqual(each.description(), '', each.name())
  }
})

const wrong: [why: string, args: string[], words: RegExp][] = [
  ['an unknown command', ['usr'], /There is no command "usr"\. Did you mean "user"\?/],
  [
    'one below another',
    ['domain', 'chek'],
    /There is no command "domain chek"\. Did you mean "domain check"\?/,
  ],
  ['one like no other', ['domain', 'nosuch'], /"domain nosuch"\. "landbridge domain --help" shows those/],
  ['help about none', ['help', 'nosuch'], /There is no command "nosuch"/],
  ['help about none below another', ['help', 'domain', 'ad'], /Did you mean "domain add"\?/],
  [
    'a value of an option that takes none',
    ['migrate', 'create', 'move', '--archive=no'],
    /^landbridge: --archive takes no value, and was given one: --archive=no\. Write it/,
  ],
  ['an unknown option', ['user', 'list', '--lots'], /^landbridge: There is no option --lots here\. Write it/],
  ['one like another', ['user', 'list', '--prefx=a'], /no option --prefx here\. Did you mean --prefix\?/],
  [
    'a missing argument',
    ['backup'],
    /^landbridge: <folder> is missing\. Write it as: landbridge backup \[options\] <folder> \("landbridge backup --help" says more\)\.$/m,
  ],
  [
    'a missing argument below another command',
    ['domain', 'mail-from', 'set', 'a.example'],
    /<subdomain> is missing\. Write it as: landbridge domain mail-from set \[options\] <domain> <subdomain>/,
  ],
  ['a missing option', ['init'], /^landbridge: --org is missing\. Write it as: landbridge init /],
  [
    'an option without its value',
    ['user', 'add', 'a', '--office'],
    /^landbridge: --office takes a value, and/,
  ],
  ['a word too many', ['user', 'show', 'Anna', 'Ash'], /"show" takes one word and was given: Anna, Ash\./],
  ['words where none belong', ['status', 'now'], /"status" takes no words and was given: now\./],
  ['a setting that is none', ['serve', '--set', 'log.lvel=info'], /Did you mean log\.level\?/],
  ['a setting without a value', ['serve', '--set', 'log.level'], /NAME=VALUE/],
]

for (const [why, args, words] of wrong) {
  test(`${why} is exit code 2 and a sentence`, async () => {
    const { exitCode, stderr } = await commandLine([...args, '--data', join(scratch, 'none')])
    assert.equal(exitCode, 2)
    assert.match(stderr, words)
    assert.ok(!/\n\s+at /.test(stderr))
  })
}

test('help about a command is its help, wherever the word stands', async () => {
  for (const args of [
    ['help', 'domain', 'mail-from', 'set'],
    ['domain', 'help', 'mail-from', 'set'],
    ['domain', 'mail-from', 'set', '--help'],
  ]) {
    const { exitCode, stdout } = await commandLine(args)
    assert.equal(exitCode, 0)
    assert.match(stdout, /^Usage: landbridge domain mail-from set /)
  }
})

test('a folder without data is exit code 66, and is not made', async () => {
  const folder = join(scratch, 'none')
  const { exitCode, stderr } = await commandLine(['user', 'list', '--data', folder])
  assert.equal(exitCode, 66)
  assert.match(stderr, /There is no Landbridge data in .*none/)
  assert.equal(existsSync(folder), false)
})

test('a bad configuration is exit code 78', async () => {
  const { exitCode, stderr } = await commandLine(['config', 'check'], {
    environment: { LANDBRIDGE_ADMIN_PORT: 'x', LANDBRIDGE_DATA: scratch },
  })
  assert.equal(exitCode, 78)
  assert.match(stderr, /LANDBRIDGE_ADMIN_PORT: admin\.port: "x" does not fit/)
})

test('an organisation is set up before the first start, without a question', async () => {
  const data = join(scratch, 'data')
  const run = (args: string[], stdin = '') => commandLine([...args, '--data', data, '--json'], { stdin })

  const made = await run([
    'init',
    '--org',
    'Acme',
    '--domain',
    'acme.example',
    '--admin-port',
    '9443',
    '--set',
    'log.level=debug',
  ])
  assert.equal(made.exitCode, 0, made.stderr)
  assert.equal(statSync(data).mode & 0o777, 0o700)
  const { OrganizationId, DnsRecords } = JSON.parse(made.stdout)
  assert.match(OrganizationId, /^m-[0-9a-f]{32}$/)
  assert.ok(
    DnsRecords.some(
      ({ Type, Hostname }: { Type: string; Hostname: string }) =>
        Type === 'MX' && Hostname === 'acme.example',
    ),
  )
  const shown = JSON.parse((await run(['config', 'show'])).stdout) as { Name: string; Value: unknown }[]
  assert.equal(shown.find(({ Name }) => Name === 'admin.port')?.Value, 9443)

  const added = await run(
    ['user', 'add', 'anna', '--department', 'Sales', '--password-stdin'],
    'Correct-Horse-1\n',
  )
  assert.equal(added.exitCode, 0, added.stderr)
  assert.equal(JSON.parse(added.stdout).Password, undefined)
  const anna = JSON.parse((await run(['user', 'show', 'anna'])).stdout)
  assert.deepEqual([anna.Email, anna.State, anna.Department], ['anna@acme.test', 'ENABLED', 'Sales'])

  const weak = await run(['user', 'add', 'ben', '--password-stdin'], 'short\n')
  assert.equal(weak.exitCode, 1)
  assert.match(weak.stderr, /at least 8/)
  assert.equal((await run(['user', 'add', 'ben', '--email', 'ben@elsewhere.example'])).exitCode, 1)
  const names = (JSON.parse((await run(['user', 'list'])).stdout) as { Name: string }[]).map(
    ({ Name }) => Name,
  )
  assert.deepEqual(names, ['anna'], 'what was made of ben is taken back')

  const asked = await run(['org', 'delete', 'acme'])
  assert.equal(asked.exitCode, 2)
  assert.match(asked.stderr, /add --yes if you mean it\. Nothing was done/)
  assert.equal((await run(['check'])).exitCode, 0)
  assert.equal((await run(['org', 'delete', 'acme', '--yes'])).exitCode, 1, 'anna is enabled')
  assert.equal((await run(['org', 'delete', 'acme', '--yes', '--force'])).exitCode, 0)
  assert.deepEqual(JSON.parse((await run(['org', 'list'])).stdout), [])
})

test('where there are several organisations one must be named', async () => {
  const data = join(scratch, 'several')
  const run = (...args: string[]) => commandLine([...args, '--data', data])
  await run('init', '--org', 'one')
  await run('org', 'create', 'two')
  const unsaid = await run('user', 'list')
  assert.equal(unsaid.exitCode, 2)
  assert.match(unsaid.stderr, /Say which organisation with --org\. There are: one, two\./)
  assert.match((await run('user', 'list', '--org', 'three')).stderr, /There is no organisation "three"/)
  assert.equal((await run('user', 'list', '--org', 'two')).exitCode, 0)
})

test('where nobody reads on what is said beside a result, the exit code is what it would be', async () => {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', main, 'nosuch']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.destroy()
  assert.deepEqual(await once(child, 'exit'), [2, null])
})

test('a backup becomes a data folder again', async () => {
  const [data, backup, restored] = ['original', 'backup', 'restored'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ]
  await commandLine(['init', '--org', 'acme', '--data', data])
  await commandLine(['user', 'add', 'anna', '--data', data])
  assert.equal((await commandLine(['backup', backup, '--with-keys', '--data', data])).exitCode, 0)
  const done = await commandLine(['restore', backup, '--data', restored])
  assert.equal(done.exitCode, 0, done.stderr)
  const list = await commandLine(['user', 'list', '--data', restored])
  assert.match(list.stdout, /anna@acme\.test/)
})

test('keys that lie elsewhere are in the backup that asks for them, and settings may be there before a restore', async () => {
  const [data, backup, restored] = ['apart', 'apart-backup', 'apart-restored'].map((name) =>
    join(scratch, name),
  ) as [string, string, string]
  await commandLine(['init', '--org', 'acme', '--data', data, '--set', `keys.folder=${data}-keys`])
  assert.equal(existsSync(join(data, 'keys')), false)
  assert.equal((await commandLine(['backup', backup, '--with-keys', '--data', data])).exitCode, 0)

  mkdirSync(restored)
  const settings = join(restored, 'landbridge.yaml')
  writeFileSync(settings, `keys:\n  folder: ${restored}-keys\n`)
  const done = await commandLine(['restore', backup, '--data', restored])
  assert.equal(done.exitCode, 0, done.stderr)
  assert.equal(readdirSync(`${restored}-keys`).filter((name) => name.endsWith('.key')).length, 1)
  assert.equal((await commandLine(['user', 'list', '--data', restored])).exitCode, 0)
})

test('an access key can be printed as a shell reads it', async () => {
  const data = join(scratch, 'shell')
  await commandLine(['init', '--org', 'acme', '--data', data])
  const { stdout } = await commandLine(['key', 'create-access', '--env', '--data', data])
  assert.match(stdout, /^export AWS_ACCESS_KEY_ID=LBAK\w{16}\nexport AWS_SECRET_ACCESS_KEY=[\w+/=]{40}\n$/)
})
