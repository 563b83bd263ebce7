/** Our IMAP client against Dovecot: what one writes the other reads, and nothing is lost on the way. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { MessageToAppend } from '#src/clients/imap/append.ts'
import type { MailboxEvent } from '#src/clients/imap/mailbox-event.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { WHOLE } from '#test/clients/imap/sessions.ts'
import { certificateFor } from '#test/support/certificate.ts'
import { DOVECOT_PASSWORD, type Dovecot, dovecot, startDovecot } from '#test/support/dovecot.ts'

const NAME = 'imap.corp.example'

function message(octets: number, more: Partial<MessageToAppend> = {}): MessageToAppend & { digest: string } {
  const head = Buffer.from(`Subject: of ${octets} octets\r\n\r\n`)
  const rest = Buffer.from(
    randomBytes(octets)
      .toString('base64')
      .slice(0, octets - head.length),
  )
  const whole = Buffer.concat([head, rest])
  const digest = createHash('sha256').update(whole).digest('hex')
  return {
    sizeBytes: whole.length,
    digest,
    async *content() {
      for (let at = 0; at < whole.length; at += 50_000) yield whole.subarray(at, at + 50_000)
    },
    ...more,
  }
}

describe('the IMAP client against Dovecot', { skip: dovecot.skip, timeout: 300_000 }, () => {
  let server: Dovecot
  let certificate: { cert: string; key: string }
  const sessions: ImapSession[] = []

  async function open(user: string, mode: 'implicit' | 'starttls' = 'starttls'): Promise<ImapSession> {
    const session = await openImapSession({
      host: '127.0.0.1',
      port: mode === 'implicit' ? server.imaps : server.imap,
      tls: { mode, verifyName: NAME, ca: certificate.cert },
      credentials: { name: `${user}@corp.example`, password: DOVECOT_PASSWORD },
    })
    sessions.push(session)
    return session
  }

  before(async () => {
    certificate = await certificateFor([NAME])
    server = await startDovecot({
      certificate,
      settings: [
        'mail_plugins = quota acl',
        'protocol imap {',
        '  mail_plugins = quota acl imap_quota imap_acl imap_zlib',
        '}',
        'plugin {',
        '  quota = count:User quota',
        '  quota_vsizes = yes',
        '  quota_rule = *:storage=100M',
        '  acl = vfile',
        '}',
      ],
    })
  })
  after(async () => {
    for (const session of sessions) session.destroy()
    await server?.stop()
  })

  it('secures the connection both ways, and takes no other name', async () => {
    for (const mode of ['implicit', 'starttls'] as const) {
      const session = await open('ann', mode)
      assert.ok(session.capabilities.has('MULTIAPPEND'))
      await session.logout()
    }
    const wrong = { mode: 'implicit', verifyName: 'other.example', ca: certificate.cert } as const
    const credentials = { name: 'ann@corp.example', password: DOVECOT_PASSWORD }
    const at = { host: '127.0.0.1', port: server.imaps, credentials, attempts: 1 }
    await assert.rejects(openImapSession({ ...at, tls: wrong }), { kind: 'tls' })
    const bad = { ...credentials, password: 'no' }
    const tls = { mode: 'implicit', verifyName: NAME, ca: certificate.cert } as const
    await assert.rejects(openImapSession({ ...at, tls, credentials: bad }), { kind: 'credentials' })
  })

  it('brings messages in and out, compressed or not, small, large and many at once', async () => {
    const session = await open('bob')
    const sizes = [100, 5_000, 300_000, 4_000_000]
    const sent = sizes.map((octets) => message(octets, { flags: ['\\Flagged', '$Work'] }))
    const one = await Promise.all(sent.slice(0, 3).map((each) => session.append('INBOX', each)))
    assert.deepEqual(
      one.map((each) => each?.uids),
      [[1], [2], [3]],
    )
    await session.compress()
    const many = [sent[3]!, ...sizes.slice(0, 3).map((octets) => message(octets))]
    assert.deepEqual((await session.append('INBOX', ...many))?.uids, [4, 5, 6, 7])
    await session.select('INBOX')
    const all = [...sent.slice(0, 3), ...many]
    for await (const fetched of session.fetch(SequenceSet.all, [
      { item: 'RFC822.SIZE' },
      { item: 'FLAGS' },
      WHOLE,
    ])) {
      const hash = createHash('sha256')
      for await (const piece of fetched.body()) hash.update(piece)
      const original = all[fetched.uid - 1]!
      assert.equal(hash.digest('hex'), original.digest)
      assert.equal(fetched.data.sizeBytes, original.sizeBytes)
      assert.equal(fetched.data.flags!.includes('$Work'), original.flags !== undefined)
    }
    assert.equal((await session.search({ key: 'flag', flag: '$Work', set: true })).all?.size, 4)
  })

  it('knows folders with names of all kinds, and what is in them', async () => {
    const session = await open('carol')
    const names = ['Käse', 'Käse/仕事', 'a & b', '😀 "quoted" \\', '&', 'x'.repeat(200)]
    for (const name of names) await session.create(name)
    await session.append('Käse', message(1_000))
    const found = await session.folders({ status: ['MESSAGES', 'SIZE', 'UIDNEXT'], subscribed: true })
    assert.deepEqual(new Set(found.map(({ name }) => name)), new Set(['INBOX', ...names]))
    assert.deepEqual(found.find(({ name }) => name === 'Käse')?.status, {
      MESSAGES: 1,
      SIZE: 1_000,
      UIDNEXT: 2,
    })
    await session.rename('Käse', 'Brot')
    await session.subscribe('Brot')
    const subscribed = await session.folders({ subscribedOnly: true })
    assert.deepEqual(
      subscribed.map(({ name }) => name),
      ['Brot'],
    )
    await session.delete('Brot/仕事')
    assert.deepEqual((await session.namespaces()).personal, [{ prefix: '', delimiter: '/' }])
    await assert.rejects(session.select('nowhere'), { kind: 'refused' })
  })

  it('tells of quota and rights', async () => {
    const session = await open('dave')
    const [quota] = await session.quotaRoots('INBOX')
    assert.deepEqual(quota?.resources, [{ resource: 'STORAGE', usage: 0, limit: 102_400 }])
    assert.deepEqual(await session.quota('User quota'), quota)
    await session.setAcl({ mailbox: 'INBOX', identifier: 'eve@corp.example', rights: 'lr', change: 'set' })
    const eve = (await session.acl('INBOX')).find(({ identifier }) => identifier === 'eve@corp.example')
    assert.equal(eve?.rights, 'lr')
    assert.match(await session.myRights('INBOX'), /a/)
  })

  it('follows what another session does, and catches up by QRESYNC', async () => {
    const [watcher, actor] = [await open('eve'), await open('eve')]
    for (const session of [watcher, actor]) await session.enable('CONDSTORE', 'QRESYNC')
    await actor.append('INBOX', ...Array.from({ length: 10 }, () => message(200)))
    await actor.create('Trash')
    const before = await watcher.select('INBOX')
    await actor.select('INBOX')
    const events: MailboxEvent[] = []
    const stop = new AbortController()
    const unlisten = watcher.listen((event) => {
      events.push(event)
      if (event.kind === 'vanished') stop.abort()
    })
    const idling = watcher.idle(stop.signal)
    await actor.store(NumberSet.of([2]), 'add', ['\\Flagged', '\\Deleted'])
    const [moved] = await actor.move(NumberSet.of([4, 5]), 'Trash')
    assert.deepEqual([String(moved?.from), String(moved?.to)], ['4:5', '1:2'])
    await actor.expunge(NumberSet.of([2]))
    await idling
    await watcher.noop()
    unlisten()
    assert.equal(watcher.selected?.exists, 7)
    assert.ok(events.some((event) => event.kind === 'vanished' && !event.earlier))
    await watcher.unselect()

    const late = await open('eve')
    await late.enable('QRESYNC')
    const gone: string[] = []
    const changed: number[] = []
    late.listen((event) => {
      if (event.kind === 'vanished' && event.earlier) gone.push(...String(event.uids).split(','))
      if (event.kind === 'flags') changed.push(event.uid!)
    })
    await actor.store(NumberSet.of([7]), 'add', ['\\Seen'])
    const { uidValidity, highestModseq } = before
    const selected = await late.select('INBOX', { qresync: { uidValidity, modseq: highestModseq! } })
    assert.equal(selected.exists, 7)
    assert.deepEqual([gone, changed], [['2', '4:5'], [7]])
    const left = await late.store(NumberSet.of([7]), 'set', [], { unchangedSince: highestModseq! })
    assert.equal(String(left), '7')
    const vanished: string[] = []
    const since = late.fetch(SequenceSet.all, [{ item: 'FLAGS' }], {
      changedSince: highestModseq!,
      vanished: (uids) => vanished.push(String(uids)),
    })
    const uids = []
    for await (const { uid } of since) uids.push(uid)
    assert.deepEqual([vanished, uids], [['2,4:5'], [7]])
  })
})
