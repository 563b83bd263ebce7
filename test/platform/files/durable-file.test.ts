import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeNew, writeWhole } from '#src/platform/files/durable-file.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-files-'))
after(() => rmSync(scratch, { recursive: true }))

test('a file is put in the place of another, and nothing is left beside it', async () => {
  const path = join(scratch, 'whole')
  await writeWhole(path, 'one')
  await writeWhole(path, Buffer.from('two'))
  assert.equal(readFileSync(path, 'utf8'), 'two')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith('whole')),
    ['whole'],
  )
})

test('what a crash left behind gives neither octets nor mode', async () => {
  const path = join(scratch, 'again')
  writeFileSync(`${path}.new`, 'much longer than what comes now')
  chmodSync(`${path}.new`, 0o644)
  await writeWhole(path, 'short')
  assert.equal(readFileSync(path, 'utf8'), 'short')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a folder that is not there is said', async () => {
  const path = join(scratch, 'none', 'file')
  await assert.rejects(writeWhole(path, 'x'), { code: 'ENOENT' })
})

test('a new file is never in the place of another', async () => {
  const path = join(scratch, 'new')
  await writeNew(path, 'one')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await assert.rejects(writeNew(path, 'two'), { code: 'EEXIST' })
  assert.equal(readFileSync(path, 'utf8'), 'one')
})

const isRoot = process.getuid?.() === 0

test('what root writes belongs to the owner of the folder', {
  skip: !isRoot && 'it takes root',
}, async () => {
  const folder = join(scratch, 'of the service')
  mkdirSync(folder)
  chownSync(folder, 12_345, 23_456)
  for (const [name, write] of Object.entries({ writeNew, writeWhole })) {
    await write(join(folder, name), 'text')
    const { uid, gid, mode } = statSync(join(folder, name))
    assert.deepEqual([uid, gid, mode & 0o777], [12_345, 23_456, 0o600], name)
  }
})
