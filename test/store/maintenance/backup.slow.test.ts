import assert from 'node:assert/strict'
import { watch } from 'node:fs'
import {
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { BodyNo } from '#src/domain/mailbox/item.ts'
import type { Progress } from '#src/domain/organization/store.ts'
import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { backup } from '#src/store/maintenance/backup.ts'
import { Keepers } from '#src/store/maintenance/keepers.ts'
import { LogWatch } from '#src/store/maintenance/log-watch.ts'
import { restoreStore } from '#src/store/restore.ts'
import { appendMessage, openTestStore, readAll } from '#test/support/store.ts'
import { type FullStore, fullStore } from './full-store.ts'

const refused = (reason: RefusalReason, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error))
  assert.equal(error.reason, reason)
  assert.match(error.message, words)
  return true
}

describe('backup and restore', () => {
  let scratch: string
  let full: FullStore
  let target: string
  let restored: string
  let turn = 0
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'landbridge-backup-'))
    full = await fullStore()
  })
  after(async () => {
    await full.remove()
    await rm(scratch, { recursive: true, force: true })
  })
  beforeEach(() => {
    turn++
    target = join(scratch, `backup-${turn}`)
    restored = join(scratch, `restored-${turn}`)
  })

  const restore = (keyFolder: string, options: { signal?: AbortSignal } = {}) => {
    const keys = localKeyFiles(keyFolder)
    return restoreStore({
      backup: target,
      folder: restored,
      keyProviders: [keys],
      defaultKeyProvider: keys.kind,
      keyFolder,
      ...options,
    })
  }

  it('gives back the store as it was, with its keys, in a folder that only we can read', async () => {
    const progress: Progress[] = []
    const made = await full.care.backup(target, { withKeys: true }, (step) => progress.push(step))
    assert.equal(made.folder, target)
    assert.equal(made.mailboxes, 3)
    assert.equal(made.keys.length, 2)
    assert.deepEqual(progress.at(-1), {
      what: 'Copying',
      done: progress.at(-1)!.total,
      total: progress.at(-1)!.total,
    })
    assert.deepEqual((await readdir(target)).sort(), ['bodies', 'keys', 'landbridge.sqlite', 'manifest.json'])
    for (const name of await readdir(target, { recursive: true })) {
      const { mode } = await stat(join(target, name))
      assert.equal(mode & 0o077, 0, name)
    }

    const result = await restore(join(restored, 'keys'))
    assert.deepEqual(result.check.findings, [])
    assert.deepEqual(result.check.withoutKey, [])
    assert.equal(result.check.items, 10)
    assert.equal(result.bytes, made.bytes)
    assert.deepEqual(
      result.keys.map(({ alias, key, state }) => ({ alias, key, state })),
      [
        { alias: 'example', key: made.keys[0], state: 'enabled' },
        { alias: null, key: made.keys[1], state: 'enabled' },
      ],
    )
    const copy = await openTestStore(restored)
    const page = { order: 'uid', limit: 100, parts: ['summary', 'content', 'properties'] } as const
    for (const folder of [full.box.inbox, full.box.archive, full.projects]) {
      const [was, is] = await Promise.all(
        [full.store, copy.store].map(({ mailboxes }) => mailboxes.listItems(full.box, folder, page)),
      )
      assert.deepEqual(is, was)
      for (const { body } of is!.rows) {
        if (body === null) continue
        assert.ok(
          (await readAll(copy.store, full.box, body)).equals(await readAll(full.store, full.box, body)),
        )
      }
    }
    assert.deepEqual(
      await copy.store.directory.getEntry(full.organization.id, full.user),
      await full.store.directory.getEntry(full.organization.id, full.user),
    )
    const [accessKey] = await full.store.accessKeys.list()
    assert.deepEqual(
      await copy.store.accessKeys.find(accessKey!.id),
      await full.store.accessKeys.find(accessKey!.id),
    )
    await copy.store.close()
  })

  it('is of one moment while writes and compaction go on', async () => {
    const box = full.mailboxes[1]!
    let writing = true
    let written = 0
    const writer = (async () => {
      while (writing) {
        const { no } = await appendMessage(full.store, box, `message ${written}`, 40_000)
        written++
        if (written % 3 !== 0) continue
        await full.store.transact({ organization: box.organization, mailboxes: [box.mailbox] }, (w) =>
          w.mailboxes.removeItems(box, [no]),
        )
        await full.care.tidy()
      }
    })()
    while (written < 20) await new Promise((resolve) => setTimeout(resolve, 5))
    await full.care.backup(target, { withKeys: false })
    const later = written
    while (written < later + 10) await new Promise((resolve) => setTimeout(resolve, 5))
    writing = false
    await writer
    const { check } = await restore(full.keyFolder)
    assert.deepEqual(check.findings, [])
    assert.ok(check.items > 9 && check.items < 9 + written, `${check.items} of ${written}`)
  })

  it('has no key unless asked, and says which ones it needs and which are missing', async () => {
    const made = await full.care.backup(target, { withKeys: false })
    assert.equal((await readdir(target)).includes('keys'), false)
    const { keys, check } = await restore(join(restored, 'keys'))
    assert.deepEqual(
      keys.map(({ key, state }) => ({ key, state })),
      made.keys.map((key) => ({ key, state: 'missing' })),
    )
    assert.equal(made.keys.length, 2)
    assert.equal(check.withoutKey.length, 1)
    assert.deepEqual(check.findings, [])
  })

  it('puts no key over one that is there, not even over one that is switched off', async () => {
    await full.care.backup(target, { withKeys: true })
    const keyFolder = join(restored, 'keys')
    await cp(full.keyFolder, keyFolder, { recursive: true })
    const keys = localKeyFiles(keyFolder)
    const [provider, id, version] = full.organization.keyRef.split(':')
    await keys.disable({ provider: provider!, id: id!, version: Number(version) })
    const result = await restore(keyFolder)
    assert.deepEqual(
      result.keys.map(({ state }) => state),
      ['disabled', 'enabled'],
    )
  })

  it('brings a key under its name only when it is whole, also after a restore that was killed', async () => {
    await full.care.backup(target, { withKeys: true })
    const names = await readdir(join(target, 'keys'))
    const [name] = names
    const keyFolder = join(restored, 'keys')
    await mkdir(keyFolder, { recursive: true, mode: 0o700 })
    await writeFile(join(keyFolder, `${name}.partial`), 'cut')
    const seen: string[] = []
    const watcher = watch(keyFolder, (_, file) => void seen.push(file!))
    const { check } = await restore(keyFolder)
    watcher.close()
    assert.deepEqual(check.withoutKey, [])
    assert.deepEqual((await readdir(keyFolder)).sort(), names.sort())
    for (const file of names) {
      assert.ok(seen.indexOf(`${file}.partial`) < seen.indexOf(file))
      assert.equal(seen.filter((each) => each === file).length, 1, 'it appears once and is not written to')
    }
  })

  it('leaves no key behind that is not what the manifest says', async () => {
    await full.care.backup(target, { withKeys: true })
    const [name] = await readdir(join(target, 'keys'))
    await writeFile(join(target, 'keys', name!), 'x', { flag: 'a' })
    const keyFolder = join(scratch, `keys-${turn}`)
    await assert.rejects(restore(keyFolder), refused('damaged', /keys.*not what its manifest says/))
    assert.ok(!(await readdir(keyFolder)).some((file) => file.startsWith(name!)))
  })

  it('refuses a folder that holds something, and leaves it as it is', async () => {
    await mkdir(target)
    await writeFile(join(target, 'notes.txt'), 'mine')
    await assert.rejects(
      full.care.backup(target, { withKeys: false }),
      refused('invalid-parameter', /is not empty.*empty or a new folder/),
    )
    assert.deepEqual(await readdir(target), ['notes.txt'])
    await rm(join(target, 'notes.txt'))
    await full.care.backup(target, { withKeys: false })
    await assert.rejects(
      full.care.backup(target, { withKeys: false }),
      refused('invalid-parameter', /a backup already/),
    )
    await mkdir(restored)
    await writeFile(join(restored, 'notes.txt'), 'mine')
    await assert.rejects(restore(full.keyFolder), refused('invalid-parameter', /not empty \(notes.txt/))
    assert.deepEqual(await readdir(restored), ['notes.txt'])
  })

  it('that is called off removes what it made', async () => {
    const stop = new AbortController()
    const copying = full.care.backup(
      target,
      { withKeys: true },
      ({ done }) => done > 0 && stop.abort(new Error('enough')),
      stop.signal,
    )
    await assert.rejects(copying, /enough/)
    await assert.rejects(stat(target), { code: 'ENOENT' })
  })

  it('is not written into the data folder, whatever link leads there', async () => {
    const link = join(scratch, `link-${turn}`)
    await symlink(full.folder, link)
    for (const folder of [
      full.folder,
      join(full.folder, 'bodies'),
      join(full.folder, 'new', 'deep'),
      join(link, 'back'),
    ]) {
      await assert.rejects(
        full.care.backup(folder, { withKeys: false }),
        refused('invalid-parameter', /lies in the data folder/),
      )
    }
    await assert.rejects(stat(join(full.folder, 'new')), { code: 'ENOENT' })
    // A name that only begins like it.
    assert.equal((await full.care.backup(`${full.folder}-back`, { withKeys: false })).mailboxes, 3)
    await rm(`${full.folder}-back`, { recursive: true })
  })

  it('that was cut off by a crash is not taken for one', async () => {
    await full.care.backup(target, { withKeys: false })
    await unlink(join(target, 'manifest.json'))
    await assert.rejects(
      restore(full.keyFolder),
      refused('invalid-parameter', /no manifest.json.*interrupted/),
    )
    await assert.rejects(
      full.care.backup(target, { withKeys: false }),
      refused('invalid-parameter', /a backup that was interrupted/),
    )
  })

  it('sees before it starts that the disk is too small', async () => {
    // What it copies is never looked at: the disk decides first.
    const parts = {
      folder: full.folder,
      driver: { read: { get: async () => ({ rows: 0, last: null, number: 3 }) } },
      segments: { list: async () => [] },
      keepers: new Keepers({} as never),
      freeBytes: async () => 10,
    }
    await assert.rejects(
      backup(parts as never, target, { withKeys: false }, undefined, new AbortController().signal),
      refused('limit-exceeded', /0\.00 GB free, and the backup may take/),
    )
    await assert.rejects(stat(target), { code: 'ENOENT' })
  })

  it('sees before it starts that a key cannot be copied', async () => {
    const parts = {
      folder: full.folder,
      driver: { read: { all: async () => [{ key_ref: 'pkcs11:key-of-m-1:1' }] } },
      keys: { provider: (kind: string) => ({ kind }) },
    }
    await assert.rejects(
      backup(parts as never, target, { withKeys: true }, undefined, new AbortController().signal),
      refused('not-supported', /pkcs11:key-of-m-1:1 is held by pkcs11, which lets no key out/),
    )
    await assert.rejects(stat(target), { code: 'ENOENT' })
  })

  const changes: Record<string, [change: () => Promise<unknown>, reason: RefusalReason, words: RegExp]> = {
    'a database that was changed': [
      () => flip(join(target, 'landbridge.sqlite'), 5_000),
      'damaged',
      /landbridge\.sqlite.*not what its manifest says/,
    ],
    'a body that was changed': [
      async () => flip(join(target, 'bodies', (await readdir(join(target, 'bodies')))[0]!), 100_000),
      'damaged',
      /segment.*not what its manifest says/,
    ],
    'a file that is gone': [() => rm(join(target, 'landbridge.sqlite')), 'damaged', /sqlite is missing from/],
    'a file that grew': [
      () => writeFile(join(target, 'landbridge.sqlite'), 'x', { flag: 'a' }),
      'damaged',
      /not what its manifest says/,
    ],
    'a manifest that was cut': [
      async () => {
        const text = await readFile(join(target, 'manifest.json'), 'utf8')
        await writeFile(join(target, 'manifest.json'), text.slice(0, -20))
      },
      'invalid-parameter',
      /manifest\.json was changed or cut since the backup was written: it is no JSON.*Restore another backup/,
    ],
    'a manifest that points elsewhere': [
      async () => {
        const text = await readFile(join(target, 'manifest.json'), 'utf8')
        await writeFile(join(target, 'manifest.json'), text.replace('bodies/', '../bodies/'))
      },
      'invalid-parameter',
      /manifest\.json was changed or cut.*"files\.\d+\.path"/,
    ],
    'a manifest of another format': [
      async () => {
        const text = await readFile(join(target, 'manifest.json'), 'utf8')
        await writeFile(join(target, 'manifest.json'), text.replace('"format": 1', '"format": 2'))
      },
      'wrong-state',
      /manifest\.json is of format 2.*a newer Landbridge wrote it/,
    ],
    'a manifest that is no object': [
      () => writeFile(join(target, 'manifest.json'), 'null'),
      'invalid-parameter',
      /manifest\.json was changed or cut.*no list of files/,
    ],
    'a newer schema': [
      async () => {
        const text = await readFile(join(target, 'manifest.json'), 'utf8')
        await writeFile(join(target, 'manifest.json'), text.replace(/"schema": \d+/, '"schema": 999'))
      },
      'wrong-state',
      /newer Landbridge: its schema is 999/,
    ],
  }
  for (const [what, [change, reason, words]] of Object.entries(changes)) {
    it(`refuses ${what}, and leaves nothing behind`, async () => {
      await full.care.backup(target, { withKeys: false })
      await change()
      await assert.rejects(restore(full.keyFolder), refused(reason, words))
      assert.deepEqual(await readdir(restored).catch(() => []), [])
    })
  }

  it('needs every key version that a rotation under way has left in use', async () => {
    const { store, organization } = full
    const stop = new AbortController()
    const rotating = store.organizations.rotateKey(
      organization.id,
      () => stop.abort(new Error('enough')),
      stop.signal,
    )
    await assert.rejects(rotating, /enough/)
    const made = await full.care.backup(target, { withKeys: true })
    const { keys, check } = await restore(join(restored, 'keys'))
    assert.deepEqual(
      keys.map(({ key }) => key),
      made.keys,
    )
    assert.deepEqual(check.withoutKey, [])
    assert.deepEqual(check.findings, [])
    await store.organizations.rotateKey(organization.id)
  })

  it('keeps a body that was read once readable', async () => {
    const item = await appendMessage(full.store, full.box, 'last', Buffer.alloc(80_000, 'x'))
    await full.care.backup(target, { withKeys: false })
    await restore(full.keyFolder)
    const copy = await openTestStore(restored)
    await cp(full.keyFolder, copy.keyFolder, { recursive: true })
    assert.equal((await readAll(copy.store, full.box, item.body as BodyNo)).length, 80_000)
    await copy.store.close()
  })
})

