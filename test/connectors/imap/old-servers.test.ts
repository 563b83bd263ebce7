/** Servers that have little, say odd things or break down, as sources of a migration. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { CopiedMailbox } from '#test/support/copied-mailbox.ts'
import type { StubMailbox } from '#test/support/stub-imap-mailbox.ts'
import { stubImapSource } from '#test/support/stub-imap-source.ts'

const { signal } = new AbortController()
const opened: StubMailbox[] = []
afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

const text = (no: number, octets = 0) =>
  `Message-ID: <${no}@a.example>\r\nDate: Fri, 1 Jan 2021 00:00:00 +0000\r\nSubject: No ${no}\r\n\r\nText${'x'.repeat(octets)}\r\n`
const messages = (...uids: number[]) => uids.map((uid) => ({ uid, text: text(uid), flags: [] as string[] }))

async function stub(...of: Parameters<typeof stubImapSource>) {
  const each = await stubImapSource(...of)
  opened.push(each.server)
  return each
}

const failure = async (promise: Promise<unknown>): Promise<SourceFailure> => {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof SourceFailure, String(error))
  return error
}

test('without CONDSTORE the flags of all messages are looked at, and only what differs is told', async () => {
  const uids = Array.from({ length: 600 }, (_, index) => index * 3 + 1)
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(...uids) }])
  const mailbox = await source.open('ann', signal)
  const copied = new CopiedMailbox(50)
  await copied.pass(mailbox, signal)
  assert.equal(copied.read.length, 600)
  const carried = source.carried!()
  assert.ok(carried > 600 * text(1).length, `${carried}`)

  server.commands.length = 0
  await copied.pass(mailbox, signal)
  const asked = server.commands.map(({ text }) => text.split(' ').slice(0, 3).join(' '))
  assert.deepEqual(
    asked.filter((each) => !/^(?:LIST|LSUB|STATUS)/.test(each)),
    ['EXAMINE INBOX', 'UID FETCH 1:*'],
  )

  const inbox = server.folders[0]!
  inbox.messages.splice(100, 2)
  inbox.messages[300]!.flags = ['\\Seen', 'Work']
  inbox.messages.push(...messages(5_000))
  await copied.pass(mailbox, signal)
  assert.equal(copied.read.length, 1)
  assert.equal(copied.in('INBOX').length, 599)
  const changed = copied.in('INBOX').filter(({ item }) => item.flags !== 0)
  assert.deepEqual(
    changed.map(({ item }) => [item.flags, item.keywords, item.title]),
    [[Flag.seen, ['Work'], `No ${inbox.messages[300]!.uid}`]],
  )
  await mailbox.close()
})

test('a folder with another UIDVALIDITY is listed anew, and what is still there is not read again', async () => {
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }])
  const mailbox = await source.open('ann', signal)
  const copied = new CopiedMailbox(2)
  await copied.pass(mailbox, signal)
  const [folder] = copied.folders
  const old = [...copied.items.keys()]
  server.folders[0] = {
    name: 'INBOX',
    validity: 2,
    messages: [2, 3, 4, 9].map((no, index) => ({ uid: index + 1, text: text(no) })),
  }
  await copied.pass(mailbox, signal)
  assert.deepEqual([copied.restarted, copied.read.length], [1, 1])
  assert.deepEqual(
    copied
      .in('INBOX')
      .map(({ item }) => item.title)
      .sort(),
    ['No 2', 'No 3', 'No 4', 'No 9'],
  )
  const found = await Array.fromAsync(mailbox.items(folder!, old, signal))
  assert.deepEqual(
    found.map((each) => each.kind === 'failed' && each.failure.code),
    ['gone', 'gone', 'gone', 'gone'],
  )
  await mailbox.close()
})

test('a message that cannot be given is named, and the others come', async () => {
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(1, 2, 3, 4, 5, 6, 7) }])
  const broken = (set: string) =>
    set.split(',').some((each) => {
      const [from, to = from] = each.split(':').map(Number)
      return from! <= 3 && 3 <= to!
    })
  server.special = (name, { text }) => {
    const [, set] = /^UID FETCH (\S+)/.exec(text) ?? []
    if (name !== 'UID FETCH' || !text.includes('BODY.PEEK[]') || !broken(set!)) return undefined
    return '% NO [SERVERBUG] Message 3 is corrupt'
  }
  const copied = new CopiedMailbox(100)
  const mailbox = await source.open('ann', signal)
  await copied.pass(mailbox, signal)
  assert.equal(copied.read.length, 6)
  assert.deepEqual(
    copied.failed.map(({ kind, code, title }) => [kind, code, title]),
    [['item-permanent', 'NO', 'No 3']],
  )
  await mailbox.close()
})

test('a message that goes away after it was listed is said to be gone', async () => {
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(1, 2) }])
  const mailbox = await source.open('ann', signal)
  const [folder] = await Array.fromAsync(mailbox.folders(signal))
  const { changes } = await mailbox.changes(folder!, null, 10, signal)
  server.folders[0]!.messages.pop()
  const found = await Array.fromAsync(
    mailbox.items(
      folder!,
      changes.map(({ key }) => key),
      signal,
    ),
  )
  assert.deepEqual(found.map((each) => (each.kind === 'item' ? each.item.title : each.failure.code)).sort(), [
    'No 1',
    'gone',
  ])
  await mailbox.close()
})

test('a connection that is lost is no end: of a list, of a message, of a folder', async () => {
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }])
  const mailbox = await source.open('ann', signal)
  const [folder] = await Array.fromAsync(mailbox.folders(signal))
  const page = await mailbox.changes(folder!, null, 10, signal)
  const keys = page.changes.map(({ key }) => key)
  for (const cut of ['', '* 1 FETCH (UID 1 BODY[] {500}\r\nhalf of it']) {
    server.special = (name, { text }) => {
      if (name !== 'UID FETCH' || !text.includes('BODY.PEEK[]')) return undefined
      server.socket().write(cut)
      setTimeout(() => server.socket().destroy(), 10)
      return ''
    }
    const read = (async () => {
      for await (const each of mailbox.items(folder!, keys, signal))
        if (each.kind === 'item') for await (const _ of each.item.message!.open(signal));
    })()
    assert.equal((await failure(read)).kind, 'transient')
  }
  server.special = (name) => (name === 'UID FETCH' ? null : undefined)
  assert.equal((await failure(mailbox.changes(folder!, null, 10, signal))).kind, 'transient')
  server.special = undefined
  // The next call connects anew.
  assert.equal((await Array.fromAsync(mailbox.items(folder!, keys, signal))).length, 4)
  await mailbox.close()
})

test('refusals of servers are told apart', async () => {
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(1) }])
  const cases: [answer: string, kind: string, code: string, backOffMs: number | null][] = [
    ['% NO [LIMIT] too much', 'too-many', 'NO [LIMIT]', null],
    [
      '% NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded',
      'too-many',
      'NO [UNAVAILABLE]',
      null,
    ],
    ['% NO [ALERT] Too many simultaneous connections. (Failure)', 'too-many', 'NO [ALERT]', null],
    ['% NO [UNAVAILABLE] Temporary authentication failure', 'transient', 'NO [UNAVAILABLE]', null],
    ['% NO [INUSE] locked by another', 'transient', 'NO [INUSE]', null],
    ['% NO [SERVERBUG] Internal error occurred', 'transient', 'NO [SERVERBUG]', null],
    ['% NO [OVERQUOTA] Account exceeded command or bandwidth limits', 'throttled', 'NO [OVERQUOTA]', null],
    ['% BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds', 'throttled', 'BAD', 299_961],
    ...['AUTHENTICATIONFAILED', 'EXPIRED', 'CONTACTADMIN', 'NOPERM'].map(
      (code) =>
        [`% NO [${code}] no`, 'mailbox-permanent', `NO [${code}]`, null] as [string, string, string, null],
    ),
    ['% NO [PRIVACYREQUIRED] TLS first', 'refused', 'NO [PRIVACYREQUIRED]', null],
  ]
  for (const [answer, kind, code, backOffMs] of cases) {
    server.special = (name) => (name === 'AUTHENTICATE' ? answer : undefined)
    const found = await failure(source.open('ann', signal))
    assert.deepEqual([found.kind, found.code, found.backOffMs], [kind, code, backOffMs], answer)
  }
  server.special = (name) => {
    if (name === 'AUTHENTICATE') server.socket().end('* BYE Too many connections from your address\r\n')
    return name === 'AUTHENTICATE' ? '' : undefined
  }
  const closed = await failure(openImapSource({ ...at(server.port), signIn: master() }).open('ann', signal))
  assert.equal(closed.kind, 'too-many')
  server.special = (name) => (name === 'AUTHENTICATE' ? '% NO [AUTHENTICATIONFAILED] no' : undefined)
  const refused = await failure(openImapSource({ ...at(server.port), signIn: master() }).open('ann', signal))
  assert.equal(refused.kind, 'refused')
  server.special = (name) => (name === 'AUTHENTICATE' ? '% NO [EXPIRED] no' : undefined)
  const expired = await failure(openImapSource({ ...at(server.port), signIn: master() }).open('ann', signal))
  assert.deepEqual([expired.kind, expired.ofSignIn], ['refused', true])
})

const at = (port: number) => ({ host: '127.0.0.1', port, tls: { mode: 'clear' } as const })
const master = (form = 'authorization') =>
  ({ kind: 'master', name: 'mover', password: 'secret', form }) as const

test('a master account signs in for others in the form its server wants', async () => {
  for (const [form, expected] of [
    ['authorization', '\0mover\0secret'],
    ['{user}*{master}', '\0ann@a.example*mover\0secret'],
    ['{master}/{user}', '\0mover/ann@a.example\0secret'],
  ] as const) {
    const { server } = await stub([])
    const mailbox = await openImapSource({ ...at(server.port), signIn: master(form) }).open(
      'ann@a.example',
      signal,
    )
    const said = server.commands.find(({ text }) => text.startsWith('AUTHENTICATE'))!.text.split(' ')[2]!
    const prefix = form === 'authorization' ? 'ann@a.example' : ''
    assert.equal(Buffer.from(said, 'base64').toString(), prefix + expected)
    await mailbox.close()
  }
})

test('a large message is read in pieces, of known size where the server counts right', async () => {
  for (const told of [0, 1_000]) {
    const { server, source } = await stub(
      [{ name: 'INBOX', messages: [{ uid: 1, text: text(1, 100_000) }] }],
      {},
      { sizes: { pieceBytes: 30_000 } },
    )
    if (told > 0)
      server.special = (name, { text: asked }) =>
        name === 'UID FETCH' && asked.includes('RFC822.SIZE')
          ? `* 1 FETCH (UID 1 FLAGS () RFC822.SIZE ${100_000 + told} BODY[HEADER.FIELDS (DATE)] {9}\r\nTo: me\r\n\r\n)\r\n% OK done`.replace(
              '{9}',
              '{10}',
            )
          : undefined
    const mailbox = await source.open('ann', signal)
    const copied = new CopiedMailbox()
    await copied.pass(mailbox, signal)
    const [only] = copied.in('INBOX')
    assert.equal(only!.octets, text(1, 100_000).length)
    assert.equal(only!.item.message!.sizeBytes, told > 0 ? null : only!.octets)
    assert.equal(server.commands.filter(({ text }) => text.includes('.30000>')).length, 4)
    await mailbox.close()
  }
})

test('Gmail: each message once, by where it belongs, with its labels as categories', async () => {
  const one = (uid: number, gmailId: string, ...labels: string[]) => ({
    uid,
    text: text(Number(gmailId)),
    gmailId,
    labels,
  })
  const { server, source } = await stub(
    [
      { name: 'INBOX', messages: [one(1, '11', 'Work', '"\\\\Sent"'), one(2, '12')] },
      { name: 'Work', messages: [one(1, '11', '"\\\\Inbox"'), one(2, '13')] },
      { name: '[Gmail]', attributes: '\\Noselect', messages: [] },
      {
        name: '[Gmail]/Alle Nachrichten',
        attributes: '\\All',
        messages: [
          one(1, '11', '"\\\\Inbox"', 'Work', '"\\\\Sent"'),
          one(2, '12', '\\Inbox'),
          one(3, '13', 'Work', '"Ge&APw-bt"'),
          one(4, '14', '"\\\\Sent"'),
          one(5, '15', '"\\\\Important"'),
        ],
      },
      {
        name: '[Gmail]/Gesendet',
        attributes: '\\Sent',
        messages: [one(1, '11', '"\\\\Inbox"', 'Work'), one(2, '14')],
      },
      { name: '[Gmail]/Markiert', attributes: '\\Flagged', messages: [one(1, '14')] },
      { name: '[Gmail]/Papierkorb', attributes: '\\Trash', messages: [one(1, '18')] },
    ],
    { capabilities: 'X-GM-EXT-1' },
  )
  const mailbox = await source.open('ann', signal)
  const copied = new CopiedMailbox()
  await copied.pass(mailbox, signal)
  const shown = (name: string) =>
    copied.in(name).map(({ match, item }) => [match, ...item.keywords].join(' '))
  assert.deepEqual(
    copied.folders.map(({ name, role, parent }) => [name, role, parent]),
    [
      ['INBOX', 'inbox', null],
      ['Alle Nachrichten', 'archive', null],
      ['Gesendet', 'sentitems', null],
      ['Papierkorb', 'deleteditems', null],
    ],
  )
  assert.deepEqual(shown('INBOX'), ['gmail:11 Work', 'gmail:12'])
  assert.deepEqual(shown('Alle Nachrichten'), ['gmail:13 Geübt Work', 'gmail:15 $Important'])
  assert.deepEqual(shown('Gesendet'), ['gmail:14'])
  assert.deepEqual(shown('Papierkorb'), ['gmail:18'])
  // Archived at Gmail: it leaves the inbox and loses a label.
  server.folders[0]!.messages.pop()
  server.folders[3]!.messages[1]!.labels = []
  server.folders[3]!.messages[1]!.flags = ['\\Seen']
  await copied.pass(mailbox, signal)
  assert.deepEqual(shown('INBOX'), ['gmail:11 Work'])
  assert.deepEqual(shown('Alle Nachrichten').sort(), [
    'gmail:12',
    'gmail:13 Geübt Work',
    'gmail:15 $Important',
  ])
  const { losses } = await mailbox.settings(signal)
  assert.deepEqual(
    losses.map(({ property }) => property),
    [
      ...['out of office', 'rules', 'calendars, contacts, tasks and notes'],
      ...['junk mail lists', 'delegated invitations', 'quota', 'signature'],
      ...['rights on folders', 'labels'],
    ],
  )
  await mailbox.close()
})

function seenItem(text: string): SourceItem {
  const octets = Buffer.from(text)
  return {
    ...{ key: 'k', version: '', match: null, class: 'message' as const, title: 'No 9', receivedAt: 0 },
    ...{ flags: Flag.seen, keywords: [], properties: {}, content: null, attachments: [], losses: [] },
    message: {
      sizeBytes: octets.length,
      open: async function* () {
        yield octets
      },
    },
  }
}

test('a folder that gets its UIDVALIDITY with its first message does not get that twice', async () => {
  const { server, source } = await stub([{ name: 'Fresh', messages: [] }])
  const fresh = server.folders[0]!
  server.special = (name, { literals }) => {
    if (name === 'STATUS') return '* STATUS "Fresh" (UIDVALIDITY 1700000000 UIDNEXT 1)\r\n% OK done'
    if (name !== 'APPEND') return undefined
    fresh.validity = 1_700_000_003
    fresh.messages.push({ uid: fresh.messages.length + 1, text: literals[0]!.toString('latin1') })
    return '% OK done'
  }
  const mailbox = await source.open('ann', signal)
  const [folder] = await Array.fromAsync(mailbox.folders(signal))
  const how = { token: 't', mark: await mailbox.returns!.mark(folder!, signal), again: false }
  const put = await mailbox.returns!.put(folder!, seenItem(text(9)), how, signal)
  const again = await mailbox.returns!.put(folder!, seenItem(text(9)), { ...how, again: true }, signal)
  assert.deepEqual([again.key, fresh.messages.length], [put.key, 1])
  await mailbox.close()
})

test('without UIDPLUS a message that goes back is found as the one that came since, and one that moved stays, by name', async () => {
  const { server, source } = await stub([
    { name: 'INBOX', messages: messages(1, 2) },
    { name: 'Other', messages: [] },
  ])
  const [inbox] = server.folders
  const stored: string[] = []
  server.special = (name, { text: said, literals }) => {
    if (name === 'STATUS' && said.includes('UIDNEXT'))
      return '* STATUS "INBOX" (UIDVALIDITY 1 UIDNEXT 3)\r\n% OK done'
    if (name === 'SELECT')
      return '* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* FLAGS (\\Seen)\r\n% OK [READ-WRITE] done'
    if (name === 'UID STORE') stored.push(said)
    if (name !== 'APPEND') return undefined
    inbox!.messages.push({ uid: 3, text: literals[0]!.toString('latin1'), flags: ['\\Seen'] })
    return '% OK done'
  }
  const mailbox = await source.open('ann', signal)
  const [folder, other] = await Array.fromAsync(mailbox.folders(signal))
  const { changes } = await mailbox.changes(folder!, null, 10, signal)
  const item = seenItem(text(9))
  const how = { token: 't', mark: await mailbox.returns!.mark(folder!, signal), again: false }
  const put = await mailbox.returns!.put(folder!, item, how, signal)
  assert.match(put.key, /\.3$/)
  assert.deepEqual(put.losses, [])
  // Sent once more, as nobody heard that it had arrived.
  const again = await mailbox.returns!.put(folder!, item, { ...how, again: true }, signal)
  assert.deepEqual([again.key, inbox!.messages.length], [put.key, 3])
  const [first] = changes
  const known = { key: first!.key, match: null, title: 'No 1', folder: folder!, class: 'message' } as const
  const wanted = { marks: { flags: Flag.seen, keywords: [] }, to: other! }
  const { kind, code, message } = await failure(mailbox.returns!.change(known, wanted, how, signal))
  assert.deepEqual([kind, code, stored.length], ['item-permanent', 'unsupported', 1])
  assert.match(message, /neither MOVE nor UIDPLUS, so "No 1" is not in "Other" there\./)
  await mailbox.close()
})

test('a server that takes nothing into the folder that is open read only takes a message back', async () => {
  const { server, source } = await stub([{ name: 'INBOX', messages: messages(1, 2) }])
  const [inbox] = server.folders
  let isOpen = false
  const said: string[] = []
  server.special = (name, { text: asked, literals }) => {
    if (name === 'STATUS' && asked.includes('UIDNEXT'))
      return '* STATUS "INBOX" (UIDVALIDITY 1 UIDNEXT 3)\r\n% OK done'
    said.push(name)
    if (name === 'EXAMINE') isOpen = true
    if (name === 'CLOSE') isOpen = false
    if (name === 'CLOSE') return '% OK done'
    if (name !== 'APPEND') return undefined
    if (isOpen) return '% NO Current box is selected READ-ONLY.'
    inbox!.messages.push({ uid: 3, text: literals[0]!.toString('latin1'), flags: ['\\Seen'] })
    return '% OK done'
  }
  const mailbox = await source.open('ann', signal)
  const [folder] = await Array.fromAsync(mailbox.folders(signal))
  await mailbox.changes(folder!, null, 10, signal)
  const how = { token: 't', mark: await mailbox.returns!.mark(folder!, signal), again: false }
  const put = await mailbox.returns!.put(folder!, seenItem(text(9)), how, signal)
  assert.match(put.key, /\.3$/)
  assert.equal(said.filter((name) => name === 'CLOSE').length, 1)
  await mailbox.close()
})
