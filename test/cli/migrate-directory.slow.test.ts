import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { requireNewFile, writeKeptObjects } from '#src/app/kept-objects.ts'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-directory-'))
after(() => rmSync(folder, { recursive: true }))
const data = join(folder, 'data')
const kept = join(folder, 'kept.json')

before(async () => {
  await commandLine(['init', '--org', 'acme', '--data', data])
  await commandLine(['migrate', 'create', 'move', '--data', data])
})

const directory = (args: readonly string[], stdin = 'secret') =>
  commandLine(
    ['migrate', 'directory', 'move', '1', '--account', 'w', '--password-stdin', '--data', data, ...args],
    { stdin },
  )

test('nothing is asked of a directory before there is a place for the objects as they were', async () => {
  const words = async (...args: string[]) => (await directory(args)).stderr
  assert.match(await words(), /Say with --kept where/)
  assert.match(await words('--dry-run'), /No directory is connected/)
  assert.match(await words('--kept', join(folder, 'no', '..', 'nowhere', 'x', 'kept.json')), /No directory/)
  writeFileSync(kept, 'before')
  assert.match(await words('--kept', kept, '--yes'), /kept\.json is there already and is never overwritten/)
  assert.match(
    await words('--kept', kept, '--undo', '--yes'),
    /is no file that "landbridge migrate directory/,
  )
  assert.match((await directory(['--dry-run'], '')).stderr, /No password came on stdin/)
  assert.equal(readFileSync(kept, 'utf8'), 'before')
})

test('of a wave that is asked for once more it is looked first at what is still to be changed', async () => {
  for (const words of ['batch move 1 --name one', 'wave move Berlin --batches 1']) {
    const { exitCode, stderr } = await commandLine(['migrate', ...words.split(' '), '--yes', '--data', data])
    assert.equal(exitCode, 0, stderr)
  }
  writeFileSync(join(folder, 'berlin-1.json'), 'before')
  const account = ['--account', 'w', '--password-stdin', '--kept', join(folder, 'berlin.json')]
  const { stdout, stderr } = await commandLine(
    ['migrate', 'directory', 'move', '--wave', 'Berlin', ...account, '--yes', '--data', data],
    { stdin: 'secret' },
  )
  assert.match(stdout + stderr, /No directory is connected/)
  assert.doesNotMatch(stdout + stderr, /is there already/)
  assert.equal(readFileSync(join(folder, 'berlin-1.json'), 'utf8'), 'before')
})

test('objects as they were are written once', async () => {
  const file = join(folder, 'objects.json')
  const objects = [{ Address: 'anna@corp.example', Before: { homeMDB: ['CN=DB1'] } }]
  await writeKeptObjects(file, objects)
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), objects)
  await assert.rejects(writeKeptObjects(file, []), /never overwritten/)
  await assert.rejects(requireNewFile(file), /never overwritten/)
  assert.ok(!existsSync(`${file}.new`))
})

test('objects of another batch are not put back under this one', async () => {
  const file = join(folder, 'other.json')
  writeFileSync(file, JSON.stringify([{ Address: 'ben@corp.example', Before: {} }]))
  const plan = join(folder, 'plan.json')
  const night = (number: number) => ({
    number,
    day: '2096-01-12',
    opens: '2096-01-12T22:00:00Z',
    pilot: false,
  })
  const mailboxes = ['anna', 'ben'].map((name, at) => ({ id: `${name}@corp.example`, batch: at + 1 }))
  writeFileSync(plan, JSON.stringify({ batches: [night(1), night(2)], mailboxes, cuts: [] }))
  const source = ['--url', 'https://old.corp.example/EWS/Exchange.asmx', '--user', 'svc', '--password-stdin']
  const made = await commandLine(
    ['migrate', 'create', 'planned', '--plan', plan, ...source, '--data', data],
    { stdin: 'secret' },
  )
  assert.equal(made.exitCode, 0, made.stderr)
  const account = ['--account', 'w', '--password-stdin', '--data', data, '--kept', file, '--undo']
  const undo = (batch: string, ...more: string[]) =>
    commandLine(['migrate', 'directory', 'planned', batch, ...account, ...more], { stdin: 'secret' })
  for (const more of ['--dry-run', '--yes']) {
    const { exitCode, stderr } = await undo('1', more)
    assert.notEqual(exitCode, 0)
    assert.match(stderr, /other\.json has objects that are not of batch 1: ben@corp\.example\. Nothing/)
  }
  assert.equal((await undo('2', '--dry-run')).exitCode, 0)
})

test('a cap that is set leaves those of others, and what else is set for the same source', async () => {
  const set = (...caps: string[]) =>
    commandLine([
      'migrate',
      'settings',
      'move',
      '--json',
      '--data',
      data,
      ...caps.flatMap((cap) => ['--cap', cap]),
    ])
  for (const name of ['old', 'new']) {
    const url = `https://${name}.corp.example/EWS/Exchange.asmx`
    const signIn = ['--url', url, '--user', 'svc', '--password-stdin']
    await commandLine(['migrate', 'source', 'move', name, ...signIn, '--data', data], { stdin: 'secret' })
  }
  const capsAfter = async (...caps: string[]) => {
    const { exitCode, stdout, stderr } = await set(...caps)
    assert.equal(exitCode, 0, stderr)
    return JSON.parse(stdout).Settings.caps
  }
  assert.deepEqual(await capsAfter('old=4'), { old: { connections: 4 } })
  assert.deepEqual(await capsAfter('new=2'), { old: { connections: 4 }, new: { connections: 2 } })
  assert.deepEqual(await capsAfter('old=none'), { old: {}, new: { connections: 2 } })
})
