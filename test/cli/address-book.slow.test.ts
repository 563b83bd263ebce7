import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-cli-book-'))
after(() => rmSync(scratch, { recursive: true }))
const data = join(scratch, 'data')
const run = (...args: string[]) => commandLine([...args, '--data', data])

async function done(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...args)
  assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
  return stdout
}
const json = async (...args: string[]) => JSON.parse(await done(...args, '--json'))

before(async () => {
  await done('init', '--org', 'acme')
  for (const name of ['anna', 'ben']) await done('user', 'add', name, '--no-password')
  await done('group', 'add', 'sales', '--email', 'sales@acme.test')
})

test('a user is set with manager, photo and attributes that stay', async () => {
  const photo = join(scratch, 'anna.gif')
  writeFileSync(photo, 'GIF89a')
  await done('user', 'set', 'anna', '--manager', 'ben', '--photo', photo, '--title', 'Buyer')
  await done('user', 'set', 'anna', '--attribute', '1=one', '2=two')
  await done('user', 'set', 'anna', '--attribute', '2=')
  const anna = await json('user', 'show', 'anna')
  assert.deepEqual([anna.ManagerName, anna.JobTitle, anna.CustomAttributes], ['ben', 'Buyer', { 1: 'one' }])
  assert.equal(anna.Photo.ContentType, 'image/gif')
  await done('user', 'set', 'anna', '--no-photo')
  assert.equal((await json('user', 'show', 'anna')).Photo, undefined)
  const missing = await run('user', 'set', 'anna', '--certificate', join(scratch, 'none.cer'))
  assert.equal(missing.exitCode, 2)
  assert.match(missing.stderr, /--certificate: there is no file/)
})

test('lists name people beside ids', async () => {
  await done('permission', 'set', 'anna', 'ben', 'full')
  assert.match(await done('permission', 'list', 'anna'), /^ben +USER +FULL_ACCESS +[0-9a-f-]{36}$/m)
  await done('permission', 'folder', 'set', 'anna', 'calendar', 'sales', 'reviewer')
  assert.match(
    await done('permission', 'folder', 'list', 'anna', 'calendar'),
    /^sales +GROUP +Reviewer +yes/m,
  )
  await done('alias', 'add', 'anna', 'ash@acme.test', '--x500', '/o=A/cn=anna')
  assert.deepEqual(await json('alias', 'list', 'anna'), [
    { Kind: 'SMTP', Address: 'ash@acme.test' },
    { Kind: 'X500', Address: '/o=A/cn=anna' },
  ])
  await done('alias', 'remove', 'anna', 'ASH@acme.test', '--x500', 'x500:/O=a/CN=ANNA')
  assert.deepEqual(await json('alias', 'list', 'anna'), [])
})

test('a primary address that was not there is said to be new, and what becomes of the old one', async () => {
  await done('user', 'add', 'carl', '--no-password')
  await done('alias', 'add', 'carl', 'carl.cole@acme.test')
  const primary = (address: string) => done('alias', 'primary', 'carl', address)
  assert.equal(
    await primary('carl.cole@acme.test'),
    'carl now sends from carl.cole@acme.test; carl@acme.test stays as an alias.\n',
  )
  assert.equal(
    await primary('Carl.Cole@acme.test'),
    'carl sends from Carl.Cole@acme.test already; its other addresses stay as they were.\n',
  )
  assert.equal(
    await primary('c.cole@acme.test'),
    'carl now sends from c.cole@acme.test, which it did not have before; Carl.Cole@acme.test stays as an alias.\n',
  )
  assert.deepEqual(await json('alias', 'primary', 'carl', 'carl@acme.test'), {
    Email: 'carl@acme.test',
    New: false,
    FormerEmail: 'c.cole@acme.test',
  })
  assert.match((await run('alias', 'primary', 'nobody', 'x@acme.test')).stderr, /There is no entry "nobody"/)
})

