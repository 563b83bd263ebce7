import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { planMigration } from '#src/app/plan-migration.ts'
import { planRequest } from '#src/cli/commands/migrate-plan-options.ts'
import { commandLine } from './command-line.ts'

function company(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-plan-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), `${lines.join('\r\n')}\r\n`)
    return join(folder, name)
  }
  const names = Array.from({ length: 12 }, (_, at) => `user${at}`)
  const mailboxes = write('mailboxes.csv', [
    'PrimarySmtpAddress,SamAccountName,DisplayName,Department',
    ...names.map((name, at) => `${name}@corp.example,${name},<b>${name}</b>,Team ${at % 2}`),
  ])
  const permissions = write('full-access.csv', [
    'Identity,User,AccessRights,IsInherited,Deny',
    ...names.map((name, at) => `${name},CORP\\${names[(at + 2) % 12]},{FullAccess},False,False`),
    'user0,CORP\\user1,{FullAccess},False,False',
    'user3,=HYPERLINK("x"),{FullAccess},False,False'.replace('=HYPERLINK("x")', '=evil()'),
  ])
  const out = join(folder, 'plan')
  const plan = (...args: string[]) =>
    commandLine([
      'migrate',
      'plan',
      '--mailboxes',
      mailboxes,
      '--from',
      '2027-01-04',
      '--zone',
      'Europe/Berlin',
      '--today',
      '2026-11-21',
      ...args,
    ])
  return { write, mailboxes, permissions, out, plan }
}

test('a plan is made from files alone: tables for people, and the reports in a folder', async (t) => {
  const { permissions, out, plan } = company(t)
  const made = await plan('--permissions', permissions, '--cap', '6', '--out', out)
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /12 mailboxes in 2 batches \(fewest possible 2\), 1 of 13 grants cut/)
  assert.match(made.stdout, /2027-01-04 +6/)
  assert.match(made.stdout, /1 {2}the grantee is neither a mailbox nor a group/)
  const files = ['batches.csv', 'cuts.csv', 'left-out.csv', 'mailboxes.csv', 'plan.html', 'plan.json']
  assert.deepEqual(readdirSync(out).sort(), files)
  const json = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'))
  assert.equal(json.cuts[0].owner, 'user0@corp.example')
  assert.equal(json.batches[0].opens, '2027-01-04T22:00:00+01:00')
  assert.equal(json.mailboxes.length, 12)
  // Every right, of owners and grantees by their places; who is no mailbox by name.
  const { rights, others } = json.grantNames
  const fullAccess = rights.indexOf('full-access')
  const nameOf = (place: number) => json.mailboxes[place]?.id ?? others[place - 12]
  const told = json.grants.flatMap(([owner, ...row]: number[]) =>
    Array.from({ length: row.length / 3 }, (_, at) => {
      assert.deepEqual(row.slice(at * 3, at * 3 + 2), [fullAccess, -1])
      return `${nameOf(owner!)} ${nameOf(row[at * 3 + 2]!)}`
    }),
  )
  assert.equal(told.length, 14)
  for (const pair of ['user0 user2', 'user0 user1', 'user11 user1'])
    assert.ok(told.includes(pair.replaceAll(/user\d+/g, '$&@corp.example')), pair)
  assert.ok(told.includes('user3@corp.example =evil()'))
  assert.match(readFileSync(join(out, 'mailboxes.csv'), 'utf8'), /^\ufeffEmailAddress,DisplayName,Batch,Day/)
  assert.match(readFileSync(join(out, 'left-out.csv'), 'utf8'), /,'=evil\(\),/)
})

test('what another cap would give is what a run with that cap gives', async (t) => {
  const { permissions, out, plan } = company(t)
  const asked = ['--permissions', permissions, '--shared', 'last', '--json', '--out', out]
  const told = JSON.parse((await plan(...asked, '--cap', '4')).stdout)
  const points = told.whatIf.filter(({ cap }: { cap: number }) => cap !== 4)
  assert.ok(points.length >= 3)
  for (const { cap, brokenDays, batches } of points) {
    const run = JSON.parse((await plan(...asked, '--no-what-if', '--cap', String(cap))).stdout)
    assert.deepEqual([run.totals.brokenDays, run.totals.batches], [brokenDays, batches], `cap ${cap}`)
  }
})

