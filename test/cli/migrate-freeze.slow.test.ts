/** What is said and written before a batch moves, and what the trail keeps of it. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-freeze-'))
after(() => rmSync(folder, { recursive: true }))
const run = (args: readonly string[]) =>
  commandLine([...args, '--data', join(folder, 'data')], { stdin: 'open-Lettuce-1\n' })
const done = async (words: string) => {
  const { exitCode, stderr, stdout } = await run(words.split(' '))
  assert.equal(exitCode, 0, `${words}: ${stderr}`)
  return stdout
}

before(async () => {
  for (const words of [
    'init --org acme',
    'user add anna',
    'user add ben',
    'migrate create move',
    'migrate source move old --url https://exchange.acme.test/EWS/Exchange.asmx --user svc --password-stdin',
    'migrate source move post --kind imap --url imaps://post.acme.test --user svc --password-stdin',
    'migrate add move anna@acme.test --batch 1 --database DB1',
    'migrate add move ben@acme.test --batch 1 --source post',
  ])
    await done(words)
})

test('a script that closes mailboxes is written with the one that opens them, once, and says whom it does not reach', async () => {
  const file = join(folder, 'freeze-1.ps1')
  const told = await done(`migrate freeze move 1 ${file}`)
  assert.match(told, /Written, for 1 mailbox:/)
  assert.match(told, /Not closed by a script, .*: ben@acme\.test\./)
  const undo = join(folder, 'freeze-1-undo.ps1')
  assert.match(readFileSync(file, 'utf8'), /Set-CASMailbox -Identity 'anna@acme\.test' -MAPIEnabled \$false/)
  assert.match(readFileSync(undo, 'utf8'), /-MAPIEnabled \$was\.MAPIEnabled/)
  rmSync(file)
  const again = await run(['migrate', 'freeze', 'move', '1', file])
  assert.equal(again.exitCode, 1)
  assert.match(again.stderr, /freeze-1-undo\.ps1 is there already/)
  for (const [name, code, fault] of [
    [' ', 2, /The script has no name/],
    ['', 2, /The script has no name\. Name the file/],
    [folder, 1, /is a folder\. Name a file in it\./],
  ] as const) {
    const { exitCode, stderr } = await run(['migrate', 'freeze', 'move', '1', name])
    assert.equal(exitCode, code, stderr)
    assert.match(stderr, fault)
  }
})

test('a batch that does not move any more is not closed', async () => {
  await done('migrate create ended')
  await done(
    'migrate source ended old --url https://exchange.acme.test/EWS/Exchange.asmx --user svc --password-stdin',
  )
  await done('migrate add ended anna@acme.test --batch 1')
  await done('migrate cancel ended 1 --yes')
  const file = join(folder, 'ended.ps1')
  const { exitCode, stderr } = await run(['migrate', 'freeze', 'ended', '1', file])
  assert.equal(exitCode, 1, stderr)
  assert.match(stderr, /Batch 1 was cancelled: it does not move\./)
  assert.equal(existsSync(file), false)
})

test('a batch that Exchange has nobody of gets no script', async () => {
  await done('migrate create other')
  await done('migrate source other post --kind imap --url imaps://post.acme.test --user svc --password-stdin')
  await done('migrate add other ben@acme.test --batch 1 --source post')
  const file = join(folder, 'none.ps1')
  assert.match(await done(`migrate freeze other 1 ${file}`), /so there is no script/)
  assert.equal(existsSync(file), false)
})

test('an announcement has its times, in words of one’s own too, and says what it lacks', async () => {
  const text = join(folder, 'text.txt')
  const announce = (...options: string[]) => run(['migrate', 'announce', 'move', '1', '--yes', ...options])
  for (const [written, fault] of [
    ['Until {until}', /The text has \{until\}: say when with --until/],
    ['Hello {nmae}', /"\{nmae\}", which nobody fills in/],
    ['', /from 1 to|at least 1|Text/],
  ] as const) {
    writeFileSync(text, written)
    const { exitCode, stderr } = await announce('--text', text)
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr, fault)
  }
  const day = await announce('--from', '2100-01-12')
  assert.equal(day.exitCode, 2, day.stderr)
  assert.match(day.stderr, /--from is a day and a time as 2027-01-12T22:00, not "2100-01-12"\./)
  const nowhere = await announce('--from', '2100-01-12T20:00')
  assert.equal(nowhere.exitCode, 2, nowhere.stderr)
  assert.match(nowhere.stderr, /Nobody says on which clock it is 2100-01-12T20:00.*--zone Europe\/Berlin/s)
  const noZone = await announce('--from', '2100-01-12T20:00', '--zone', 'Mars/Olympus')
  assert.equal(noZone.exitCode, 2, noZone.stderr)
  const nobody = await announce('--from', '2100-01-12T20:00Z', '--sender', 'nobody@acme.test')
  assert.match(nobody.stderr, /"nobody@acme\.test" is nobody of the organisation/)
  writeFileSync(text, '\ufeffHello {name},\r\nstop at {from}.\r\n')
  const { exitCode, stderr } = await announce(
    '--text',
    text,
    '--from',
    // The clocks skip it.
    '2100-03-28T02:30',
    '--zone',
    'Europe/Berlin',
    '--subject',
    'Stop {from}',
  )
  assert.equal(exitCode, 0, stderr)
  const [batch] = JSON.parse(await done('migrate status move --json')).Batches
  assert.equal(
    batch.Announcement.Subject,
    'Stop 2100-03-28 03:30 Central European Summer Time (Europe/Berlin, UTC+02:00)',
  )
  assert.equal(batch.Announcement.Done, false)
  assert.match(await done('migrate status move'), /Being sent: "Stop 2100-03-28 03:30 .*" went to 0 people/s)
})

test('the trail has who did what with which values, but no address that alerts go to', async () => {
  await done(
    'migrate settings move --per-database 2 --total-speed 0.5 --alert-webhook https://chat.example/secret',
  )
  await done('migrate settings move --per-database none --by Nora')
  const noted = await run([
    'migrate',
    'remove',
    'move',
    'ben@acme.test',
    '--note',
    'left the company',
    '--by',
    'Nora',
  ])
  assert.equal(noted.exitCode, 0, noted.stderr)
  const events = JSON.parse(await done('migrate report move --trail --json'))
  const told = events.map(({ Sentence }: { Sentence: string }) => Sentence)
  assert.equal(told[0], 'ben@acme.test left batch 1: left the company')
  assert.equal(
    told[1],
    'Settings were changed: mailboxes at once, from "8, at most 2 of each database" to "8".',
  )
  assert.equal(
    told[2],
    'Settings were changed: mailboxes at once, from "8" to "8, at most 2 of each database"; who is told, from "nobody" to "a webhook at chat.example"; over all sources, from "without a cap" to "at most 512 KB a second".',
  )
  for (const { By } of events.slice(0, 2)) assert.match(By, /^Nora \(/)
  const { Settings } = JSON.parse(await done('migrate status move --json'))
  assert.equal('databaseLanes' in Settings, false)
  assert.equal(Settings.bytesPerSecond, 524_288)
  const shown = await done('migrate report move --trail')
  assert.match(shown, /left the company/)
  assert.ok(shown.startsWith(`When (${Temporal.Now.timeZoneId()})`), 'the zone of its times is told')
  const missing = await run(['migrate', 'report', 'move', '--trail', '--batch', '9'])
  assert.notEqual(missing.exitCode, 0)
  assert.match(missing.stderr, /batch 9/)
})

test('of a wave each batch has its script, with its number behind the name; one that is there is refused, the others are written', async () => {
  await done('migrate create waves')
  await done(
    'migrate source waves old --url https://exchange.acme.test/EWS/Exchange.asmx --user svc --password-stdin',
  )
  for (const [batch, name] of [
    ['1', 'anna'],
    ['2', 'ben'],
  ])
    await done(`migrate add waves ${name}@acme.test --batch ${batch}`)
  await done('migrate wave waves Berlin --batches 1-2')
  const at = (name: string) => join(folder, name)
  const told = await done(`migrate freeze waves --wave Berlin ${at('night.ps1')}`)
  assert.match(told, /before "landbridge migrate cutover waves 2 --data /)
  assert.match(readFileSync(at('night-1.ps1'), 'utf8'), /anna@acme\.test/)
  assert.match(readFileSync(at('night-2.ps1'), 'utf8'), /ben@acme\.test/)
  rmSync(at('night-2.ps1'))
  rmSync(at('night-2-undo.ps1'))
  const again = await run(['migrate', 'freeze', 'waves', '--wave', 'Berlin', at('night.ps1'), '--json'])
  assert.equal(again.exitCode, 1)
  const { Batches } = JSON.parse(again.stdout)
  assert.match(Batches[0].Refused, /night-1-undo\.ps1 is there already/)
  assert.deepEqual(Batches[1].Files, [at('night-2.ps1'), at('night-2-undo.ps1')])
  const dry = 'migrate directory waves --wave Berlin --account w --password-stdin --dry-run'.split(' ')
  const { stdout, exitCode } = await run(dry)
  assert.equal(exitCode, 1)
  assert.match(stdout, /^Batch 1 refused: No directory is connected\.(?:.|\n)*^Batch 2 refused: /m)
})
