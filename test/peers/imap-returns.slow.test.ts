/** Messages that are put back at IMAP servers: Dovecot and our own. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { MailboxSource, SourceFolder, SourceItem, SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { CopiedMailbox } from '#test/support/copied-mailbox.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { type ImapPlace, openPlace, placeNames } from '#test/support/imap-places.ts'

const { signal } = new AbortController()

const message = (octets: Buffer, more: Partial<SourceItem> = {}): SourceItem => ({
  ...{ key: 'here', version: '1', match: null, class: 'message', title: 'since', properties: {} },
  ...{
    receivedAt: Date.UTC(2026, 5, 1, 10),
    flags: 0,
    keywords: [],
    content: null,
    attachments: [],
    losses: [],
  },
  message: {
    sizeBytes: octets.length,
    open: async function* () {
      yield octets
    },
  },
  ...more,
})

for (const place of placeNames) {
  const skip = place === 'Dovecot' ? dovecot.skip : false
  describe(`${place}, to which messages go back`, { skip, timeout: 300_000 }, () => {
    let at: ImapPlace
    let login: string
    let source: MailboxSource
    let mailbox: SourceMailbox
    let inbox: SourceFolder
    before(async () => {
      at = await openPlace(place)
      login = await at.user('ann')
      source = openImapSource({
        host: '127.0.0.1',
        port: at.port,
        tls: { mode: 'implicit', verifyName: 'localhost', ca: await readFile(at.ca, 'utf8') },
        signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: at.password }) },
      })
      mailbox = await source.open(login, signal)
      inbox = (await Array.fromAsync(mailbox.folders(signal))).find(({ role }) => role === 'inbox')!
    })
    after(async () => {
      await mailbox?.close()
      await at?.end()
    })

    const put = async (
      item: SourceItem,
      { mark, again = false }: { mark?: string; again?: boolean } = {},
    ) => {
      const since = mark ?? (await mailbox.returns!.mark(inbox, signal))
      return mailbox.returns!.put(inbox, item, { token: 't', mark: since, again }, signal)
    }
    const inboxOf = async () => {
      const copied = new CopiedMailbox()
      await copied.pass(mailbox, signal)
      return copied.in(inbox.name)
    }

    it('with octets, marks and when they came, under the key that its lists tell', async () => {
      const octets = Buffer.from(`Message-ID: <1@here>\r\nSubject: since\r\n\r\n${'Line\r\n'.repeat(50_000)}`)
      const flags = Flag.seen | Flag.flagged
      const told = await put(message(octets, { flags, keywords: ['Work', 'Rote Kategorie'] }))
      assert.deepEqual(
        told.losses.map(({ property }) => property),
        ['category'],
      )
      const [found] = await inboxOf()
      assert.deepEqual([found!.item.key, found!.item.version], [told.key, told.version])
      assert.deepEqual([found!.item.flags, found!.item.keywords], [flags, ['Work']])
      assert.equal(found!.item.receivedAt, Date.UTC(2026, 5, 1, 10))
      assert.equal(found!.item.message!.sizeBytes, octets.length)
    })

    it('once, though nobody heard that it had arrived; another one like it is another one', async () => {
      for (const header of ['Message-ID: <2@here>\r\n', '']) {
        const octets = Buffer.from(`${header}Subject: twice${header.length}\r\n\r\nText\r\n`)
        const mark = await mailbox.returns!.mark(inbox, signal)
        const before = (await inboxOf()).length
        const first = await put(message(octets), { mark })
        const again = await put(message(octets), { mark, again: true })
        assert.equal(again.key, first.key)
        const other = await put(message(octets), { again: true })
        assert.notEqual(other.key, first.key)
        assert.equal((await inboxOf()).length, before + 2)
      }
    })

    it('into folders that are made for it, also below others', async () => {
      const make = mailbox.returns!.makeFolder!
      const above = await make({ name: 'Above', class: 'message' }, null, signal)
      const below = await make({ name: 'Below', class: 'message' }, above, signal)
      const listed = await Array.fromAsync(mailbox.folders(signal))
      assert.equal(listed.find(({ key }) => key === below.key)?.parent, above.key)
    })

    it('and folders get another name and place, with what lies below them', async () => {
      const { makeFolder: make, placeFolder: place } = mailbox.returns!
      const other = await make!({ name: 'Other', class: 'message' }, null, signal)
      const first = await make!({ name: 'First', class: 'message' }, null, signal)
      await make!({ name: 'Within', class: 'message' }, first, signal)
      const now = await place!(first, { name: 'Renamed', parent: other }, signal)
      assert.deepEqual([now.name, now.parent], ['Renamed', other.key])
      const listed = await Array.fromAsync(mailbox.folders(signal))
      assert.equal(listed.find(({ name }) => name === 'Within')?.parent, now.key)
      const session = await at.open(login)
      const shown = await session.folders({ patterns: ['*'], subscribedOnly: true })
      await session.logout()
      const below = shown.filter(({ name }) => /First|Renamed/.test(name))
      assert.deepEqual(below.map(({ name, delimiter }) => name.split(delimiter!).join('/')).sort(), [
        'Other/Renamed',
        'Other/Renamed/Within',
      ])
      await assert.rejects(
        place!(now, { name: 'Other', parent: null }, signal),
        (error) => error instanceof SourceFailure && error.kind === 'item-permanent',
      )
    })

    it('and subscribed to, or not, as they are here', async () => {
      const made = await mailbox.returns!.makeFolder!({ name: 'Listed', class: 'message' }, null, signal)
      for (const subscribed of [false, true]) {
        await mailbox.returns!.subscribe!(made, subscribed, signal)
        const session = await at.open(login)
        const shown = await session.folders({ patterns: ['*'], subscribedOnly: true })
        await session.logout()
        assert.equal(
          shown.some(({ name }) => name === 'Listed'),
          subscribed,
        )
      }
    })

    it('and nothing but mail', async () => {
      const event = message(Buffer.from(''), { class: 'event', message: null, content: {} })
      await assert.rejects(
        put(event),
        (error) => error instanceof SourceFailure && error.kind === 'item-permanent',
      )
    })

    it('marks of one that is there are as here, and it moves, once', async () => {
      const octets = Buffer.from('Message-ID: <changed@here>\r\nSubject: changed\r\n\r\nText\r\n')
      const { key, match } = await put(message(octets, { title: 'changed' }))
      const known = { key, match, title: 'changed', folder: inbox, class: 'message' } as const
      const flags = Flag.seen | Flag.answered
      const marks = { flags, keywords: ['Work', 'Rote Kategorie'] }
      const how = (mark: string, again = false) => ({ token: 't', mark, again })
      const told = await mailbox.returns!.change(known, { marks, to: null }, how(''), signal)
      assert.deepEqual(
        told.losses.map(({ property }) => property),
        ['category'],
      )
      const [there] = (await inboxOf()).filter(({ item }) => item.key === key)
      assert.deepEqual([there!.item.version, there!.item.flags], [told.version, flags])
      const to = await mailbox.returns!.makeFolder!({ name: 'Elsewhere', class: 'message' }, null, signal)
      const mark = await mailbox.returns!.mark(to, signal)
      const first = await mailbox.returns!.change(known, { marks: null, to }, how(mark), signal)
      const again = await mailbox.returns!.change(known, { marks: null, to }, how(mark, true), signal)
      assert.equal(again.key, first.key)
      assert.equal((await inboxOf()).filter(({ item }) => item.key === key).length, 0)
      await assert.rejects(
        mailbox.returns!.change(known, { marks: null, to }, how(mark), signal),
        (error: unknown) => error instanceof SourceFailure && error.code === 'gone',
      )
      const other = { ...known, key: key.replace(/\.\d+\./, '.1.') }
      await assert.rejects(
        mailbox.returns!.change(other, { marks: null, to }, how(mark), signal),
        (error: unknown) => error instanceof SourceFailure && error.code === 'renumbered',
      )
    })

    it('what lies in a folder that got another name or place is marked and moves, by the key that it had before', async () => {
      const { change, makeFolder: make, placeFolder: place, mark } = mailbox.returns!
      const above = await make!({ name: 'Umbrella', class: 'message' }, null, signal)
      const folder = await make!({ name: 'Before', class: 'message' }, null, signal)
      const octets = Buffer.from('Message-ID: <stays@here>\r\nSubject: stays\r\n\r\nText\r\n')
      const order = { token: 't', mark: await mark(folder, signal), again: false }
      const item = message(octets, { title: 'stays' })
      const { key, match } = await mailbox.returns!.put(folder, item, order, signal)
      const now = await place!(folder, { name: 'After', parent: above }, signal)
      const known = { key, match, title: 'stays', folder: now, class: 'message' } as const
      const marks = { flags: Flag.flagged, keywords: [] }
      await change(known, { marks, to: null }, order, signal)
      const moving = { ...order, mark: await mark(inbox, signal) }
      const moved = await change(known, { marks: null, to: inbox }, moving, signal)
      const [there] = (await inboxOf()).filter((each) => each.item.key === moved.key)
      assert.deepEqual([there?.item.title, there?.item.flags], ['stays', Flag.flagged])
    })
  })
}