test('the page needs nothing from elsewhere and takes no name for markup', async (t) => {
  const { permissions, out, plan } = company(t)
  await plan('--permissions', permissions, '--cap', '6', '--out', out)
  const page = readFileSync(join(out, 'plan.html'), 'utf8')
  assert.match(page, /&lt;b&gt;user0&lt;\/b&gt;/)
  assert.doesNotMatch(page, /<b>user/)
  assert.doesNotMatch(page, /<script|src=|href=|url\(|@import|https?:/)
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/)
  assert.match(page, /<svg[\s\S]*Batch 1 – batch 2: 1 grant cut/)
})

test('--json is the same for programs, and the same seed gives the same plan', async (t) => {
  const { permissions, out, plan } = company(t)
  const one = await plan('--permissions', permissions, '--cap', '5', '--out', out, '--json')
  const first = readFileSync(join(out, 'mailboxes.csv'), 'utf8')
  const two = await plan('--permissions', permissions, '--cap', '5', '--out', out, '--json')
  assert.equal(JSON.parse(one.stdout).totals.batches, 3)
  assert.equal(one.stdout, two.stdout)
  assert.equal(readFileSync(join(out, 'mailboxes.csv'), 'utf8'), first)
})

test('a plan that was announced is kept when a new mailbox comes', async (t) => {
  const { write, permissions, out, plan } = company(t)
  await plan('--permissions', permissions, '--cap', '7', '--out', out)
  const told = join(out, 'mailboxes.csv')
  const joined = write('joined.csv', ['PrimarySmtpAddress,SamAccountName', 'new@corp.example,new'])
  const again = await plan(
    ...['--mailboxes', joined, '--permissions', permissions, '--cap', '7'],
    ...['--announced', told, '--out', `${out}-2`, '--json'],
  )
  assert.equal(again.exitCode, 0, again.stderr)
  const { totals } = JSON.parse(again.stdout)
  assert.equal(totals.mailboxes, 13)
  assert.equal(totals.moved, 0)
})

test('a pilot for which fewer are found than asked for says so', async (t) => {
  const { write, permissions, out, plan } = company(t)
  const tied = [0, 4].map((from) => [0, 1, 2, 3].map((at) => `user${from + at}@corp.example`))
  const rules = write('rules.json', [JSON.stringify({ together: tied })])
  const notesAt = async (pilot: string) => {
    const files = ['--permissions', permissions, '--rules', rules, '--cap', '6', '--out', out]
    const made = await plan(...files, '--pilot', pilot, '--json')
    assert.equal(made.exitCode, 0, made.stderr)
    const { batches, notes } = JSON.parse(made.stdout)
    assert.equal(batches.find((batch: { pilot: boolean }) => batch.pilot).mailboxes, 4)
    return notes.filter((note: string) => note.includes('--pilot'))
  }
  assert.deepEqual(await notesAt('4'), [])
  assert.deepEqual(await notesAt('5'), [
    'The pilot has 4 mailboxes and not the 5 of --pilot: nobody else may be chosen. ' +
      'Chosen are people with no date, VIP mark or must-together rule of their own, within the caps.',
  ])
})

test('a pilot whose night was announced stays the pilot, and nights told sooner than a pause stay too', async (t) => {
  const { write, permissions, out, plan } = company(t)
  const files = ['--permissions', permissions, '--cap', '6']
  const first = await plan(...files, '--pilot', '2', '--pilot-pause', '2', '--out', out, '--json')
  assert.equal(first.exitCode, 0, first.stderr)
  const told = join(out, 'mailboxes.csv')
  assert.equal(readFileSync(told, 'utf8').match(/,yes\r\n/g)?.length, 2)
  const joined = write('joined.csv', ['PrimarySmtpAddress,SamAccountName', 'new@corp.example,new'])
  const again = await plan(
    ...[...files, '--mailboxes', joined, '--announced', told, '--out', `${out}-2`, '--json'],
  )
  assert.equal(again.exitCode, 0, again.stderr)
  const { totals, batches } = JSON.parse(again.stdout)
  assert.deepEqual([totals.mailboxes, totals.moved], [13, 0])
  const sizes = batches.map(({ pilot, mailboxes }: { pilot: boolean; mailboxes: number }) => [
    pilot,
    mailboxes,
  ])
  assert.deepEqual(sizes[0], [true, 2])
  assert.deepEqual(
    sizes.slice(1).map(([pilot]: [boolean]) => pilot),
    sizes.slice(1).map(() => false),
  )
  // Whoever of the pilot missed its night moves as everybody does.
  const day = batches[1].day
  const late = await plan(
    ...[...files, '--announced', told, '--today', day, '--from', day, '--out', `${out}-3`, '--json'],
  )
  assert.equal(late.exitCode, 0, late.stderr)
  assert.ok(JSON.parse(late.stdout).batches.every(({ pilot }: { pilot: boolean }) => !pilot))
})

