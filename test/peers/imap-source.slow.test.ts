/** Mailboxes of IMAP servers as sources of a migration: Dovecot and our own server, with what happens between two passes. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSourceOptions } from '#connectors/imap/server.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { MailboxSource, SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { WHOLE } from '#test/clients/imap/sessions.ts'
import { CopiedMailbox } from '#test/support/copied-mailbox.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { sampleMessage, toAppend } from '#test/support/imap-mail.ts'
import { type ImapPlace, openPlace, placeNames } from '#test/support/imap-places.ts'

const { signal } = new AbortController()

/** What a folder holds, read by UID with our own client. */
async function truth(session: ImapSession, path: string): Promise<string[]> {
  await session.select(path, { readOnly: true })
  const found: string[] = []
  if (session.selected!.exists === 0) return found
  for await (const message of session.fetch(SequenceSet.all, [
    { item: 'FLAGS' },
    { item: 'INTERNALDATE' },
    WHOLE,
  ])) {
    const hash = createHash('sha256')
    for await (const piece of message.body()) hash.update(piece)
    const { flags = [], internalDate } = message.data
    const seen = flags.includes('\\Seen') ? 'seen' : 'new'
    const flagged = flags.includes('\\Flagged') ? 'flagged' : ''
    const forwarded = flags.includes('$Forwarded') ? 'forwarded' : ''
    const words = flags.filter((flag) => !/^(?:\\.*|\$Forwarded)$/.test(flag)).sort()
    found.push([hash.digest('hex'), internalDate?.epochMs, seen, flagged, forwarded, ...words].join(' '))
  }
  return found.sort()
}

function copy(mailbox: CopiedMailbox, name: string): string[] {
  return mailbox
    .in(name)
    .map(({ digest, item }) =>
      [
        digest,
        item.receivedAt,
        item.flags & Flag.seen ? 'seen' : 'new',
        item.flags & Flag.flagged ? 'flagged' : '',
        item.flags & Flag.forwarded ? 'forwarded' : '',
        ...item.keywords,
      ].join(' '),
    )
    .sort()
}

