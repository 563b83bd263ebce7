import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { openAccessKeyFile } from '#src/protocols/admin/access-key-file.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-access-keys-'))
after(() => rmSync(scratch, { recursive: true }))
const now = () => 0
const organization = 'm-0123456789abcdef0123456789abcdef' as OrganizationId

let count = 0
function place() {
  const folder = join(scratch, String(++count))
  return { file: join(scratch, `${count}.json`), sealingKeyFile: join(folder, 'sealing-key'), now }
}

const refusedAs = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

test('a key and its secret are there again after a restart, and the file does not hold the secret', async () => {
  const files = place()
  const { key, secret } = await (await openAccessKeyFile(files)).create({ organization, description: 'HR' })
  assert.match(key.id, /^LBAK[A-Z2-7]{16}$/)
  const again = await openAccessKeyFile(files)
  assert.deepEqual(again.find(key.id), { key, secret })
  assert.ok(!readFileSync(files.file, 'utf8').includes(secret))
  assert.equal(statSync(files.file).mode & 0o777, 0o600)
  assert.equal(statSync(files.sealingKeyFile).mode & 0o777, 0o600)
})

test('a deleted key is gone for good', async () => {
  const files = place()
  const keys = await openAccessKeyFile(files)
  const { key } = await keys.create({ organization: null, description: '' })
  const { key: mine } = await keys.create({ organization, description: '' })
  await keys.delete(key.id)
  await keys.deleteOf(organization)
  await assert.rejects(keys.delete(key.id), refusedAs('no-such-key'))
  const again = await openAccessKeyFile(files)
  assert.deepEqual([again.find(key.id), again.find(mine.id)], [undefined, undefined])
})

test('keys made at once are all kept', async () => {
  const files = place()
  const keys = await openAccessKeyFile(files)
  await Promise.all(Array.from({ length: 20 }, () => keys.create({ organization: null, description: '' })))
  assert.equal((await openAccessKeyFile(files)).list().length, 20)
})

test('a key made for one organisation cannot be made one for all by editing the file', async () => {
  const files = place()
  await (await openAccessKeyFile(files)).create({ organization, description: '' })
  writeFileSync(files.file, readFileSync(files.file, 'utf8').replace(`"${organization}"`, 'null'))
  await assert.rejects(openAccessKeyFile(files), refusedAs('damaged'))
})

test('without the sealing key the keys do not open', async () => {
  const files = place()
  await (await openAccessKeyFile(files)).create({ organization: null, description: '' })
  rmSync(files.sealingKeyFile)
  await assert.rejects(openAccessKeyFile(files), refusedAs('key-unavailable'))
})
