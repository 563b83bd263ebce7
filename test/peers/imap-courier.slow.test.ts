/** Mailboxes of Courier IMAP, which has no CONDSTORE, MOVE, LIST-EXTENDED or SPECIAL-USE: copied whole with what happens to them in between. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type Courier, courier, startCourier } from '#test/support/courier.ts'
import { copiesWhole } from '#test/support/imap-server-moves.ts'
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