test('a file that has headings and no row is told by name, and batches are known as they were announced', async (t) => {
  const { write, permissions, out, plan } = company(t)
  const bare = write('send-as.csv', ['Identity,Trustee,AccessRights'])
  const told = write('told.csv', [
    'EmailAddress,Batch,Day',
    ...Array.from({ length: 6 }, (_, at) => `user${2 * at}@corp.example,4,2027-01-05`),
  ])
  const files = ['--permissions', permissions, bare, '--announced', told]
  const made = await plan(...files, '--cap', '6', '--out', out)
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /No grant was found in send-as\.csv \(Get-RecipientPermission\)/)
  assert.match(made.stdout, /\(announced as 4\) .* 2027-01-05/)
  assert.match(readFileSync(join(out, 'batches.csv'), 'utf8'), /2027-01-05,.*,4\r?\n/)
  const { batches } = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'))
  assert.deepEqual(
    batches.filter(({ announcedAs }: { announcedAs: number | null }) => announcedAs === 4).length,
    1,
  )
})

test('mistakes are told with file, line and remedy, and leave nothing behind', async (t) => {
  const { write, mailboxes, permissions, out, plan } = company(t)
  const failing = async (words: RegExp, exitCode: number, ...args: string[]) => {
    const made = await plan('--out', out, ...args)
    assert.match(made.stderr, words)
    assert.equal(made.exitCode, exitCode)
    assert.ok(!existsSync(out))
  }
  await failing(/--cap is a whole number from 1 on, not "many"/, 2, '--cap', 'many')
  await failing(/There is no file .*nowhere\.csv/, 2, '--cap', '6', '--permissions', 'nowhere.csv')
  await failing(/--keep-whole is one of delegate/, 2, '--cap', '6', '--keep-whole', 'everything')
  await failing(/--hours is written 22:00-06:00/, 2, '--cap', '6', '--hours', 'night')
  await failing(
    /user0@corp\.example is there twice, first in mailboxes\.csv line 2/,
    1,
    '--cap',
    '6',
    '--mailboxes',
    mailboxes,
    mailboxes,
  )
  await failing(/ is a folder, where a file is wanted/, 2, '--cap', '6', '--mailboxes', tmpdir())
  await failing(/--from 2026-11-20 is past: today is 2026-11-21/, 2, '--cap', '6', '--from', '2026-11-20')
  await failing(/--until 2027-01-03 is before the first/, 2, '--cap', '6', '--until', '2027-01-03')
  await failing(/--hours 22:00-22:00 opens and closes at the same/, 2, '--cap', '6', '--hours', '22:00-22:00')
  const short = write('short.csv', ['Identity,User,AccessRights', 'user1'])
  await failing(
    /short\.csv line 2 has 1 values and the header has 3 columns/,
    1,
    '--cap',
    '6',
    '--permissions',
    short,
  )
  const rules = write('rules.yaml', ['together: [[user0, user1, user2]]'])
  await failing(
    /3 mailboxes must move together and a batch takes 2: .*rule "together" 1/,
    1,
    '--cap',
    '2',
    '--rules',
    rules,
  )
  const later = write('later.csv', [
    'PrimarySmtpAddress,Status,MigratedOn',
    'gone@corp.example,migrated,2026-11-20',
    'soon@corp.example,migrated,2027-05-01',
  ])
  await failing(
    /later\.csv line 3: soon@corp\.example has moved.* 2027-05-01 is still to come: today is 2026-11-21/,
    1,
    '--cap',
    '6',
    '--mailboxes',
    later,
  )
  const others = write('others.csv', ['A,B,C,D,E,F,G,H,I,J', '1,2,3,4,5,6,7,8,9,10'])
  await failing(/its columns are A, B, C, D, E, F, G, H, I, J\./, 1, '--cap', '6', '--permissions', others)
  const wrong = write('wrong.yaml', ['togehter: []'])
  await failing(/wrong\.yaml: .*togehter/, 1, '--cap', '2', '--rules', wrong)
  await failing(
    /windows .* too few for the batches.*--until/,
    1,
    '--cap',
    '2',
    '--until',
    '2027-01-05',
    '--permissions',
    permissions,
  )
})

