import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { type MigrationSite, migrationSite } from '#test/support/migration-site.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const opened: (MigrationSite | { close: () => Promise<void> })[] = []
after(async () => {
  for (const each of opened) await each.close()
})

const PEOPLE = Array.from({ length: 20 }, (_, i) => `person${i}`)
const MAILS = 200
const EVENTS = 30
const CONTACTS = 20

test('twenty mailboxes of mixed items come over whole, once, and without a word to anybody', {
  timeout: 170_000,
}, async () => {
  const site = await migrationSite(PEOPLE, { settings: { verification: 3, pageItems: 50 } })
  opened.push(site)
  for (const name of PEOPLE) {
    const { box, folder } = site.inbox(name)
    const calendar = box.addFolder('Kalender', { role: 'calendar', class: 'event' })
    const contacts = box.addFolder('Kontakte', { role: 'contacts', class: 'contact' })
    for (let i = 0; i < MAILS; i++)
      box.addMessage(folder, `${name} ${i}`, { flags: i % 4, body: 'text '.repeat((i * 37) % 3_000) })
    for (let i = 0; i < EVENTS; i++)
      box.addContent(calendar, 'event', {
        '@type': 'Event',
        uid: `${name}-${i}`,
        title: `meeting ${i}`,
        start: '2027-01-11T10:00:00',
        timeZone: 'Europe/Berlin',
        participants: {
          other: { '@type': 'Participant', email: 'guest@elsewhere.example', roles: { attendee: true } },
        },
      })
    for (let i = 0; i < CONTACTS; i++)
      box.addContent(contacts, 'contact', { '@type': 'Card', name: { full: `contact ${i}` } })
  }
  const each = MAILS + EVENTS + CONTACTS
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced', 150_000)
  assert.equal(site.source.count('item'), PEOPLE.length * each, 'each was read once')

  // The same once more: nothing is written, and next to nothing asked.
  site.source.calls.length = 0
  const sizes = async () =>
    Promise.all(
      (await site.members()).map(async ({ mailbox }) => {
        const { modseq, items } = await site.store.mailboxes.getMailbox({
          organization: site.organization,
          mailbox: mailbox!,
        })
        return [modseq, items]
      }),
    )
  const before = await sizes()
  site.pass(24 * 3_600_000)
  await site.until(
    'every mailbox had its delta',
    async () => (await site.members()).every(({ pass, passFor }) => pass === 2 && passFor === null),
    60_000,
  )
  assert.deepEqual(await sizes(), before)
  assert.equal(site.source.count('items'), 0)
  assert.ok(site.source.count('changes') <= 2 * 3 * PEOPLE.length)

  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done', 120_000)
  for (const member of await site.members()) {
    assert.deepEqual([member.counts.copied, member.grade, member.state], [each, 'perfect', 'verified'])
    const { items } = await site.store.mailboxes.getMailbox({
      organization: site.organization,
      mailbox: member.mailbox!,
    })
    assert.equal(items, each)
  }
  assert.equal((await site.store.delivery.listQueue(site.organization, { limit: 10 })).rows.length, 0)
})

test('an item of 300 MB streams through', { timeout: 120_000 }, async () => {
  const source = new ScriptedSource()
  const box = source.box('anna@source.example')
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const sizeBytes = 300 * 1024 * 1024
  const chunk = Buffer.alloc(64 * 1024, `${'x'.repeat(76)}\r\n`)
  async function* open() {
    yield Buffer.from('Subject: large\r\n\r\n')
    for (let left = sizeBytes - 18; left > 0; left -= chunk.length)
      yield chunk.subarray(0, Math.min(left, chunk.length))
  }
  box.addMessage(inbox, 'large', { octets: { sizeBytes, open } })
  const mailbox: MigratedMailbox = await migratedMailbox(source)
  opened.push({ close: () => mailbox.remove() })
  let most = 0
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  await mailbox.pass()
  clearInterval(look)
  const { counts } = await mailbox.member()
  assert.deepEqual([counts.copied, counts.bytes], [1, sizeBytes])
  assert.ok(most < 400 * 1024 * 1024, `${Math.round(most / 1024 / 1024)} MB at most`)
})
