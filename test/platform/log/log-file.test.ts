import assert from 'node:assert/strict'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { LogFile } from '#src/platform/log/log-file.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-log-file-'))
after(() => rmSync(scratch, { recursive: true }))

let count = 0
function open({ maxBytes = 50, kept = 2 } = {}) {
  const folder = join(scratch, String(++count))
  const path = join(folder, 'a.log')
  return { folder, path, file: new LogFile(path, { maxBytes, kept }) }
}
const line = (sign: string) => `${sign.repeat(39)}\n`

test('files are set aside in order, as many as are kept', () => {
  const { path, file } = open()
  for (const sign of 'abcd') file.write(line(sign))
  file.close()
  assert.deepEqual(
    [path, `${path}.1`, `${path}.2`].map((name) => readFileSync(name, 'utf8')),
    ['d', 'c', 'b'].map(line),
  )
  assert.equal(existsSync(`${path}.3`), false)
  assert.equal(existsSync(`${path}.new`), false)
})

test('none kept: the file begins anew', () => {
  const { path, file } = open({ kept: 0 })
  for (const sign of 'ab') file.write(line(sign))
  assert.equal(readFileSync(path, 'utf8'), line('b'))
  assert.equal(existsSync(`${path}.1`), false)
  file.close()
})

test('where no new file can be had the old one goes on, and no descriptor of others is closed', () => {
  const { folder, file } = open()
  file.write(line('a'))
  const moved = `${folder}-moved`
  renameSync(folder, moved)
  file.write(line('b'))
  const others = openSync(join(scratch, 'database'), 'w+')
  writeSync(others, 'before ')
  for (const sign of 'cd') file.write(line(sign))
  writeSync(others, 'after')
  assert.equal(readFileSync(join(scratch, 'database'), 'utf8'), 'before after')
  closeSync(others)
  assert.equal(readFileSync(join(moved, 'a.log'), 'utf8'), ['a', 'b', 'c', 'd'].map(line).join(''))
  renameSync(moved, folder)
  file.write(line('e'))
  file.write(line('f'))
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), line('f'))
  file.close()
})

test('a line after the end goes nowhere, whoever has the descriptor now', () => {
  const { file } = open()
  file.close()
  file.close()
  const others = openSync(join(scratch, 'other'), 'w+')
  file.write(line('x'))
  assert.equal(readFileSync(join(scratch, 'other'), 'utf8'), '')
  closeSync(others)
})
