/** A whole service over TLS and our own IMAP client: what goes in compressed comes out the same, and rights and quotas are told. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { WHOLE } from '#test/clients/imap/sessions.ts'
import { type MailSite, openMailSite, PASSWORD } from './mail-site.ts'

let site: MailSite
let ca: string
before(async () => {
  site = await openMailSite()
  for (const name of ['ann', 'bob']) await site.user(name)
  ca = await new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: site.port('imaps'), rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerX509Certificate()!
      resolve(`-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`)
      socket.destroy()
    })
    socket.on('error', reject)
  })
})
after(() => site.end())

function open(user: string, mode: 'implicit' | 'starttls'): Promise<ImapSession> {
  return openImapSession({
    host: '127.0.0.1',
    port: site.port(mode === 'implicit' ? 'imaps' : 'imap'),
    tls: { mode, verifyName: 'localhost', ca },
    credentials: { name: `${user}@${site.domain}`, password: PASSWORD },
  })
}

function message(octets: Buffer) {
  const whole = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), octets])
  return {
    sizeBytes: whole.length,
    digest: createHash('sha256').update(whole).digest('hex'),
    async *content() {
      for (let at = 0; at < whole.length; at += 50_000) yield whole.subarray(at, at + 50_000)
    },
  }
}

for (const mode of ['implicit', 'starttls'] as const) {
  test(`messages survive compression, with ${mode} TLS`, { timeout: 300_000 }, async () => {
    const session = await open('ann', mode)
    await session.compress()
    const texts = [
      Buffer.from('short\r\n'),
      Buffer.alloc(3_000_000, 'the same again and again\r\n'),
      Buffer.from(randomBytes(3_000_000).toString('base64').replace(/.{76}/g, '$&\r\n')),
    ]
    const sent = texts.map(message)
    const stored = await session.append('Drafts', ...sent)
    await session.select('Drafts')
    const found: string[] = []
    const range = SequenceSet.of([...stored!.uids])
    for await (const fetched of session.fetch(range, [WHOLE])) {
      const hash = createHash('sha256')
      for await (const piece of fetched.body()) hash.update(piece)
      found.push(hash.digest('hex'))
    }
    assert.deepEqual(
      found,
      sent.map(({ digest }) => digest),
    )
    await session.logout()
  })
}

test('quota and rights are told and changed', { timeout: 300_000 }, async () => {
  const [ann, bob] = [await open('ann', 'implicit'), await open('bob', 'implicit')]
  const [quota] = await ann.quotaRoots('INBOX')
  assert.equal(quota?.resources[0]?.resource, 'STORAGE')
  assert.deepEqual(await ann.quota(''), quota)
  const identifier = `bob@${site.domain}`
  await ann.setAcl({ mailbox: 'INBOX', identifier, rights: 'lrswite', change: 'set' })
  const given = (await ann.acl('INBOX')).find((each) => each.identifier === identifier)
  assert.equal(given?.rights, 'lrswited')
  const shared = `Other Users/ann@${site.domain}/INBOX`
  assert.equal(await bob.myRights(shared), 'lrswited')
  await ann.deleteAcl('INBOX', identifier)
  assert.equal((await ann.acl('INBOX')).length, 1)
  for (const session of [ann, bob]) await session.logout()
})
