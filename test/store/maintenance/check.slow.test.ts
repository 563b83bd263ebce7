import assert from 'node:assert/strict'
import { cp, mkdtemp, open, readdir, rm, truncate, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { KEPT_VERSION } from '#src/domain/mailbox/search/kept-aspects.ts'
import { keptValues } from '#src/domain/mailbox/search/kept-values.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { appendMessage, openTestStore, temporaryStore } from '#test/support/store.ts'
import { fullStore } from './full-store.ts'

const firstItems = Array.from({ length: 20 }, (_, index) => (index + 1) as ItemNo)

describe('check', () => {
  let scratch: string
  let sound: string
  let box: MailboxRef

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'landbridge-check-'))
    const full = await fullStore()
    box = full.mailboxes[0]!
    await full.store.close()
    sound = join(scratch, 'sound')
    await cp(full.folder, sound, { recursive: true })
    await rm(full.folder, { recursive: true })
  })
  after(() => rm(scratch, { recursive: true, force: true }))

  /** Checks a copy of the data after something was done to it. */
  async function checked(damage: (folder: string) => unknown, bodies = true): Promise<CheckResult> {
    const folder = join(scratch, 'damaged')
    await rm(folder, { recursive: true, force: true })
    await cp(sound, folder, { recursive: true })
    await damage(folder)
    const { store, care } = await openTestStore(folder)
    try {
      return await care.check({ bodies })
    } finally {
      await store.close()
    }
  }
  const sql = (text: string) => (folder: string) => {
    const database = new Database(join(folder, 'landbridge.sqlite'))
    database.function('flipped', (octets) => {
      const changed = Buffer.from(octets as Buffer)
      changed[changed.length - 20]! ^= 1
      return changed
    })
    const { changes } = database.prepare(text).run()
    database.close()
    assert.ok(changes > 0, `nothing was damaged by ${text}`)
  }
  /** Keeps a subject of each message for searches, as it is or another one. */
  const keeping = (subject: string | undefined) => async (folder: string) => {
    const { store } = await openTestStore(folder)
    try {
      const scope = { organization: box.organization, mailboxes: [box.mailbox] }
      await store.transact(scope, async ({ mailboxes }) => {
        const items = await mailboxes.getItems(box, firstItems, ['summary'])
        const aspect = { name: 'subject', version: KEPT_VERSION }
        const digested = items.map((item) => ({
          no: item.no,
          modseq: item.modseq,
          value: subject ?? String(keptValues.subject(item, item.summary!)),
        }))
        await mailboxes.keepDigests(box, aspect, digested)
      })
    } finally {
      await store.close()
    }
  }
  const inSegment = async (folder: string, damage: (file: string) => Promise<unknown>) => {
    const [name] = await readdir(join(folder, 'bodies'))
    await damage(join(folder, 'bodies', name!))
  }
  const flipAt = (place: number) => (folder: string) =>
    inSegment(folder, async (path) => {
      await using file = await open(path, 'r+')
      const octet = Buffer.alloc(1)
      await file.read(octet, 0, 1, place)
      await file.write(Buffer.from([octet[0]! ^ 1]), 0, 1, place)
    })

  it('of a sound store finds nothing and counts everything', async () => {
    const result = await checked(() => undefined)
    assert.deepEqual(result, {
      organizations: 1,
      mailboxes: 3,
      items: 10,
      bodies: 4,
      withoutKey: [],
      findings: [],
      findingCount: 0,
    })
  })

  it('looks at one moment for a second only, so that the log can start anew', async (t) => {
    const temporary = await temporaryStore({ mailboxes: 6 })
    try {
      for (const box of temporary.mailboxes) await appendMessage(temporary.store, box, 'large', 40_000)
      const runNow = t.mock.method(SqliteConnection.prototype, 'runNow')
      let now = 0
      t.mock.method(performance, 'now', () => {
        now += 600
        return now
      })
      let appended: Promise<unknown> | undefined
      const result = await temporary.care.check({ bodies: true }, () => {
        appended ??= appendMessage(temporary.store, temporary.mailboxes[5]!, 'meanwhile', 10)
      })
      await appended
      const begun = runNow.mock.calls.filter((call) => call.arguments[0] === 'BEGIN').length
      assert.ok(begun >= 6, `${begun} moments`)
      assert.deepEqual(result.findings, [])
      assert.equal(result.items, 7)
      assert.equal(result.bodies, 7)
    } finally {
      await temporary.remove()
    }
  })

  it('ends soon after it was called off, and so does the store', async () => {
    const { store, care } = await openTestStore(sound)
    const stop = new AbortController()
    const checking = care.check({ bodies: true }, undefined, stop.signal)
    stop.abort(new Error('enough'))
    await assert.rejects(checking, /enough/)
    const again = assert.rejects(care.check({ bodies: true }), /closing/)
    await store.close()
    await again
  })

  const damages: Record<string, [damage: (folder: string) => unknown, finding: RegExp]> = {
    'a body that is not there': [sql('DELETE FROM body WHERE sealed IS NOT NULL'), /body of item \d+ is not/],
    'a body for another item': [
      sql('UPDATE body SET item = item + 1000'),
      /Body \d+ is there for item \d+, which does not have it/,
    ],
    'an item with a body for another': [
      sql('UPDATE body SET item = item + 1000'),
      /Item \d+ has body \d+, which is there for item \d+ and not shared/,
    ],
    'a copy with whom nothing is shared': [
      sql('DELETE FROM body_share'),
      /Item \d+ has body \d+, which is there for item \d+ and not shared/,
    ],
    'a body shared with nobody': [
      sql('INSERT INTO body_share SELECT mailbox, no, 7777 FROM body'),
      /Body \d+ is shared with item 7777, which does not have it/,
    ],
    'a body shared with the item that it is for': [
      sql('INSERT INTO body_share SELECT mailbox, no, item FROM body'),
      /Body \d+ is shared with item \d+, to which it belongs/,
    ],
    'a body without an item': [
      sql(
        'INSERT INTO body (no, mailbox, item, salt, size_bytes, sealed) SELECT no + 9, mailbox, item, salt, size_bytes, sealed FROM body WHERE sealed IS NOT NULL',
      ),
      /Body \d+ is there for item \d+, which does not have it/,
    ],
    'a body of a mailbox that is not there': [
      sql('UPDATE body SET mailbox = mailbox + 1000000'),
      /Row \d+ of table body belongs to a mailbox that is not there/,
    ],
    'a body at a place that is no number': [
      sql("UPDATE body SET place = 'x' WHERE place = 0"),
      /Body \d+ lies at a place that there cannot be/,
    ],
    'a body in a file that has no number': [
      sql("UPDATE body SET segment = 'x' WHERE segment IS NOT NULL"),
      /Body \d+ lies at a place that there cannot be/,
    ],
    'a body whose size is no number': [
      sql("UPDATE body SET size_bytes = 'x' WHERE segment IS NOT NULL"),
      /Body \d+ lies at a place that there cannot be/,
    ],
    'a sealed row without an item': [
      sql('INSERT INTO item_sealed (mailbox, item, listing) SELECT mailbox, item, listing FROM item_sealed'),
      /The sealed row \d+ is there for item \d+, which does not have it/,
    ],
    'an item with the sealed row of another': [
      sql('UPDATE item SET sealed = (SELECT MAX(sealed) FROM item)'),
      /does not open/,
    ],
    'a body in its row that was changed': [
      sql('UPDATE body SET sealed = flipped(sealed) WHERE sealed IS NOT NULL'),
      /Chunk 0 of body:\d+ does not open/,
    ],
    'a body in its row that was cut': [
      sql('UPDATE body SET sealed = SUBSTR(sealed, 1, 20) WHERE sealed IS NOT NULL'),
      /not as long as its row says/,
    ],
    'a body that lies nowhere': [sql('UPDATE body SET segment = NULL WHERE sealed IS NULL'), /lies nowhere/],
    'a body of another size than its item': [
      sql('UPDATE item SET size_bytes = size_bytes + 1 WHERE body IS NOT NULL'),
      /octets, its body says/,
    ],
    'a body at another place': [
      sql('UPDATE body SET place = place + 8 WHERE place = 0'),
      /overlaps the body before it/,
    ],
    'a body without its header': [flipAt(3), /At octet 0 there is no header of body/],
    'a body in a file that was changed': [flipAt(100_000), /Chunk 1 of body:\d+ does not open/],
    'a file that was cut': [
      (folder) => inSegment(folder, (file) => truncate(file, 300_000)),
      /ends behind the end of the file/,
    ],
    'a file that is missing': [(folder) => inSegment(folder, unlink), /The file is missing/],
    'octets in use that are not as counted': [
      sql('UPDATE segment SET live_bytes = live_bytes + 1'),
      /octets are counted as in use, and bodies take/,
    ],
    'a file that no row counts': [sql('DELETE FROM segment'), /no octet is counted as in use/],
    'an item of no class there is': [
      sql("UPDATE item SET class = 'x'"),
      /is of class "x", which there is not/,
    ],
    'an item with a flag that there is not': [
      sql('UPDATE item SET flags = flags + 1024'),
      /flags that there are not/,
    ],
    'a summary that was changed': [sql('UPDATE item_sealed SET listing = flipped(listing)'), /does not open/],
    'a summary that was moved to another item': [
      sql('UPDATE item_sealed SET listing = (SELECT listing FROM item_sealed ORDER BY item DESC LIMIT 1)'),
      /does not open/,
    ],
    'a folder that counts wrong': [
      sql('UPDATE folder SET unseen = unseen + 1'),
      /unseen is \d+, but counting/,
    ],
    'a mailbox that counts wrong': [sql('UPDATE mailbox SET size_bytes = size_bytes + 1'), /sizeBytes is/],
    'a mailbox without its key': [sql('UPDATE mailbox SET wrapped_key = NULL'), /wrapped key is gone/],
    'a mailbox under no key there can be': [
      sql("UPDATE mailbox SET key_ref = 'x'"),
      /data key does not open/,
    ],
    'a mailbox whose key was changed': [
      sql('UPDATE mailbox SET wrapped_key = flipped(wrapped_key)'),
      /Its data key does not open/,
    ],
    'a mailbox without its organisation': [sql('DELETE FROM organization'), /organisation is not there/],
    'a destroyed mailbox with a key': [sql("UPDATE mailbox SET state = 'destroyed'"), /key is still there/],
    'settings that were changed': [sql('UPDATE organization SET sealed = flipped(sealed)'), /does not open/],
    'an entry that was changed': [
      sql('UPDATE directory_entry SET sealed = flipped(sealed)'),
      /does not open/,
    ],
    'an entry with another state': [sql("UPDATE directory_entry SET state = 'DISABLED'"), /does not agree/],
    'an entry under another name': [
      sql('UPDATE directory_entry SET name_key = flipped(name_key || name_key)'),
      /another name than its own/,
    ],
    'an entry of the future': [sql('UPDATE directory_entry SET version = version + 99'), /changed later/],
    'an address that is not found': [
      sql("DELETE FROM directory_address WHERE kind = 'x500'"),
      /not found by its x500 address/,
    ],
    'an address of nobody': [
      sql("UPDATE directory_address SET entry = 'nobody'"),
      /the id of an entry of its organisation: "nobody"/,
    ],
    'an address too many': [
      sql(
        "INSERT INTO directory_address SELECT org, x'00', entry, kind, domain FROM directory_address LIMIT 1",
      ),
      /an address that it does not have/,
    ],
    'a member that is nobody': [
      sql("UPDATE directory_member SET member = 'nobody'"),
      /the id of an entry of its organisation: "nobody"/,
    ],
    'a right for nobody': [
      sql("UPDATE directory_permission SET grantee = 'nobody'"),
      /the id of an entry of its organisation: "nobody"/,
    ],
    'a delegate that is nobody': [
      sql("UPDATE resource_delegate SET delegate = 'x'"),
      /the id of an entry of its organisation: "x"/,
    ],
    'a password of another': [
      sql("UPDATE directory_credential SET entry = (SELECT id FROM directory_entry WHERE kind = 'group')"),
      /does not open/,
    ],
    'an access token that was changed': [
      sql('UPDATE access_token SET sealed = flipped(sealed)'),
      /does not open/,
    ],
    'an access key that was changed': [
      sql('UPDATE access_key SET sealed = flipped(sealed)'),
      /does not open/,
    ],
    'an access key made one for all organisations': [
      sql('UPDATE access_key SET organization = NULL'),
      /does not open/,
    ],
    'a photo that was changed': [
      sql('UPDATE directory_attachment SET sealed = flipped(sealed)'),
      /does not open/,
    ],
    'a domain that was changed': [sql('UPDATE mail_domain SET sealed = flipped(sealed)'), /does not open/],
    'a domain under another MAIL FROM domain': [
      sql("UPDATE mail_domain SET mail_from = 'bounce.far.example'"),
      /corp\.example does not agree with its sealed record/,
    ],
    'a default domain that is gone': [
      sql("DELETE FROM mail_domain WHERE name = 'corp.example'"),
      /They name the domain corp\.example, which is not there/,
    ],
    'a signing key that was changed': [
      sql('UPDATE mail_domain SET sealed_key = flipped(sealed_key)'),
      /does not open/,
    ],
    'what searches keep that was changed': [
      sql('UPDATE digest SET sealed = flipped(sealed)'),
      /Block 0 of what searches keep of "subject": .*does not open/,
    ],
    'what searches keep that was moved': [
      sql("UPDATE digest SET aspect = 'from'"),
      /Block 0 of what searches keep of "from": .*does not open/,
    ],
    'what searches keep that is wrong': [keeping('another'), /says of item \d+ what its summary does not/],
    'what searches keep of an item that is gone': [
      async (folder) => {
        await keeping(undefined)(folder)
        sql(
          'DELETE FROM item WHERE no IN (SELECT no FROM item WHERE mailbox = (SELECT mailbox FROM digest) LIMIT 1)',
        )(folder)
      },
      /searches keep of "subject" names item \d+, which is not there/,
    ],
    'a mailbox that is gone': [
      sql('DELETE FROM mailbox WHERE id IN (SELECT mailbox FROM directory_entry)'),
      /the id of a mailbox of its organisation that is in use/,
    ],
  }
  for (const [what, [damage, finding]] of Object.entries(damages)) {
    it(`finds ${what}`, async () => {
      const { findings, findingCount } = await checked(damage)
      assert.ok(
        findings.some(({ where, what, remedy }) => where && remedy && finding.test(what)),
        `found ${findingCount}: ${JSON.stringify(findings.slice(0, 5), null, 1)}`,
      )
    })
  }

  it('finds a database file that was written over', async () => {
    const { findings } = await checked(async (folder) => {
      const file = join(folder, 'landbridge.sqlite')
      const database = new Database(file)
      const { rootpage } = database
        .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'item_by_received'")
        .get() as { rootpage: number }
      const size = database.pragma('page_size', { simple: true }) as number
      database.close()
      await using handle = await open(file, 'r+')
      await handle.write(Buffer.alloc(size, 0x5a), 0, size, (rootpage - 1) * size)
    })
    assert.ok(
      findings.some(({ where }) => where === 'database file'),
      JSON.stringify(findings),
    )
  })

  it('leaves bodies unread unless asked to', async () => {
    assert.equal((await checked(flipAt(100_000), false)).findingCount, 0)
  })

  it('lists a thousand findings at most and counts them all', async () => {
    const { findings, findingCount } = await checked(
      sql(`WITH RECURSIVE n (no) AS (SELECT 1000 UNION ALL SELECT no + 1 FROM n WHERE no < 3499)
        INSERT INTO body (mailbox, no, item, salt, size_bytes, sealed)
        SELECT (SELECT MIN(no) FROM mailbox), no + 9000000, 1, x'00', 1, x'00' FROM n`),
    )
    assert.equal(findings.length, 1_000)
    assert.ok(findingCount >= 5_000, `${findingCount}`)
  })

  it('names an organisation whose key is switched off, and checks the rest', async () => {
    const { store, care, ...rest } = await temporaryStore({ mailboxes: 3 })
    try {
      const other = await store.organizations.create({ alias: 'other' })
      await store.organizations.disableKey(rest.organization.id)
      const result = await care.check({ bodies: true })
      assert.deepEqual(result.findings, [])
      assert.deepEqual(
        result.withoutKey.map(({ organization }) => organization),
        [rest.organization.id],
      )
      assert.match(result.withoutKey[0]!.why, /switched off|disabled/)
      assert.equal(result.mailboxes, 3)
      assert.equal(result.organizations, 2)
      assert.equal(await store.organizations.keyState(other.id), 'enabled')
    } finally {
      await rest.remove()
    }
  })

  it('without a key still sees that bodies and items do not belong together', async () => {
    const disabled = async (folder: string) => {
      const { store } = await openTestStore(folder)
      const { rows } = await store.organizations.list(null, 1)
      await store.organizations.disableKey(rows[0]!.id)
      await store.close()
    }
    const { findings, withoutKey, items } = await checked(async (folder) => {
      await disabled(folder)
      sql('UPDATE body SET item = item + 1000')(folder)
    })
    assert.equal(withoutKey.length, 1)
    assert.equal(items, 10)
    assert.ok(findings.some(({ what }) => /which is there for item \d+ and not shared/.test(what)))
    assert.ok(findings.some(({ what }) => /Body \d+ is there for item \d+, which does not/.test(what)))
  })

  it('tells how far it is, and stops when told to', async () => {
    const temporary = await temporaryStore({ mailboxes: 5 })
    try {
      const seen: string[] = []
      await temporary.care.check({ bodies: true }, ({ what, done, total }) =>
        seen.push(`${what} ${done}/${total}`),
      )
      assert.ok(seen.includes('Checking mailboxes 5/5'), seen.join())
      const stop = new AbortController()
      const checking = temporary.care.check(
        { bodies: true },
        ({ what }) => what === 'Checking mailboxes' && stop.abort(new Error('enough')),
        stop.signal,
      )
      await assert.rejects(checking, /enough/)
    } finally {
      await temporary.remove()
    }
  })
})
