import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-faults-'))
after(() => rmSync(folder, { recursive: true }))
const data = join(folder, 'data')
const exchange = ['--url', 'https://exchange.acme.test/EWS/Exchange.asmx', '--user', 'svc']

const migrate = (...args: string[]) => commandLine(['migrate', ...args, '--data', data])
const refused = async (words: RegExp, exitCode: number, ...args: string[]) => {
  const { stderr, exitCode: code } = await migrate(...args)
  assert.match(stderr, words)
  assert.equal(code, exitCode, stderr)
}
const done = async (...args: string[]) => {
  const { stdout, stderr, exitCode } = await migrate(...args)
  assert.equal(exitCode, 0, stderr)
  return stdout
}

before(async () => {
  await commandLine(['init', '--org', 'acme', '--data', data])
  for (const name of ['anna', 'ben'])
    await commandLine(['user', 'add', name, '--email', `${name}@acme.test`, '--data', data])
})

test('mailboxes are looked at before a batch is made for them', async () => {
  await done('create', 'added')
  const add = (address: string, batch = '1') => ['add', 'added', address, '--batch', batch]
  await refused(
    /has no source "old"\. It has none yet; say where .* "landbridge migrate source added <name> --data /,
    1,
    ...add('anna@acme.test'),
  )
  assert.match(await done('status', 'added'), /^added: 0 batches\n/)
  // Whoever watched it would keep the service from starting.
  assert.match(await done('status', 'added', '--watch'), /^added: 0 batches\n/)
  await done('create', 'single')
  await done('source', 'single', 'post', '--kind', 'imap', '--url', 'imaps://post.acme.test', '--user', 'svc')
  const single = ['add', 'single', 'anna@acme.test', '--batch', '1']
  assert.equal(await done(...single), 'anna@acme.test is in batch 1 now.\n')
  await done('remove', 'single', 'anna@acme.test')
  await done('source', 'single', 'more', '--kind', 'imap', '--url', 'imaps://more.acme.test', '--user', 'svc')
  await refused(/Say with --source where they come from: more, post\./, 2, ...single)
  await done('source', 'added', 'old', ...exchange)
  await refused(/"nonsense" is no mail address/, 2, ...add('nonsense'))
  await refused(/Nobody in the directory has the address zoe@acme\.test/, 1, ...add('zoe@acme.test'))
  await refused(/"one" is no number of a batch/, 2, ...add('anna@acme.test', 'one'))
  await refused(/anna@acme\.test is named twice/, 2, ...add('anna@acme.test'), 'ANNA@acme.test')
  assert.match(await done('status', 'added'), /^added: 0 batches\n/)
  assert.equal(await done(...add('anna@acme.test')), 'anna@acme.test is in batch 1 now.\n')
  await refused(/anna@acme\.test is in batch 1 of this migration already/, 1, ...add('anna@acme.test', '2'))
  await done('remove', 'added', 'anna@acme.test')
  await done(...add('anna@acme.test', '2'))
  const first = ['mailbox', 'added', 'anna@acme.test', '--priority', '1']
  assert.match(await done(...first), /has priority 1, begins with its batch and has no settings of its own\./)
  const { Mailbox } = JSON.parse(await done(...first, '--start-after', '2100-01-12T22:00', '--json'))
  assert.deepEqual([Mailbox.Priority, typeof Mailbox.StartAfter], [1, 'number'])
  assert.match(await done('report', 'added'), /anna@acme\.test +2 +waits/)
  await refused(/There is no|has no batch 9/, 1, 'report', 'added', '--batch', '9')
  const page = join(folder, 'report.html')
  await refused(/has no batch 9/, 1, 'report', 'added', '--batch', '9', '--html', page)
  await refused(/named twice/, 1, 'report', 'added', '--html', page, '--csv', `${folder}/./report.html`)
  assert.equal(existsSync(page), false)
  assert.match(
    await done('report', 'added', '--csv', '-'),
    /^\ufeffAddress,BatchNumber,.*\r?\nanna@acme\.test,2,/,
  )
  assert.equal(await done('report', 'added', '--rights'), '')
  await refused(/--rights is shown here/, 2, 'report', 'added', '--rights', '--csv', '-')
  await refused(/takes one of the files/, 2, 'report', 'added', '--csv', '-', '--html', '-')
  await refused(/With --json/, 2, 'report', 'added', '--csv', '-', '--json')
  await refused(/one of three files that belong together/, 1, 'cutover', 'added', '2', '--script', '-')
  const script = join(folder, 'batch-2.ps1')
  await refused(/has no routing domain/, 1, 'cutover', 'added', '2', '--yes', '--script', script)
  assert.equal(existsSync(script), false)
  await refused(/zoe@acme\.test is not in this migration/, 1, 'report', 'added', '--items', 'zoe@acme.test')
})