const nothing: [args: string[], exitCode: number, words: RegExp][] = [
  [['alias', 'remove', 'anna', 'nope@acme.test'], 1, /does not have the address nope@acme\.test/],
  [['alias', 'remove', 'anna', 'ben@acme.test'], 1, /does not have the address ben@acme\.test/],
  [['alias', 'remove', 'anna', '--sip', 'a@acme.test'], 1, /does not have the address a@acme\.test/],
  [['alias', 'remove', 'anna', 'anna@acme.test'], 1, /is the primary address/],
  [['group', 'leave', 'sales', 'anna'], 1, /anna is not a direct member of sales/],
  [['permission', 'remove', 'anna', 'sales'], 1, /sales has no right on anna/],
  [['permission', 'folder', 'remove', 'anna', 'inbox', 'ben'], 1, /Nothing is set for ben on inbox of anna/],
  [['user', 'set', 'anna'], 2, /Say what to change/],
  [['group', 'set', 'sales'], 2, /Say what to change/],
  [['user', 'set', 'anna', '--hidden', '--no-hidden'], 2, /--hidden or --no-hidden, not both/],
  [['domain', 'remove', 'nope.example'], 1, /domain nope\.example is not registered/],
  [['user', 'delete', 'nobody'], 1, /There is no user "nobody"/],
  [['contact', 'remove', 'nobody'], 1, /There is no contact "nobody"/],
]

for (const [args, exitCode, words] of nothing) {
  test(`"${args.join(' ')}" does not claim that something was done`, async () => {
    const outcome = await run(...args)
    assert.equal(outcome.exitCode, exitCode, outcome.stderr)
    assert.match(outcome.stderr, words)
    assert.equal(outcome.stdout, '')
  })
}

const written: [args: string[], words: RegExp][] = [
  [['user', 'add', 'a b'], /^landbridge: <name> "a b" cannot be used: it must be letters/],
  [['resource', 'add', 'r', '--type', 'car'], /^landbridge: --type "CAR" .* Use ROOM or EQUIPMENT\./],
  [['user', 'quota', 'anna', '0'], /^landbridge: <megabytes> is 0/],
  [['user', 'set', 'anna', '--department', 'x'.repeat(300)], /^landbridge: --department has 300 characters/],
]

for (const [args, words] of written) {
  test(`"${args.join(' ').slice(0, 40)}" is judged in the words of the command line`, async () => {
    const { exitCode, stderr } = await run(...args)
    assert.equal(exitCode, 2)
    assert.match(stderr, words)
  })
}

const faults: [args: string[], exitCode: number, type: string][] = [
  [['user', 'show', 'nobody'], 1, 'EntityNotFoundException'],
  [['alias', 'remove', 'anna', 'nope@acme.test'], 1, 'NothingChanged'],
  [['user', 'list', '--lots'], 2, 'UsageFault'],
  [['user', 'show'], 2, 'UsageFault'],
  [['user'], 2, 'UsageFault'],
  [['user', 'set', 'anna'], 2, 'UsageFault'],
]

for (const [args, exitCode, type] of faults) {
  test(`with --json, the error of "${args.join(' ')}" is JSON`, async () => {
    const outcome = await run(...args, '--json')
    assert.equal(outcome.exitCode, exitCode)
    assert.equal(outcome.stdout, '')
    const { error } = JSON.parse(outcome.stderr)
    assert.equal(error.type, type)
    assert.match(error.message, /\w/)
  })
}

test('with --json, what is not there is named in JSON too', async () => {
  const { exitCode, stderr } = await commandLine(['user', 'list', '--json', '--data', join(scratch, 'none')])
  assert.equal(exitCode, 66)
  assert.equal(JSON.parse(stderr).error.type, 'NoData')
})

test('a restore answers in the letter case of everything else', async () => {
  const backup = join(scratch, 'backup')
  await done('backup', backup, '--with-keys')
  const { exitCode, stdout } = await commandLine([
    'restore',
    backup,
    '--data',
    join(scratch, 'new'),
    '--json',
  ])
  assert.equal(exitCode, 0)
  const lower: string[] = []
  JSON.parse(stdout, function (this: unknown, name, value) {
    if (!Array.isArray(this) && /^[a-z]/.test(name)) lower.push(name)
    return value
  })
  assert.deepEqual(lower, [])
})
