/** Waves of a migration as they are typed: who is in one, who answers for it, and what is done with all of its batches. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { numberWords, parseNumbers } from '#src/cli/commands/migrate-batches.ts'
import { commandLine } from './command-line.ts'

const data = mkdtempSync(join(tmpdir(), 'landbridge-waves-'))
after(() => rmSync(data, { recursive: true, force: true }))

const run = (...args: string[]) => commandLine([...args, '--data', data], { stdin: 'open-Lettuce-1\n' })
const migrate = (...args: string[]) => run('migrate', ...args)
async function well(...args: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await migrate(...args)
  assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
  return stdout
}
type Row = Record<string, unknown>
const json = async (...args: string[]) => JSON.parse(await well(...args, '--json'))
const statesOf = async (project: string): Promise<unknown[]> =>
  ((await json('status', project)).Batches as Row[]).map(({ State }) => State)

const ODD = 'Zürich; "A" <b> $(x)'

before(async () => {
  assert.equal((await run('init', '--org', 'acme')).exitCode, 0)
  for (const project of ['move', 'other']) {
    await well('create', project, '--responsible', 'Ida Iris <ida@corp.example>')
    for (const batch of ['1', '2', '3', '4']) await well('batch', project, batch, '--name', `part ${batch}`)
  }
})

test('a wave is made of batches, renamed, put elsewhere, emptied and dissolved; another project has its own', async () => {
  assert.match(await well('waves', 'move'), /There is no wave/)
  const plain = await well('status', 'move')
  assert.doesNotMatch(plain, /Wave/)
  assert.match(
    await well('wave', 'move', 'Berlin', '--batches', '2-3', '--responsible', 'Anna Ash <anna@corp.example>'),
    /^Wave "Berlin" has batches 2-3 and is "planned"\. Anna Ash <anna@corp\.example> answers for it\.$/m,
  )
  await well('batch', 'move', '4', '--wave', ODD, '--responsible', 'Ben')
  await well('wave', 'other', 'berlin', '--batches', '1')
  const waves = (await json('waves', 'move')) as Row[]
  assert.deepEqual(
    waves.map(({ Wave, BatchNumbers, Responsible, Mailboxes }) => [
      Wave,
      BatchNumbers,
      Responsible,
      Mailboxes,
    ]),
    [
      ['Berlin', [2, 3], 'Anna Ash <anna@corp.example>', 0],
      [ODD, [4], 'Ida Iris <ida@corp.example>', 0],
    ],
  )
  const { Batches } = await json('status', 'move')
  assert.deepEqual(
    (Batches as Row[]).map(({ Wave, Responsible }) => [Wave, Responsible]),
    [
      [undefined, 'Ida Iris <ida@corp.example>'],
      ['Berlin', 'Anna Ash <anna@corp.example>'],
      ['Berlin', 'Anna Ash <anna@corp.example>'],
      [ODD, 'Ben'],
    ],
  )
  await well(
    'wave',
    'move',
    ODD,
    '--rename',
    'Zürich',
    '--before',
    'Berlin',
    '--complete-after',
    '2100-01-12T22:00',
  )
  const renamed = (await json('waves', 'move')) as Row[]
  assert.deepEqual(
    renamed.map(({ Wave }) => Wave),
    ['Zürich', 'Berlin'],
  )
  assert.ok(renamed[0]!.MovesFrom)
  await well('wave', 'move', 'Zürich', '--batches', 'none')
  const { stderr, exitCode } = await migrate('run', 'move', '--wave', 'Zürich')
  assert.equal(exitCode, 1)
  assert.match(stderr, /Wave "Zürich" has no batches\. Name them:/)
  assert.match(await well('wave', 'move', 'Zürich', '--dissolve', '--yes'), /is dissolved/)
  const { Waves } = await json('status', 'other')
  assert.deepEqual(
    (Waves as Row[]).map(({ Wave, BatchNumbers }) => [Wave, BatchNumbers]),
    [['berlin', [1]]],
  )
  const trail = await well('report', 'move', '--trail')
  assert.match(trail, /Wave "Berlin" was made; Anna Ash <anna@corp\.example> answers for it\./)
  assert.match(trail, /Batch 4 was changed: wave, from "Zürich" to "none"\./)
  assert.match(trail, /Wave "Zürich" was dissolved/)
})

test('what is wrong is said before anything is done', async () => {
  const wrong: [string[], RegExp, number][] = [
    [['run', 'move'], /Name a batch by its number, or all batches of a wave with --wave/, 2],
    [['run', 'move', '1', '--wave', 'Berlin'], /both given\. Name one of the two/, 2],
    [['run', 'move', '--wave', 'Munich'], /has no wave "Munich"\. It has: "Berlin"\./, 1],
    [['status', 'move', '--wave', 'Munich'], /has no wave "Munich"/, 1],
    [['wave', 'move', 'Berlin'], /Say what the wave is to be/, 2],
    [['wave', 'move', 'Berlin', '--batches', '3-2'], /--batches are numbers of batches, as 1-3,5/, 2],
    [['wave', 'move', 'Berlin', '--batches', '2,9'], /The project has no batch 9/, 1],
    [['wave', 'move', 'Berlin', '--before', 'berlin'], /cannot come before itself/, 2],
    [['wave', 'move', 'Berlin', '--responsible', 'Anna <'], /is a name, a mail address or both/, 2],
    [['wave', 'move', 'a\nb', '--batches', '1'], /The name of a wave has from 1 to 100 letters/, 2],
    [['cutover', 'move', '--wave', 'Berlin', '--script', ' '], /The script has no name/, 2],
    [['script', 'move'], /Name a batch by its number, or all batches of a wave with --wave/, 2],
    [['script', 'move', '1'], /The script has no name/, 2],
    [['freeze', 'move', '1', 'x.ps1', '--wave', 'Berlin'], /both given\. Name one of the two/, 2],
    [['report', 'move', '--wave', 'Berlin', '--batch', '2'], /--wave goes with the mailboxes/, 2],
  ]
  for (const [args, sentence, code] of wrong) {
    const { stderr, exitCode } = await migrate(...args)
    assert.match(stderr, sentence, args.join(' '))
    assert.equal(exitCode, code, args.join(' '))
  }
  // Nothing of the change that named a batch too many was done.
  assert.deepEqual(((await json('waves', 'move')) as Row[])[0]!.BatchNumbers, [2, 3])
})

test('of a wave one batch that refuses is named, the others are gone on with, and what is done is passed over', async () => {
  await well('cancel', 'move', '3', '--yes')
  const first = await migrate('run', 'move', '--wave', 'berlin')
  assert.equal(first.exitCode, 1)
  assert.match(first.stdout, /^Batch 2 is begun\./m)
  assert.match(first.stdout, /^Batch 3 refused: The batch is "cancelled", and "migrate run" is not for that/m)
  assert.match(first.stdout, /^1 of 2 batches of wave "Berlin" went well/m)
  assert.deepEqual((await statesOf('move')).slice(0, 4), ['planned', 'preflight', 'cancelled', 'planned'])

  await well('wave', 'move', 'Berlin', '--batches', '1,2,4')
  const again = await well('run', 'move', '--wave', 'Berlin')
  assert.match(again, /^Batch 2 is "being checked" already and was passed over\.$/m)
  assert.match(again, /^Batch 1 is begun\.(?:.|\n)*^Batch 4 is begun\./m)
  assert.equal(again.match(/^Watch it: "landbridge migrate status move/gm)?.length, 1, 'once for all of them')
  const told = await json('run', 'move', '--wave', 'Berlin')
  assert.deepEqual([told.Batches, told.PassedOver], [[], [1, 2, 4]])

  const { stderr, exitCode } = await migrate('cutover', 'move', '--wave', 'Berlin')
  assert.equal(exitCode, 2)
  assert.match(stderr, /Move the people of wave "Berlin" \(batches 1-2, 4; 0 mailboxes\) now\?/)
  const asked = await json('cutover', 'move', '--wave', 'Berlin', '--yes')
  // As after a kill between two batches: asked again, each is asked once more and no state is lost.
  assert.equal((asked.Batches as Row[]).length, 3)
  assert.equal((await json('cutover', 'move', '--wave', 'Berlin', '--yes')).Batches.length, 3)
  await well('pause', 'move', '--wave', 'Berlin')
  assert.deepEqual((await json('pause', 'move', '--wave', 'Berlin')).PassedOver, [1, 2, 4])
  const { Batches, Waves } = await json('status', 'move', '--wave', 'Berlin')
  assert.deepEqual(
    (Batches as Row[]).map(({ BatchNumber, Paused, CutOverAsked }) => [BatchNumber, Paused, CutOverAsked]),
    [1, 2, 4].map((no) => [no, true, true]),
  )
  assert.deepEqual([Waves[0].State, Waves[0].PausedBatches], ['preflight', 3])
  assert.ok(Waves[0].BegunDate)
  assert.match(
    await well('status', 'move'),
    /^Berlin +being checked +1-2, 4 .*Anna Ash <anna@corp\.example> +0 of 3 batches moved; 3 paused$/m,
  )
  // Nothing of the other project was touched.
  assert.deepEqual(await statesOf('other'), Array(4).fill('planned'))
})

test('a report has waves and who answers for them', async () => {
  const [html, csv, batches] = ['report.html', 'mailboxes.csv', 'batches.csv'].map((name) => join(data, name))
  await well('report', 'move', '--html', html!, '--csv', csv!, '--batches-csv', batches!, '--wave', 'Berlin')
  const rows = readFileSync(batches!, 'utf8').trimEnd().split('\r\n')
  assert.match(rows[0]!, /^\ufeffBatchNumber,Name,Wave,Responsible,State,Pilot,Mailboxes,Moved,/)
  assert.deepEqual(
    rows.slice(1).map((row) => row.split(',')[0]),
    ['1', '2', '4'],
  )
  const page = readFileSync(html!, 'utf8')
  assert.match(page, /<h2>Waves<\/h2>/)
  assert.match(page, /Berlin<br><span class="soft">batches 1, 2, 4/)
  assert.match(page, /Anna Ash &lt;anna@corp\.example&gt;/)
  assert.doesNotMatch(page, /part 3/)
  assert.match(readFileSync(csv!, 'utf8'), /LeftHere,Wave,Responsible,ArrivedLate,LateLook,LastPass\r\n/)
  await well('report', 'other', '--html', html!)
  assert.doesNotMatch(readFileSync(html!, 'utf8'), /Anna Ash/)
})

test('numbers of batches are read as they are written', () => {
  for (const [text, numbers] of [
    ['1-3,5', [1, 2, 3, 5]],
    ['5, 1 - 2,2', [1, 2, 5]],
    ['', []],
    ['7', [7]],
  ] as const) {
    assert.deepEqual(parseNumbers('--batches', text), numbers)
    assert.deepEqual(parseNumbers('--batches', numberWords(numbers)), numbers)
  }
  for (const text of ['0', 'x', '1-', '-1', '1-99999', '1.5', '1;2', '99999999'])
    assert.throws(() => parseNumbers('--batches', text), /--batches/, text)
})