test('a source that cannot work is refused where it is set, and a password is changed alone', async () => {
  await done('create', 'judged')
  const source = (words: RegExp, ...args: string[]) => refused(words, 2, 'source', 'judged', 'old', ...args)
  const imap = ['--kind', 'imap', '--url', 'imaps://old.test']
  await source(
    /"connections" is a whole number from 1 to 100, not "abc"/,
    ...imap,
    '--option',
    'connections=abc',
  )
  await source(/"form" is authorization, or/, ...imap, '--option', 'form=zzz')
  await source(/has no option "role"/, ...imap, '--option', 'role=1')
  await source(/There is no source "old" yet\./, '--user', 'svc')
  await source(/use --user and --password-stdin/, '--url', 'https://u:geheim@exchange.acme.test/EWS')
  await source(/There is no folder .*nothere/, '--kind', 'pst', '--url', join(folder, 'nothere'))
  const landbridge = ['--kind', 'landbridge', '--option', 'organization=acme']
  await source(/ is no folder/, '--url', import.meta.filename, ...landbridge)
  await refused(/no hyphen or dot first/, 2, 'create', '../m1')
  await refused(
    /--kind pst needs a name for its files .*--source/,
    2,
    ...['create', 'files', '--kind', 'pst', '--url', folder],
  )
  assert.match(
    await done('source', 'judged', 'old', ...imap, '--option', 'connections=8', '--user', 'svc'),
    /^Source "old" is set\.\nNothing can be read from it yet\. It still needs the password \(--password-stdin\)/,
  )
  await done('source', 'judged', 'old', '--user', 'another')
  const { Sources } = JSON.parse(await done('status', 'judged', '--json'))
  assert.deepEqual(Sources, [{ Name: 'old', Kind: 'imap', Url: 'imaps://old.test', User: 'another' }])
})

test('an archive and what can be brought back are said with a source, changed by themselves, and shown', async () => {
  const part = (words: RegExp, ...args: string[]) => refused(words, 2, ...args)
  await part(/--archive says what comes of a source: give --url\./, 'create', 'parts', '--archive')
  await part(
    /--recoverable brings .* of kind exchange or landbridge, not of imap/,
    ...['create', 'parts', '--kind', 'imap', '--url', 'imaps://old.test', '--recoverable'],
  )
  await done('create', 'parts', ...exchange, '--option', 'connections=4', '--archive')
  const brings = async () => JSON.parse(await done('status', 'parts', '--json')).Sources[0].With
  assert.equal(await brings(), 'the online archive of each mailbox')
  await done('source', 'parts', 'old', '--recoverable')
  assert.match(await brings(), /^the online archive of each mailbox and what was deleted/)
  // Nothing was copied yet.
  await done('source', 'parts', 'old', '--option', 'archive=no')
  assert.match(await brings(), /^what was deleted/)
})

test('settings that cannot hold are refused by the name of the option', async () => {
  await done('create', 'set')
  await done('source', 'set', 'old', ...exchange)
  const set = (words: RegExp, exitCode: number, ...args: string[]) =>
    refused(words, exitCode, 'settings', 'set', ...args)
  await set(/no source "nope"\. It has: old\./, 1, '--cap', 'nope=3')
  await set(/--cap is written SOURCE=NUMBER/, 2, '--cap', 'old')
  await set(/--window 22:00-22:00 opens and closes at the same time/, 2, '--window', '22:00-22:00')
  await set(/--zone "Mars\/One" is no time zone/, 2, '--window', '22:00-06:00', '--zone', 'Mars/One')
  await set(/--zone is part of a window/, 2, '--window', 'always', '--zone', 'Europe/Berlin')
  await set(/no window whose zone, days or holidays could be changed/, 2, '--holidays', '2026-12-24')
  await set(/--holidays are dates as 2026-12-24/, 2, '--window', '22:00-06:00', '--holidays', 'xmas')
  await set(/--verification is a whole number from 1 to 3, not "9"/, 2, '--verification', '9')
  await set(/--alert-webhook is an https address/, 2, '--alert-webhook', 'ftp://x')
  await set(/"nonsense" is no address that mail/, 2, '--alert-mail', 'nonsense')
  await set(/--lanes is a whole number/, 2, '--lanes', 'many')
  await done('source', 'set', 'second', ...exchange)
  await done('settings', 'set', '--cap', 'old=4')
  await done('settings', 'set', '--cap', 'second=2')
  const { Settings } = JSON.parse(await done('settings', 'set', '--lanes', '3', '--json'))
  assert.deepEqual(Settings.caps, { old: { connections: 4 }, second: { connections: 2 } })
})

