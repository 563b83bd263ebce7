import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmod,
  copyFile,
  link,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { KeyRef } from '#src/domain/keys/provider.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { keyProviderContract, unavailable } from './contract.ts'

let root: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'landbridge-keys-'))
})
after(() => rm(root, { recursive: true, force: true }))

keyProviderContract('a folder of key files', () => localKeyFiles(join(root, 'contract')))

describe('a key file', () => {
  const context = 'org:m-1/mailbox:a'
  let folder: string
  let keys: ReturnType<typeof localKeyFiles>
  let ref: KeyRef
  let path: string
  let wrapped: Uint8Array
  let count = 0

  beforeEach(async () => {
    folder = join(root, `keys-${count++}`, 'deeper')
    keys = localKeyFiles(folder)
    ref = await keys.create('m-1')
    path = join(folder, `${ref.id}.v1.key`)
    wrapped = await keys.wrap(ref, randomBytes(32), context)
  })
  const unwrap = () => keys.unwrap(ref, wrapped, context)
  const mode = async (file: string) => (await stat(file)).mode & 0o777

  it('is the only file, of mode 0600 in a folder of mode 0700', async () => {
    assert.deepEqual(await readdir(folder), [`${ref.id}.v1.key`])
    assert.equal(await mode(path), 0o600)
    assert.equal(await mode(folder), 0o700)
  })

  it('is refused when others may read it, naming chmod', async () => {
    for (const wide of [0o640, 0o604, 0o620, 0o660]) {
      await chmod(path, wide)
      await assert.rejects(
        unwrap(),
        unavailable('denied', new RegExp(`mode 0${wide.toString(8)}.*chmod 600 ${path}`)),
      )
    }
    await chmod(path, 0o400)
    await unwrap()
  })

  it('is refused when others may look into its folder, naming chmod', async () => {
    await chmod(folder, 0o750)
    await assert.rejects(unwrap(), unavailable('denied', /chmod 700/))
    await assert.rejects(keys.create('m-1'), unavailable('denied', /chmod 700/))
  })

  it('may be disabled and enabled by renaming it by hand', async () => {
    await rename(path, `${path}.disabled`)
    assert.equal(await keys.state(ref), 'disabled')
    await assert.rejects(unwrap(), unavailable('disabled'))
    await rename(`${path}.disabled`, path)
    await unwrap()
  })

  it('stays disabled when a copy is put beside the disabled one', async () => {
    await copyFile(path, `${path}.disabled`)
    assert.equal(await keys.state(ref), 'disabled')
    await assert.rejects(unwrap(), unavailable('disabled'))
    await keys.enable(ref)
    await unwrap()
    assert.deepEqual(await readdir(folder), [`${ref.id}.v1.key`])
  })

  it('is missing as soon as it is deleted, and works again when it is restored', async () => {
    const saved = await readFile(path)
    await rm(path)
    assert.equal(await keys.state(ref), 'missing')
    await assert.rejects(unwrap(), unavailable('missing', /backup/))
    await writeFile(path, saved, { mode: 0o600 })
    await unwrap()
    await rm(folder, { recursive: true })
    assert.equal(await keys.state(ref), 'missing')
    await assert.rejects(unwrap(), unavailable('missing'))
    await keys.destroy(ref)
  })

  it('is damaged when it is changed, cut, empty, too long or another key', async () => {
    const text = await readFile(path, 'utf8')
    await writeFile(
      path,
      text.replace(/key (.)(.)/, (_, a, b) => (a === b ? `key A${b}` : `key ${b}${a}`)),
    )
    await assert.rejects(unwrap(), unavailable('unusable'))
    await writeFile(path, text)
    await truncate(path, text.length - 20)
    await assert.rejects(unwrap(), unavailable('unusable', /complete/))
    await truncate(path, 0)
    await assert.rejects(unwrap(), unavailable('unusable'))
    await writeFile(path, text + '\n'.repeat(5000))
    await assert.rejects(unwrap(), unavailable('unusable', /too long/))
    const other = await keys.create('m-2')
    await copyFile(join(folder, `${other.id}.v1.key`), path)
    await assert.rejects(unwrap(), unavailable('unusable', new RegExp(other.id)))
  })

  it('is refused as a link or a folder', async () => {
    await rename(path, join(folder, 'elsewhere'))
    await symlink(join(folder, 'elsewhere'), path)
    await assert.rejects(unwrap(), unavailable('denied', /symbolic link/))
  })

  it('is overwritten before it is deleted for ever', async () => {
    await link(path, join(folder, 'second-name'))
    await keys.destroy(ref)
    assert.deepEqual(await readdir(folder), ['second-name'])
    const left = await readFile(join(folder, 'second-name'))
    assert.ok(left.length > 0 && left.every((octet) => octet === 0))
  })

  it('counts on from disabled keys and from no other organisation', async () => {
    await keys.disable(ref)
    assert.equal((await keys.create('m-1')).version, 2)
    assert.equal((await keys.create('m')).version, 1)
  })
})
