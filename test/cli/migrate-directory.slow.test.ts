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

test('objects as they were are written once', async () => {
  const file = join(folder, 'objects.json')
  const objects = [{ Address: 'anna@corp.example', Before: { homeMDB: ['CN=DB1'] } }]
  await writeKeptObjects(file, objects)
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), objects)
  await assert.rejects(writeKeptObjects(file, []), /never overwritten/)
  await assert.rejects(requireNewFile(file), /never overwritten/)
  assert.ok(!existsSync(`${file}.new`))
})