test('holidays, days and zone are changed of the window there is, and a batch has its own then', async () => {
  await done('create', 'nights', ...exchange)
  await done('add', 'nights', 'anna@acme.test', '--batch', '1')
  const berlin = ['--window', '22:00-06:00', '--zone', 'Europe/Berlin', '--days', 'mon,tue']
  await done('settings', 'nights', ...berlin, '--whole-days', 'sat')
  const window = async (...args: string[]) =>
    JSON.parse(await done('settings', 'nights', ...args, '--json')).Settings.window
  const rules = { begin: '22:00', end: '06:00', zone: 'Europe/Berlin', weekdays: [1, 2] }
  assert.deepEqual(await window('--holidays', '2026-12-24'), {
    ...rules,
    ...{ wholeDays: [6], holidays: ['2026-12-24'] },
  })
  assert.deepEqual(await window('--days', 'wed', '--whole-days', 'none'), {
    ...rules,
    ...{ weekdays: [3], holidays: ['2026-12-24'] },
  })
  assert.match(
    await done('batch', 'nights', '1', '--zone', 'Asia/Tokyo', '--holidays', 'none'),
    /^Batch 1 is "batch 1"\.\n$/,
  )
  const status = await done('status', 'nights')
  assert.match(status, /settings of its own: copied 22:00-06:00 \(Asia\/Tokyo\) on Wed\./)
  const own = JSON.parse(await done('wave', 'nights', 'East', '--batches', '1', '--days', 'thu', '--json'))
  assert.deepEqual(own.SettledBatches, [])
  assert.match(await done('status', 'nights'), /copied 22:00-06:00 \(Asia\/Tokyo\) on Thu\./)
  assert.deepEqual(await window('--lanes', '3'), {
    ...rules,
    ...{ weekdays: [3], holidays: ['2026-12-24'] },
  })
  await refused(
    /"Mars\/One" is no time zone/,
    2,
    ...['batch', 'nights', '1', '--window', '22:00-06:00', '--zone', 'Mars/One'],
  )
})

test('what cannot be done with a batch now is told in words that people see elsewhere too', async () => {
  await done('create', 'steered')
  await done('source', 'steered', 'old', ...exchange)
  await done('add', 'steered', 'anna@acme.test', '--batch', '1')
  const steer = (words: RegExp, ...args: string[]) =>
    refused(words, 1, args[0]!, 'steered', '1', ...args.slice(1))
  await steer(
    /The batch is "planned", and "migrate rollback" is not for that\. What can be done now: run, cancel\./,
    'rollback',
    '--yes',
  )
  // Before anything is asked.
  await steer(/Batch 1 is "planned" and cannot be cut over/, 'cutover')
  await refused(
    /--total-speed is megabytes a second from 0\.001 to 100000, as 40 or 0\.5, or "none", not "0\.0001"/,
    2,
    ...['settings', 'steered', '--total-speed', '0.0001'],
  )
  await done('run', 'steered', '1')
  assert.match(await done('status', 'steered'), /\n1 +being checked/)
  // It looks again, whoever asks for that, and on no account refuses.
  assert.match(await done('run', 'steered', '1'), /Batch 1 is begun/)
  await steer(
    /The batch is "being checked", and "migrate rollback" is not for that\. What can be done now: cancel\./,
    'rollback',
    '--yes',
  )
  await refused(/--at 2020-01-01T00:00 is past/, 2, 'cutover', 'steered', '1', '--at', '2020-01-01T00:00')
  assert.match(await done('retry', 'steered', '1'), /Nothing of batch 1 has failed or was left behind/)
})

test('a migration is forgotten once nothing of it runs, and only when somebody says so', async () => {
  await done('create', 'half')
  await done('source', 'half', 'old', ...exchange)
  await done('add', 'half', 'ben@acme.test', '--batch', '1')
  await refused(/Forget the migration "half" with its 1 batch,.*Nothing was done/, 2, 'delete', 'half')
  await done('run', 'half', '1')
  await refused(/Batch 1 is being checked\. Cancel it/, 1, 'delete', 'half', '--yes')
  await done('cancel', 'half', '1', '--yes')
  assert.equal(await done('delete', 'half', '--yes'), 'The migration "half" is forgotten.\n')
  await refused(/There is no migration project "half"/, 1, 'status', 'half')
  await done('create', 'half')
})

