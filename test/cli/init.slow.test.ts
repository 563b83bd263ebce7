import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLine } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-init-'))
after(() => rmSync(scratch, { recursive: true }))

test('an init that was refused can be run again', async () => {
  const data = join(scratch, 'again')
  const init = (org: string) => commandLine(['init', '--org', org, '--admin-port', '9443', '--data', data])
  assert.equal((await init('no good')).exitCode, 2)
  assert.equal(existsSync(join(data, 'landbridge.yaml')), false)
  const { exitCode, stderr } = await init('acme')
  assert.equal(exitCode, 0, stderr)
  assert.match(readFileSync(join(data, 'landbridge.yaml'), 'utf8'), /port: 9443/)
  assert.equal(existsSync(join(data, 'landbridge.yaml.new')), false)
})

test('an init that was killed before it had made anything goes on with its own settings, and no other', async () => {
  const data = join(scratch, 'killed')
  const init = (port: string) => commandLine(['init', '--org', 'acme', '--admin-port', port, '--data', data])
  assert.equal((await init('9443')).exitCode, 0)
  const settings = readFileSync(join(data, 'landbridge.yaml'))
  rmSync(data, { recursive: true })
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(join(data, 'landbridge.yaml'), settings)
  const other = await init('9444')
  assert.equal(other.exitCode, 2)
  assert.match(other.stderr, /There is a configuration already/)
  const again = await init('9443')
  assert.equal(again.exitCode, 0, again.stderr)
  assert.deepEqual(readFileSync(join(data, 'landbridge.yaml')), settings)
})

test('a domain that cannot be one is blamed on the option it was written with', async () => {
  const args = ['init', '--org', 'acme', '--domain', 'acme.example', '--domain', 'a b']
  const { exitCode, stderr } = await commandLine([...args, '--data', join(scratch, 'no-domain')])
  assert.equal(exitCode, 2)
  assert.match(stderr, /^landbridge: --domain "a b" cannot be used/)
})

test('the test domain is not given once more, and no domain twice', async () => {
  const init = (...domains: string[]) =>
    commandLine([
      'init',
      '--org',
      'acme',
      ...domains.flatMap((name) => ['--domain', name]),
      '--data',
      join(scratch, 'own'),
    ])
  const own = await init('ACME.test')
  assert.equal(own.exitCode, 2)
  assert.match(own.stderr, /acme\.test is the test domain that the organisation comes with.*Leave it out/)
  assert.match((await init('a.example', 'A.example')).stderr, /a\.example is named twice\. Name it once/)
  assert.equal((await init('a.example')).exitCode, 0)
})

test('a folder that holds an organisation is not made again', async () => {
  const data = join(scratch, 'twice')
  assert.equal((await commandLine(['init', '--org', 'acme', '--data', data])).exitCode, 0)
  const { exitCode, stderr } = await commandLine(['init', '--org', 'other', '--data', data])
  assert.equal(exitCode, 1)
  assert.match(stderr, /holds the organisation acme already.*landbridge org create/)
  const list = JSON.parse((await commandLine(['org', 'list', '--json', '--data', data])).stdout)
  assert.equal(list.length, 1)
})

test('one setting with two values is refused, with the options that gave them', async () => {
  const data = join(scratch, 'conflict')
  const args = ['init', '--org', 'acme', '--set', 'admin.port=1', '--admin-port', '9', '--data', data]
  const { exitCode, stderr } = await commandLine(args)
  assert.equal(exitCode, 2)
  assert.match(stderr, /admin\.port is given twice, as 1 \(--set admin\.port\) and as 9 \(--admin-port\)/)
})

test('a bad value is blamed on the option it was written with', async () => {
  const blame = async (...args: string[]) =>
    (await commandLine(['serve', ...args, '--data', join(scratch, 'blame')])).stderr
  assert.match(await blame('--set', 'admin.port=x'), /^landbridge: --set admin\.port: admin\.port: "x"/)
  assert.match(await blame('--admin-port', 'x'), /^landbridge: --admin-port: admin\.port: "x"/)
})

test('an empty data folder is no data folder', async () => {
  const { exitCode, stderr } = await commandLine(['serve', '--data', ''])
  assert.equal(exitCode, 78)
  assert.match(stderr, /^landbridge: --data: dataFolder: "" does not fit/)
})

test('the version is told', async () => {
  const { exitCode, stdout } = await commandLine(['--version'])
  assert.equal(exitCode, 0)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('a password on stdin is one line', async () => {
  const data = join(scratch, 'password')
  await commandLine(['init', '--org', 'acme', '--data', data])
  const add = (stdin: string) =>
    commandLine(['user', 'add', 'anna', '--password-stdin', '--data', data], { stdin })
  const several = await add('Correct-Horse-1\nBattery-Staple-2\n')
  assert.equal(several.exitCode, 2)
  assert.match(several.stderr, /Several lines came on stdin/)
  assert.equal((await add('Correct-Horse-1\r\n')).exitCode, 0)
})

test('a variable of another program that begins like ours is named and disturbs nothing', async () => {
  const environment = { LANDBRIDGE_ADMIN_PROT: '1', LANDBRIDGE_PEERS: 'required' }
  const { exitCode, stderr } = await commandLine(['config', 'check', '--data', join(scratch, 'none')], {
    environment,
  })
  assert.equal(exitCode, 0)
  assert.match(
    stderr,
    /^landbridge: .*LANDBRIDGE_ADMIN_PROT: .*ignored\. Did you mean LANDBRIDGE_ADMIN_PORT\?\n$/,
  )
})
