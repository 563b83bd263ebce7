import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { type FullStore, fullStore } from './maintenance/full-store.ts'
import { plainTexts, type Texts } from './maintenance/full-texts.ts'

/** An unmistakable word: letters only, so that folding case or form leaves it findable. */
const word = () =>
  `canary${[...randomBytes(12)].map((octet) => String.fromCharCode(97 + (octet % 26))).join('')}`
const canaries = Object.fromEntries(Object.keys(plainTexts).map((name) => [name, word()])) as Texts
const texts: Texts = {
  ...canaries,
  sender: `${canaries.sender}@elsewhere.example`,
  userAddress: `${canaries.userAddress}@corp.example`,
  x500: `/o=Corp/cn=${canaries.x500}`,
  subject: `Re: ${canaries.subject} (2)`,
}

/** A word as it may lie in a file: the octets of UTF-8 and UTF-16, and base64 of both at each alignment. */
function formsOf(canary: string): Buffer[] {
  const plain = [Buffer.from(canary), Buffer.from(canary.toUpperCase()), Buffer.from(canary, 'utf16le')]
  const encoded = plain.flatMap((octets) =>
    [0, 1, 2].map((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), octets]).toString('base64')
      // The first and last characters depend on what lies beside the word.
      return Buffer.from(text.slice(shift === 0 ? 0 : 4, -4))
    }),
  )
  return [...plain, ...encoded, Buffer.from(Buffer.from(canary).toString('hex'))]
}

/** Names of canaries in any file below the folder, as `name in file`; the keys folder is left out. */
async function grep(folder: string): Promise<string[]> {
  const needles = Object.entries(canaries).flatMap(([name, canary]) =>
    formsOf(canary).map((form) => ({ name, form })),
  )
  const found = new Set<string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || relative(folder, path).startsWith('keys/')) continue
    await using file = await open(path)
    const octets = await file.readFile()
    for (const { name, form } of needles)
      if (octets.includes(form)) found.add(`${name} in ${relative(folder, path)}`)
  }
  return [...found]
}

describe('nothing readable lies in any file of the data folder', () => {
  let full: FullStore
  before(async () => {
    full = await fullStore(texts)
  })
  after(() => full.remove())

  it('while the store is in use: database, log, shared memory, segment files', async () => {
    const names = (await readdir(full.folder)).join()
    assert.match(names, /landbridge\.sqlite-wal/)
    assert.match(names, /landbridge\.sqlite-shm/)
    assert.equal((await readdir(join(full.folder, 'bodies'))).length, 1)
    assert.deepEqual(await grep(full.folder), [])
  })

  it('after the log was moved into the database, in backups, and once closed', async () => {
    const backup = await mkdtemp(join(tmpdir(), 'landbridge-backup-'))
    try {
      await full.care.backup(join(backup, 'of-it'), { withKeys: false })
      assert.deepEqual(await grep(backup), [])
    } finally {
      await rm(backup, { recursive: true })
    }
    const database = new Database(join(full.folder, 'landbridge.sqlite'))
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    assert.deepEqual(await grep(full.folder), [])
    await full.store.close()
    assert.deepEqual(await grep(full.folder), [])
    await full.reopen()
  })

  it('and every canary really was stored', async () => {
    const { store, box, organization, user, group, projects } = full
    const page = {
      order: 'uid',
      limit: 100,
      parts: ['summary', 'structure', 'content', 'properties'],
    } as const
    const seen: unknown[] = [await store.mailboxes.listFolders(box), await store.mailboxes.listKeywords(box)]
    for (const folder of [box.archive, projects]) {
      const { rows } = await store.mailboxes.listItems(box, folder, page)
      seen.push(rows)
      for (const { body } of rows) {
        if (body === null) continue
        for await (const chunk of store.mailboxes.readBody(box, body))
          seen.push(Buffer.from(chunk).toString('latin1'))
      }
    }
    seen.push(await store.directory.getEntry(organization.id, user))
    seen.push(await store.directory.getEntry(organization.id, group))
    seen.push(await store.directory.findCredential(organization.id, user))
    seen.push(await store.directory.listTokens(organization.id, { limit: 10 }))
    seen.push(await store.directory.getDkimKey(organization.id, 'corp.example'))
    seen.push(
      Buffer.from((await store.directory.findAttachment(organization.id, user, 'photo'))!.octets).toString(),
    )
    seen.push(await store.directory.findAvailabilityLogin(organization.id, 'asked.example'))
    seen.push(await store.mailboxes.listConfigurations(box, projects))
    seen.push(await store.accessKeys.list())
    const [queued] = (await store.delivery.listQueue(organization.id, { limit: 1 })).rows
    seen.push(await store.delivery.findQueued(organization.id, queued!.id))
    seen.push(await store.delivery.findTrace(organization.id, {}, { limit: 1 }))
    seen.push(await store.delivery.findGatewayLogin(organization.id, canaries.gateway))
    seen.push(await store.directorySync.findConnection(organization.id))
    seen.push(
      await store.directorySync.listKnown(organization.id, { state: 'quarantined', after: null, limit: 9 }),
    )
    const [project] = await store.migration.listProjects(organization.id)
    const listed = { limit: 10 }
    seen.push(project, await store.migration.getSourceLogin(organization.id, project!.id, 'old'))
    seen.push(await store.migration.listMembers(organization.id, project!.id, listed))
    seen.push(await store.migration.listMigrationEvents(organization.id, project!.id, listed))
    seen.push(await store.migration.listLedgerItems(box, listed))
    const all = JSON.stringify(seen)
    assert.deepEqual(
      Object.entries(canaries).filter(([, canary]) => !all.includes(canary)),
      [],
    )
  })

  for (const [form, write] of Object.entries({
    'UTF-8': (text: string) => Buffer.from(text),
    'UTF-16': (text: string) => Buffer.from(text, 'utf16le'),
    base64: (text: string) => Buffer.from(Buffer.from(text).toString('base64')),
    'base64 in the middle of a line': (text: string) =>
      Buffer.from(Buffer.from(`xy${text}zzz`).toString('base64')),
  })) {
    it(`and one that did would be found: a canary in ${form}, put there on purpose`, async () => {
      const file = join(full.folder, 'bodies', 'side')
      await writeFile(file, Buffer.concat([randomBytes(999), write(canaries.phone), randomBytes(99)]))
      assert.deepEqual(await grep(full.folder), ['phone in bodies/side'])
      await writeFile(file, '')
    })
  }
})