async function flip(path: string, place: number): Promise<void> {
  await using file = await open(path, 'r+')
  const octet = Buffer.alloc(1)
  await file.read(octet, 0, 1, place)
  await file.write(Buffer.from([octet[0]! ^ 1]), 0, 1, place)
}

describe('the log while the database is copied', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-log-'))
    await writeFile(join(folder, 'landbridge.sqlite-wal'), Buffer.alloc(5_000))
  })
  after(() => rm(folder, { recursive: true }))

  it('may take a quarter of what is free, and then the copy is called off with a sentence', async () => {
    const log = new LogWatch(folder, async () => 20_000)
    const signal = new AbortController().signal
    const grow = (bytes: number) => truncate(join(folder, 'landbridge.sqlite-wal'), 5_000 + bytes)
    const calledOff = (both: AbortSignal, withinMs: number) =>
      new Promise<string>((resolve, reject) => {
        const copied = setTimeout(resolve, withinMs, 'copied')
        both.addEventListener('abort', () => {
          clearTimeout(copied)
          reject(both.reason)
        })
      })
    await grow(6_000)
    assert.equal(
      await log.during(signal, async (both) => {
        await grow(12_000)
        return calledOff(both, 1_200)
      }),
      'copied',
    )
    await grow(0)
    const growing = log.during(signal, async (both) => {
      await grow(8_000)
      return calledOff(both, 20_000)
    })
    await assert.rejects(
      growing,
      refused('try-later', /1 MB of the 1 MB free on the disk of .*Make the backup when/),
    )
  })

  it('is no reason when it is the caller who calls it off', async () => {
    const stop = new AbortController()
    const log = new LogWatch(folder, async () => 0)
    const copying = log.during(stop.signal, async (both) => {
      stop.abort(new Error('enough'))
      both.throwIfAborted()
    })
    await assert.rejects(copying, /enough/)
  })
})