test('a plan that is called off says so and writes nothing', async (t) => {
  const { mailboxes, permissions, out } = company(t)
  const args = [
    'migrate',
    'plan',
    '--mailboxes',
    mailboxes,
    '--permissions',
    permissions,
    '--cap',
    '6',
    '--out',
    out,
  ]
  const made = await commandLine(args, { signal: AbortSignal.abort() })
  assert.equal(made.exitCode, 130)
  assert.match(made.stderr, /cancelled; nothing was written/)
  assert.ok(!existsSync(out))
})

test('who ends the trying of other caps has the plan, which says so', async (t) => {
  const { mailboxes, permissions, out } = company(t)
  const usual = { days: 'mon', hours: '22:00-06:00', perWindow: '1', largestGroup: '10', pilotPause: '7' }
  const request = await planRequest({
    ...{ ...usual, shared: 'tied', objective: 'days', seed: '1', from: '2027-01-04', today: '2026-11-21' },
    ...{ mailboxes: [mailboxes], permissions: [permissions], cap: '6', out },
  })
  const stop = new AbortController()
  const made = await planMigration(request, {
    signal: stop.signal,
    seen: ({ what }) => what.startsWith('Other caps') && stop.abort(),
  })
  assert.ok(stop.signal.aborted)
  assert.equal(made.whatIf.length, 1)
  assert.ok(made.notes.includes('Not all other caps were tried: that was ended early.'))
  assert.equal(JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')).mailboxes.length, 12)
})

test('a folder that nothing can be written into is refused before any work, wherever it is', async (t) => {
  const { mailboxes, plan } = company(t)
  const into = (out: string) => plan('--cap', '6', '--out', out)
  // Asked for all of it at once, Node tries to make this without end.
  const below = await into('/proc/landbridge/plan')
  assert.match(below.stderr, /Nothing can be written into \/proc\/landbridge\/plan \(below \/proc\): /)
  const file = await into(join(mailboxes, 'plan'))
  assert.match(file.stderr, /mailboxes\.csv is a file, not a folder/)
  assert.deepEqual([below.exitCode, file.exitCode], [1, 1])
})

test('a file of sizes is known as one though it has addresses; a second list stays a list', async (t) => {
  const { write, out, plan } = company(t)
  const sizes = write('sizes.csv', [
    'PrimarySmtpAddress,TotalItemSize,ItemCount',
    'user3@corp.example,"2 GB (2,147,483,648 bytes)",7',
    'gone@corp.example,1 GB,1',
  ])
  const made = await plan('--mailboxes', sizes, '--cap', '12', '--out', out, '--json')
  assert.equal(made.exitCode, 0, made.stderr)
  const summary = JSON.parse(made.stdout)
  assert.equal(summary.totals.mailboxes, 12)
  assert.equal(summary.batches[0].sizeBytes, 2 ** 31)
  assert.match(summary.notes.join(), /1 sizes belong to no mailbox that is listed: gone@corp\.example/)
  const other = write('other.csv', ['PrimarySmtpAddress,SizeBytes', 'zoe@corp.example,10'])
  const both = await plan('--mailboxes', other, '--cap', '13', '--out', out, '--json')
  assert.equal(JSON.parse(both.stdout).totals.mailboxes, 13)
})

test('a list of mailboxes that is named under the permissions too is read once, and a circle of links is no file', async (t) => {
  const { write, out, plan } = company(t)
  const list = write('list.csv', [
    'PrimarySmtpAddress,Identity,GrantSendOnBehalfTo',
    'anna@corp.example,anna,ben;nobody',
    'ben@corp.example,ben,',
  ])
  const circle = join(out, '..', 'circle.csv')
  symlinkSync(circle, circle)
  const args = (...files: string[]) => ['--cap', '5', '--no-what-if', '--out', out, '--permissions', ...files]
  const made = await plan(...args(list), '--mailboxes', list)
  assert.equal(made.exitCode, 0, made.stderr)
  assert.doesNotMatch(made.stdout, /more than once/)
  assert.equal(readFileSync(join(out, 'left-out.csv'), 'utf8').match(/,nobody,/g)?.length, 1)
  const refused = await plan(...args(circle))
  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /circle\.csv is a link that leads in a circle.*Name the file itself/)
})
