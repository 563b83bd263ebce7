/** Mailboxes of Courier IMAP, which has no CONDSTORE, MOVE, LIST-EXTENDED or SPECIAL-USE: copied whole with what happens to them in between. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type Courier, courier, startCourier } from '#test/support/courier.ts'
import { copiesWhole } from '#test/support/imap-server-moves.ts'
import { mailboxHere } from '#test/support/imap-truth.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { IMAP_PASSWORD } from '#test/support/unpacked-imap.ts'

const { signal } = new AbortController()
const credentialsOf = async (name: string) => ({ name, password: IMAP_PASSWORD })

copiesWhole({
  ...{ name: 'Courier', skip: courier.skip, emoji: false, start: startCourier },
  signIn: { kind: 'own', credentialsOf },
  path: (...levels) => ['INBOX', ...levels].join('.'),
})

describe('Courier, which opens the own mailbox whatever mailbox is named', { skip: courier.skip }, () => {
  let server: Courier
  before(async () => {
    server = await startCourier()
  })
  after(() => server?.end())

  it('is refused with a master account, and says why before anything is copied', async () => {
    const master = await server.user('master')
    const anna = await server.user('anna')
    const source = openImapSource({
      ...{ host: '127.0.0.1', port: server.port, tls: server.tls },
      signIn: { kind: 'master', name: master, password: IMAP_PASSWORD, form: 'authorization' },
    })
    await assert.rejects(source.open(anna, signal), (error) => {
      assert.ok(error instanceof SourceFailure)
      assert.deepEqual([error.kind, error.code, error.ofSignIn], ['refused', 'AUTHORIZATION', true])
      return /opens the mailbox of "master@corp.test"/.test(error.message)
    })
    const last = (await source.check(anna, signal)).at(-1)!
    assert.deepEqual([last.name, last.state, last.ofSignIn], ['sign-in', 'failed', true])
  })
})

describe('Courier with a mailbox that no program ever opened', {
  skip: courier.skip,
  timeout: 120_000,
}, () => {
  let server: Courier
  before(async () => {
    server = await startCourier()
  })
  after(() => server?.end())

  it('is copied once, whatever lies in its files, and not numbered anew for each that asks', async () => {
    const login = await server.user('anna')
    const files = [
      'Subject: a\0b\n\nText\0\0\n',
      `Subject: many\n\n${'\0'.repeat(300_000)}`,
      '',
      '\0',
      '\n',
      'Subject: no end',
      'Subject: gr\xfc\xdfe\n\n\xff\xfe\n',
      'Subject: )\n\n) FLAGS ()\n* 3 FETCH (UID 9)\n* BYE x\nL5 OK done\n',
      `Subject: long\n\n${'x'.repeat(2_000_000)}`,
    ]
    for (const [no, text] of files.entries()) {
      const name = `${1_700_000_000 + no}.M${no}P1.test,S=${text.length}:2,S`
      await writeFile(join(server.maildirOf(login), 'cur', name), text, 'latin1')
    }
    const clock = new ManualClock()
    const stop = clock.leap()
    const copy = await migratedMailbox(
      openImapSource({
        ...{ host: '127.0.0.1', port: server.port, tls: server.tls },
        signIn: { kind: 'own', credentialsOf: () => credentialsOf(login) },
      }),
      { clock },
    )
    try {
      assert.equal((await copy.pass()).items, files.length)
      const { '/Inbox': here } = await mailboxHere(copy.store, copy.at)
      const wanted = files.map((text) =>
        createHash('sha256')
          .update(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))
          .digest('base64url'),
      )
      assert.deepEqual(
        here!.map((line) => line.slice(0, 16)).sort(),
        wanted.map((hash) => hash.slice(0, 16)).sort(),
      )
      // It counts in seconds.
      await pause(1_100)
      assert.equal((await copy.pass()).items, 0)
    } finally {
      stop()
      await copy.remove()
    }
  })
})