test('a plan that cannot be taken leaves no half migration behind', async () => {
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const night = (number: number, opens: string) => ({ number, day: opens.slice(0, 10), opens })
  const plan = (mailboxes: object[]) =>
    JSON.stringify({
      batches: [night(1, '2020-01-06T22:00:00Z'), night(2, '2999-01-01T22:00:00Z')],
      mailboxes,
      cuts: [],
    })
  const create = (file: string) => ['create', 'planned', '--plan', file, ...exchange]
  await refused(/There is no file .*nowhere\.json/, 2, ...create(join(folder, 'nowhere.json')))
  await refused(/is a folder, where a file is wanted/, 2, ...create(folder))
  await refused(/is no plan of "migrate plan"/, 2, ...create(write('a.json', '{')))
  await refused(
    /mailbox 1: it has no address, or is in no batch/,
    2,
    ...create(write('b.json', plan([{ id: 'a@acme.test', batch: 7 }]))),
  )
  const empty = JSON.stringify({ batches: [], mailboxes: [], cuts: [] })
  await refused(/is no plan .*it has no batches/, 2, ...create(write('e.json', empty)))
  const twice = [
    { id: 'anna@acme.test', batch: 1 },
    { id: 'Anna@acme.test', batch: 2 },
  ]
  await refused(/anna@acme\.test is named twice/, 2, ...create(write('c.json', plan(twice))))
  await refused(/There is no migration project "planned"/, 1, 'status', 'planned')
  const unknown = [
    { id: 'anna@acme.test', batch: 1 },
    { id: 'zoe@acme.test', batch: 2 },
  ]
  const made = await done(...create(write('d.json', plan(unknown))))
  assert.match(
    made,
    /The nights of batch 1 are past: they wait for "migrate cutover"\. Nobody here has zoe@acme\.test/,
  )
  const { Batches } = JSON.parse(await done('status', 'planned', '--json'))
  assert.deepEqual(
    Batches.map(({ CompleteAfter }: { CompleteAfter?: number }) => CompleteAfter),
    [undefined, 32472223200],
  )
})

test('names that a command or a terminal would take for something else are refused', async () => {
  for (const name of [' ', 'a\nb', 'x ', '../m1', '.m', 'a/b', 'a\\b'])
    await refused(/The name of a migration has no line breaks/, 2, 'create', name)
  await refused(/<name> has 300 characters/, 2, 'create', 'x'.repeat(300))
  await done('create', '💌')
  await done('delete', '💌', '--yes')
})

test('all rights of a plan come along; of an older plan it is said that they do not', async () => {
  const file = join(folder, 'rights.json')
  const create = async (name: string, more: object) => {
    const batches = [{ number: 1, day: '2999-01-01', opens: '2999-01-01T22:00:00Z' }]
    const mailboxes = ['anna', 'ben'].map((user) => ({ id: `${user}@acme.test`, batch: 1 }))
    writeFileSync(file, JSON.stringify({ batches, mailboxes, cuts: [], ...more }))
    return ['create', name, '--plan', file, ...exchange]
  }
  const grantNames = {
    rights: ['full-access', 'send-as', 'folder-read'],
    folders: ['Inbox'],
    others: ['team@acme.test'],
  }
  const grants = [[0, 0, -1, 1, 1, -1, 2, 2, 0, 1]]
  const made = await done(...(await create('rights', { grants, grantNames })))
  assert.doesNotMatch(made, /earlier version/)
  assert.match(
    await done('report', 'rights', '--rights'),
    /^Owner +Grantee +Right +Folder +State +Why\nanna@acme\.test .*waits until both are here/,
  )
  assert.match(
    await done(...(await create('older', {}))),
    /The plan is of an earlier version: rights within its batches are not in it\. Write it again/,
  )
  const replace = (...args: string[]) => ['rights', 'rights', '--plan', file, ...args]
  await refused(/The plan is of an earlier version, and not all rights are in it/, 2, ...replace())
  await create('again', { grants: [[0, 1, -1, 2]], grantNames })
  await refused(
    /To do: 1 not given any more, .* --dry-run names them\. Do that\? Nobody is here/,
    2,
    ...replace(),
  )
  assert.match(
    await done(...replace('--dry-run')),
    /^Owner +Grantee +Right +Then\nanna@acme\.test +ben@acme\.test +Full Access +is not given\nTo do: 1 not given any more, 0 taken away, 0 added\.\n$/,
  )
  assert.equal(await done(...replace('--yes')), 'Done: 1 not given any more, 0 taken away, 0 added.\n')
  assert.doesNotMatch(await done('report', 'rights', '--rights'), /Full Access/)
  assert.equal(await done(...replace()), 'Done: 0 not given any more, 0 taken away, 0 added.\n')
  const damaged = [[0, 0, -1, 3]]
  await refused(
    /grants: they are not as they were written/,
    2,
    ...(await create('damaged', { grants: damaged, grantNames })),
  )
})
