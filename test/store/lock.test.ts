import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FolderOpenToOthers, lockDataFolder } from '#src/store/lock.ts'
import { makeFolder } from '#src/store/make-folder.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-lock-'))
after(() => rmSync(scratch, { recursive: true }))

function folder(name: string, mode: number, ...files: string[]): string {
  const path = join(scratch, name)
  mkdirSync(path)
  for (const file of files) writeFileSync(join(path, file), '')
  chmodSync(path, mode)
  return path
}

test('a data folder that others may look into is closed to them', () => {
  const path = folder('wide', 0o755, 'landbridge.yaml')
  lockDataFolder(path).release()
  assert.equal(statSync(path).mode & 0o777, 0o700)
})

test('a folder with other things in it is refused, not closed', () => {
  const path = folder('home', 0o755, 'holiday.jpg')
  assert.throws(
    () => lockDataFolder(path),
    (error) =>
      error instanceof FolderOpenToOthers && /mode 0755.*holiday\.jpg.*chmod 700/.test(error.message),
  )
  assert.equal(statSync(path).mode & 0o777, 0o755)
  chmodSync(path, 0o700)
  lockDataFolder(path).release()
})

test('a backup is no data folder: opened as one it could not be restored any more', () => {
  const path = folder('backup', 0o700, 'landbridge.sqlite', 'manifest.json')
  assert.throws(() => lockDataFolder(path), { reason: 'wrong-state', message: /landbridge restore/ })
  assert.deepEqual(readdirSync(path).toSorted(), ['landbridge.sqlite', 'manifest.json'])
  lockDataFolder(path, { mayBeBackup: true }).release()
})

test('folders are made one level at a time, and what stands against it is named', () => {
  const deep = join(scratch, 'a', 'b', 'c')
  makeFolder(deep)
  makeFolder(deep)
  assert.equal(statSync(deep).mode & 0o777, 0o700)
  const trouble = (path: string) => {
    try {
      makeFolder(path)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code
    }
    return undefined
  }
  writeFileSync(join(scratch, 'file'), '')
  symlinkSync(join(scratch, 'nowhere'), join(scratch, 'dangling'))
  assert.equal(trouble(join(scratch, 'file')), 'ENOTDIR')
  assert.equal(trouble(join(scratch, 'file', 'x')), 'ENOTDIR')
  assert.equal(trouble(join(scratch, 'dangling', 'x')), 'EEXIST')
})

test('a place where no folder can be made is an error, not a wait without end', {
  skip: process.platform === 'linux' ? false : 'there is no /proc here',
}, () => {
  assert.throws(() => makeFolder('/proc/landbridge/data'), { code: 'ENOENT' })
})