for (const place of placeNames) {
  const skip = place === 'Dovecot' ? dovecot.skip : false
  describe(`${place} as a source`, { skip, timeout: 300_000 }, () => {
    let at: ImapPlace
    let source: MailboxSource
    let mailbox: SourceMailbox
    let session: ImapSession
    let login: string
    let options: ImapSourceOptions
    const copied = new CopiedMailbox()

    before(async () => {
      at = await openPlace(place)
      login = await at.user('ann')
      session = await at.open(login)
      options = {
        host: '127.0.0.1',
        port: at.port,
        tls: { mode: 'implicit', verifyName: 'localhost', ca: await readFile(at.ca, 'utf8') },
        signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: at.password }) },
        sizes: { together: 9, pieceBytes: 100_000 },
      }
      source = openImapSource(options)
      mailbox = await source.open(login, signal)
    })
    after(async () => {
      await mailbox?.close()
      session?.destroy()
      await at?.end()
    })

    const same = async (...paths: (readonly [path: string, name: string])[]) => {
      for (const [path, name] of paths) assert.deepEqual(copy(copied, name), await truth(session, path), path)
    }

    it('is found in order by its check, and by name what stands against it', async () => {
      const found = await source.check(login, signal)
      assert.deepEqual(
        found.filter(({ state }) => state !== 'ok'),
        [],
      )
      assert.deepEqual(
        found.map(({ name }) => name),
        ['connection', 'TLS', 'sign-in', 'version', 'read', 'changes'],
      )
      const credentialsOf = async (name: string) => ({ name, password: 'wrong' })
      const wrong = openImapSource({ ...options, signIn: { kind: 'own', credentialsOf } })
      const step = (await wrong.check(login, signal)).at(-1)!
      assert.equal(step.name, 'sign-in')
      assert.match(step.remedy, /password/)
      await assert.rejects(wrong.open(login, signal), (error) => {
        assert.ok(error instanceof SourceFailure)
        return error.kind === 'mailbox-permanent'
      })
      const other = openImapSource({ ...options, tls: { mode: 'implicit', verifyName: 'other.example' } })
      assert.equal((await other.check(null, signal)).at(-1)!.name, 'TLS')
      assert.deepEqual(
        (await source.check(null, signal)).flatMap(({ name, state }) =>
          state === 'ok' ? [] : [name, state],
        ),
        ['settings', 'warning'],
      )
      const [certificate] = source.expiries!()
      assert.equal(certificate!.of, `127.0.0.1:${at.port}`)
      assert.ok(certificate!.endsAt > Date.now())
    })

    it('names what is above a size, by its subject, and reads none of it', async () => {
      await session.create('Gross')
      for (const [subject, length] of [
        ['small', 10],
        ['=?utf-8?q?gr=C3=B6=C3=9Fer?=', 6_000],
        ['largest', 9_000],
      ] as const)
        await session.append('Gross', {
          ...toAppend(Buffer.from(`Subject: ${subject}\r\n\r\n${'x'.repeat(length)}\r\n`), []),
          date: { epochMs: Date.UTC(2020, 1, 3), zoneMinutes: 0 },
        })
      const own = await source.open(login, signal)
      const folders = await Array.fromAsync(own.folders(signal))
      const folder = folders.find(({ name }) => name === 'Gross')!
      const above = async (bytes: number, most: number) =>
        (await own.largeItems!(folder, { bytes, most }, signal)).map(({ title, sizeBytes }) => {
          assert.ok(sizeBytes > bytes)
          return title
        })
      assert.deepEqual((await above(5_000, 9)).sort(), ['größer', 'largest'])
      assert.deepEqual(await above(8_000, 9), ['largest'])
      assert.equal((await above(5_000, 1)).length, 1)
      assert.deepEqual(await above(2 ** 31, 9), [])
      await own.close()
      await session.delete('Gross')
    })

    it('is copied once, read only, with flags, keywords, dates and large messages', async () => {
      const append = async (path: string, numbers: number[], flags: string[] = []) => {
        for (const no of numbers)
          await session.append(path, {
            ...toAppend(sampleMessage(no, 'one'), flags),
            date: { epochMs: Date.UTC(2020, 1, 3, 4, 5, no), zoneMinutes: 60 },
          })
      }
      await session.create('Projekte')
      await session.create('Projekte/Übersicht & mehr'.replace('/', (await session.folders())[0]!.delimiter!))
      await append('INBOX', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
      await append('Projekte', [20, 21, 22], ['\\Seen', '\\Flagged', 'Work', '$Label1', '$Forwarded'])
      const large = Buffer.concat([sampleMessage(99, 'large'), Buffer.alloc(350_000, 'large text\r\n')])
      await session.append('Projekte', toAppend(large))
      await copied.pass(mailbox, signal)
      assert.equal(copied.read.length, 20)
      assert.deepEqual(copied.failed, [])
      await same(['INBOX', 'INBOX'], ['Projekte', 'Projekte'])
      const child = copied.folders.find(({ name }) => name === 'Übersicht & mehr')!
      assert.equal(child.parent, copied.folders.find(({ name }) => name === 'Projekte')!.key)
      assert.equal(copied.folders.find(({ name }) => name === 'INBOX')!.role, 'inbox')
      assert.ok(copied.in('INBOX').every(({ item }) => (item.flags & Flag.seen) === 0))
      assert.match(copied.in('Projekte')[0]!.item.title, /\w/)
    })

    it('costs no request for folders that did not change', async () => {
      const folders = await Array.fromAsync(mailbox.folders(signal))
      await copied.pass(mailbox, signal)
      assert.deepEqual([copied.read, copied.pages, copied.idle.length], [[], 0, folders.length])
    })

    it('tells what is new, changed, moved and gone, and reads only what is new', async () => {
      await session.select('INBOX')
      await session.store(NumberSet.of([2, 3]), 'add', ['\\Seen', 'Later'])
      await session.store(NumberSet.of([4]), 'add', ['\\Deleted'])
      await session.expunge(NumberSet.of([4]))
      await session.move(NumberSet.of([5, 6]), 'Projekte')
      for (const no of [30, 31, 32]) await session.append('INBOX', toAppend(sampleMessage(no, 'two')))
      await copied.pass(mailbox, signal)
      await same(['INBOX', 'INBOX'], ['Projekte', 'Projekte'])
      // What was moved is found by what it is where the new folder is asked before the old one tells that it is gone.
      assert.ok(copied.read.length <= 5, String(copied.read.length))
    })

    it('goes on where it stopped, with another connection too', async () => {
      for (let no = 40; no < 75; no++) await session.append('INBOX', toAppend(sampleMessage(no, 'three')))
      await session.select('INBOX')
      await session.store(NumberSet.of([1, 7, 8, 9, 10, 11, 12, 13, 14]), 'add', ['\\Answered', '\\Flagged'])
      await copied.pass(mailbox, signal, 3)
      const before = copied.read.length
      const again = await source.open(login, signal)
      await session.store(NumberSet.of([1]), 'remove', ['\\Flagged'])
      await copied.pass(again, signal)
      assert.equal(before + copied.read.length, 35)
      await again.close()
      await copied.pass(mailbox, signal)
      assert.equal(copied.read.length, 0)
      await same(['INBOX', 'INBOX'], ['Projekte', 'Projekte'])
    })

    it('tells of a folder that was made anew under its name, and nothing is read again', async () => {
      await session.select('Projekte')
      const all = SequenceSet.all
      await session.create('Later')
      await session.copy(all, 'Later')
      await session.unselect()
      await session.delete('Later')
      await session.create('Later')
      await session.select('Projekte')
      await session.copy(all, 'Later')
      await copied.pass(mailbox, signal)
      assert.deepEqual(copied.read, [])
      await same(['Later', 'Later'])
    })

    it('serves several at once, and ends a reading that nobody wants any more', async () => {
      const folder = copied.folders.find(({ name }) => name === 'INBOX')!
      const keys = [...copied.items].filter(([, each]) => each.folder === folder.key).map(([key]) => key)
      const first = mailbox.items(folder, keys, signal)[Symbol.asyncIterator]()
      await first.next()
      const page = await mailbox.changes(folder, null, 100, signal)
      assert.equal(page.changes.length, keys.length)
      await first.return?.()
      const until = new AbortController()
      const second = mailbox.items(folder, keys, until.signal)[Symbol.asyncIterator]()
      await second.next()
      until.abort()
      await assert.rejects(async () => {
        while (!(await second.next()).done);
      })
      assert.equal((await mailbox.changes(folder, page.cursor, 100, signal)).changes.length, 0)
    })
  })
}
