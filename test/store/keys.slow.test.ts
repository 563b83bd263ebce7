import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { type MailboxId, newMailboxId } from '#src/base/ids.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { parseKeyRef } from '#src/domain/keys/provider.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { Keyring } from '#src/store/keyring.ts'
import {
  addMailbox,
  appendMessage,
  readAll,
  type TemporaryStore,
  temporaryStore,
} from '#test/support/store.ts'

const SMALL = Buffer.alloc(4_096, 'small')
const LARGE = Buffer.alloc(200_000, 'large')
const unavailable = (error: unknown) => error instanceof Refusal && error.reason === 'key-unavailable'

describe('the key of an organisation', () => {
  let temporary: TemporaryStore
  let now = 0
  let items: [small: ItemState, large: ItemState]

  beforeEach(async () => {
    now = Date.UTC(2026, 0, 15)
    temporary = await temporaryStore({ mailboxes: 3, now: () => now })
    const [box] = temporary.mailboxes
    items = [
      await appendMessage(temporary.store, box!, 'small', SMALL),
      await appendMessage(temporary.store, box!, 'large', LARGE),
    ]
  })
  afterEach(() => temporary.remove())

  /** Everything that a protocol may ask of a mailbox and a directory. */
  const uses = (): Record<string, () => Promise<unknown>> => {
    const { store, organization } = temporary
    const box = temporary.mailboxes[0]!
    const id = organization.id
    return {
      'reading a small body': () => readAll(store, box, items[0].body!),
      'reading a large body': () => readAll(store, box, items[1].body!),
      'reading items': () => store.mailboxes.getItems(box, [items[0].no], ['summary']),
      'listing folders': () => store.mailboxes.listFolders(box),
      'listing items': () => store.mailboxes.listItems(box, box.inbox, { order: 'newest', limit: 10 }),
      'reading the settings': () => store.organizations.get(id),
      'reading the directory': () => store.directory.listEntries(id, { limit: 10 }),
      'looking up an address': () => store.directory.findEntry(id, { address: 'a@corp.example' }),
      'storing an item': () => appendMessage(store, box, 'more', 10),
      'changing flags': () =>
        store.transact({ organization: id, mailboxes: [box.mailbox] }, (w) =>
          w.mailboxes.changeFlags(box, [items[0].no], { set: 1 }),
        ),
      'making a mailbox': () => addMailbox(store, id),
    }
  }
  const eachRefuses = async () => {
    for (const [what, use] of Object.entries(uses())) await assert.rejects(use(), unavailable, what)
  }
  const eachWorks = async () => {
    for (const use of Object.values(uses())) await use()
  }

  it('that somebody switches off outside ends every use within 45 seconds, until it is switched on', async () => {
    await eachWorks()
    const ref = parseKeyRef(temporary.organization.keyRef)
    await temporary.keys.disable(ref)
    now += 45_000
    await eachRefuses()
    assert.equal(await temporary.store.organizations.keyState(temporary.organization.id), 'disabled')
    const listed = await temporary.store.organizations.list(null, 10)
    assert.equal(listed.rows[0]!.alias, 'example')
    await temporary.keys.enable(ref)
    await eachWorks()
  })

  it('that is switched off through the store ends every use at once', async () => {
    await eachWorks()
    await temporary.store.organizations.disableKey(temporary.organization.id)
    await eachRefuses()
    await temporary.store.organizations.enableKey(temporary.organization.id)
    await eachWorks()
  })

  it('that is switched off ends a read that is under way', async () => {
    const { store, mailboxes, keys } = temporary
    const long = await appendMessage(store, mailboxes[0]!, 'long', 2_000_000)
    const reading = store.mailboxes.readBody(mailboxes[0]!, long.body!)[Symbol.asyncIterator]()
    assert.equal((await reading.next()).done, false)
    await keys.disable(parseKeyRef(temporary.organization.keyRef))
    now += 45_000
    const rest = async () => {
      while (!(await reading.next()).done);
    }
    await assert.rejects(rest(), unavailable)
  })

  it('of another organisation is not touched by that', async () => {
    const other = await temporary.store.organizations.create({ alias: 'other' })
    const box = await addMailbox(temporary.store, other.id)
    await temporary.store.organizations.disableKey(temporary.organization.id)
    now += 45_000
    const item = await appendMessage(temporary.store, box, 'here', SMALL)
    assert.ok((await readAll(temporary.store, box, item.body!)).equals(SMALL))
  })

  it('once destroyed leaves nothing readable, not even with the key file put back', async () => {
    const { store, organization, mailboxes } = temporary
    await store.organizations.destroy(organization.id)
    await assert.rejects(
      store.mailboxes.listFolders(mailboxes[0]!),
      (error) => error instanceof Refusal && error.reason === 'no-such-mailbox',
    )
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'), { readonly: true })
    assert.equal(
      database.prepare('SELECT COUNT(*) FROM mailbox WHERE wrapped_key IS NOT NULL').pluck().get(),
      0,
    )
    database.close()
    assert.deepEqual(await readdir(temporary.keyFolder), [])
  })

  /** Octets of all segment files and of every row that is not a wrapped key. */
  async function fingerprint(): Promise<Record<string, string>> {
    const prints: Record<string, string> = {}
    const folder = join(temporary.folder, 'bodies')
    for (const name of await readdir(folder))
      prints[name] = createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex')
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'), { readonly: true })
    for (const table of ['body', 'item', 'item_sealed', 'folder', 'keyword']) {
      const hash = createHash('sha256')
      for (const row of database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).raw().iterate())
        for (const value of row as unknown[]) hash.update(Buffer.isBuffer(value) ? value : `${value};`)
      prints[table] = hash.digest('hex')
    }
    database.close()
    return prints
  }
  const keyRefs = () => {
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'), { readonly: true })
    const refs = database.prepare('SELECT DISTINCT key_ref FROM mailbox').pluck().all() as string[]
    database.close()
    return refs
  }

  it('is rotated without a body or a row being written anew', async () => {
    const { store, organization, keys } = temporary
    const before = await fingerprint()
    await store.organizations.rotateKey(organization.id)
    assert.deepEqual(await fingerprint(), before)
    const { keyRef } = await store.organizations.get(organization.id)
    assert.notEqual(keyRef, organization.keyRef)
    assert.deepEqual(keyRefs(), [keyRef])
    assert.equal(await keys.state(parseKeyRef(organization.keyRef)), 'disabled')
    await eachWorks()
    await temporary.reopen()
    assert.ok((await readAll(temporary.store, temporary.mailboxes[0]!, items[1].body!)).equals(LARGE))
    assert.deepEqual((await temporary.care.check({ bodies: true })).findings, [])
  })

  it('is rotated to the end when that was interrupted', async () => {
    const { organization } = temporary
    await rotateHalf()
    await eachWorks()
    await temporary.reopen()
    await eachWorks()
    const half = (await temporary.store.organizations.get(organization.id)).keyRef
    await temporary.store.organizations.rotateKey(organization.id)
    assert.deepEqual(keyRefs(), [half], 'the rotation that had begun is finished, and no other is begun')
    assert.equal(await temporary.keys.state(parseKeyRef(organization.keyRef)), 'disabled')
    await eachWorks()
  })

  /** Stops a rotation of 121 mailboxes or more after the first page. */
  async function rotateHalf(): Promise<void> {
    const { store, organization } = temporary
    for (let i = 0; i < 120; i++) await addMailbox(store, organization.id)
    const stop = new AbortController()
    const rotating = store.organizations.rotateKey(
      organization.id,
      () => stop.abort(new Error('stop')),
      stop.signal,
    )
    await assert.rejects(rotating, /stop/)
    assert.equal(keyRefs().length, 2)
  }
  const states = async () => {
    const refs = await temporary.keys.list(temporary.organization.id)
    const of = async (ref: (typeof refs)[number]) => [ref.version, await temporary.keys.state(ref)] as const
    return Object.fromEntries(await Promise.all(refs.map(of)))
  }

  it('is switched off as a whole after a rotation that was interrupted', async () => {
    await rotateHalf()
    const { store, organization } = temporary
    await store.organizations.disableKey(organization.id)
    now += 60_000
    assert.equal(await store.organizations.keyState(organization.id), 'disabled')
    for (const box of temporary.mailboxes) await assert.rejects(store.mailboxes.listFolders(box), unavailable)
    const boxes = new Database(join(temporary.folder, 'landbridge.sqlite'), { readonly: true })
    const ids = boxes.prepare('SELECT id FROM mailbox').pluck().all() as MailboxId[]
    boxes.close()
    assert.equal(ids.length, 123)
    for (const mailbox of ids)
      await assert.rejects(
        store.mailboxes.listFolders({ organization: organization.id, mailbox }),
        unavailable,
      )
    await store.organizations.enableKey(organization.id)
    assert.equal(await store.organizations.keyState(organization.id), 'enabled')
    for (const mailbox of ids) await store.mailboxes.listFolders({ organization: organization.id, mailbox })
  })

  it('is not called enabled while a version that is in use is switched off or gone', async () => {
    await rotateHalf()
    const { store, organization, keys } = temporary
    const first = parseKeyRef(organization.keyRef)
    await keys.disable(first)
    assert.equal(await store.organizations.keyState(organization.id), 'disabled')
    await keys.destroy(first)
    assert.equal(await store.organizations.keyState(organization.id), 'missing')
  })

  it('is switched off during a rotation, which that ends', async () => {
    const { store, organization } = temporary
    for (let i = 0; i < 120; i++) await addMailbox(store, organization.id)
    let disabling: Promise<void> | undefined
    const rotating = store.organizations.rotateKey(organization.id, () => {
      disabling ??= store.organizations.disableKey(organization.id)
    })
    await assert.rejects(rotating, unavailable)
    await disabling
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'disabled' })
    now += 60_000
    await eachRefuses()
    await store.organizations.enableKey(organization.id)
    await store.organizations.rotateKey(organization.id)
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'enabled' })
    await eachWorks()
  })

  it('is rotated by one call at a time, and no key is made for the other', async () => {
    const { store, organization } = temporary
    const ended = await Promise.allSettled([1, 2].map(() => store.organizations.rotateKey(organization.id)))
    assert.deepEqual(
      ended.map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as Refusal).reason)),
      ['done', 'try-later'],
    )
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'enabled' })
  })

  it('that another process rotated first is left alone, and the key made for it goes', async () => {
    const { store, organization, keys } = temporary
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'))
    const create = keys.create
    keys.create = async (org) => {
      database.prepare("UPDATE organization SET key_ref = key_ref || '0'").run()
      return create(org)
    }
    await assert.rejects(store.organizations.rotateKey(organization.id), { reason: 'try-later' })
    database.prepare('UPDATE organization SET key_ref = ?').run(organization.keyRef)
    database.close()
    assert.deepEqual(await states(), { 1: 'enabled' })
    await eachWorks()
  })

  it('leaves no older version on, also not one that an earlier rotation could not switch off', async () => {
    const { store, organization, keys } = temporary
    const disable = keys.disable
    keys.disable = async () => {
      throw new KeyUnavailable('unreachable', 'The provider went away at the last step.')
    }
    await assert.rejects(store.organizations.rotateKey(organization.id), unavailable)
    assert.deepEqual(await states(), { 1: 'enabled', 2: 'enabled' })
    keys.disable = disable
    await store.organizations.disableKey(organization.id)
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'disabled' })
    await store.organizations.enableKey(organization.id)
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'enabled' })
    await keys.enable(parseKeyRef(organization.keyRef))
    await temporary.reopen()
    await temporary.store.organizations.rotateKey(organization.id)
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'disabled', 3: 'enabled' })
    await temporary.store.organizations.disableKey(organization.id)
    await temporary.store.organizations.enableKey(organization.id)
    assert.deepEqual(await states(), { 1: 'disabled', 2: 'disabled', 3: 'enabled' })
  })

  it('goes in all its versions when the organisation is destroyed', async () => {
    const { store, organization } = temporary
    await store.organizations.rotateKey(organization.id)
    await store.organizations.rotateKey(organization.id)
    const other = await store.organizations.create({ alias: 'other' })
    await store.organizations.destroy(organization.id)
    assert.deepEqual(
      (await readdir(temporary.keyFolder)).map((name) => name.split('-').slice(0, 2).join('-')),
      [other.id],
    )
  })

  it('goes later when its provider was away or the process ended, and the alias is free meanwhile', async () => {
    const { store, organization, keys } = temporary
    await store.organizations.rotateKey(organization.id)
    const { destroyAll } = keys
    keys.destroyAll = async () => {
      throw new KeyUnavailable('unreachable', 'The provider is away.')
    }
    await store.organizations.destroy(organization.id)
    assert.deepEqual((await store.organizations.list(null, 10)).rows, [])
    await assert.rejects(store.organizations.get(organization.id), { reason: 'no-such-organization' })
    await assert.rejects(temporary.care.tidy(), unavailable)
    assert.equal((await keys.list(organization.id)).length, 2)
    keys.destroyAll = destroyAll
    await temporary.reopen()
    const again = await temporary.store.organizations.create({ alias: organization.alias })
    await temporary.care.tidy()
    assert.deepEqual(await temporary.keys.list(organization.id), [])
    assert.equal(await temporary.store.organizations.keyState(again.id), 'enabled')
  })

  it('is rotated while mailboxes are made, and all of them stay readable', async () => {
    const { store, organization } = temporary
    for (let i = 0; i < 60; i++) await addMailbox(store, organization.id)
    let rotating = true
    const making = (async () => {
      const made = []
      while (rotating || made.length < 3) made.push(await addMailbox(store, organization.id))
      return made
    })()
    for (let times = 0; times < 3; times++) await store.organizations.rotateKey(organization.id)
    rotating = false
    const made = await making
    const { keyRef } = await store.organizations.get(organization.id)
    await temporary.reopen()
    for (const box of made) {
      const item = await appendMessage(temporary.store, box, 'here', SMALL)
      assert.ok((await readAll(temporary.store, box, item.body!)).equals(SMALL))
    }
    assert.deepEqual(keyRefs(), [keyRef])
    assert.deepEqual((await temporary.care.check({ bodies: false })).withoutKey, [])
  })

  it('that a rotation switches off between the look at a row and its use is not missed', async () => {
    const { keys, organization, store } = temporary
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'), { readonly: true })
    const read = (text: string, values: unknown[]) => database.prepare(text).get(...values)
    let looks = 0
    const sql = {
      get: async (text: string, ...values: unknown[]) => {
        const row = read(text, values)
        if (looks++ % 2 === 0) await store.organizations.rotateKey(organization.id)
        return row
      },
    }
    const keyring = new Keyring(sql as never, [keys], { next: async () => 1 } as never, () => now)
    try {
      await keyring.organization(organization.id)
      await keyring.mailbox(temporary.mailboxes[1]!)
      const scope = { organization: organization.id, newMailboxes: [newMailboxId()] }
      assert.equal((await keyring.opened(scope)).created.size, 1)
      assert.equal(looks, 6)
    } finally {
      keyring.close()
      database.close()
    }
  })
})
