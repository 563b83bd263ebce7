/** What goes back to an IMAP server: to which names, found again by what, and what is said of what is not taken. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { SourceFolder, SourceItem, SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { StubFolder } from '#test/support/stub-imap-mailbox.ts'
import { stubImapSource } from '#test/support/stub-imap-source.ts'

const { signal } = new AbortController()
const text = (no: number, more = '') =>
  `Message-ID: <${no}@a.example>\r\nSubject: No ${no}\r\n\r\nText${more}\r\n`
const how = { token: 't', mark: '1 3', again: false }

type Answer = (name: string, said: string, octets: string) => string | undefined

async function start(
  t: TestContext,
  folders: StubFolder[],
  answer: Answer,
  options: Parameters<typeof stubImapSource>[1] = {},
) {
  const { server, source } = await stubImapSource(folders, options)
  const said: string[] = []
  server.special = (name, { text: asked, literals }) => {
    if (/^(?:CREATE|RENAME|SUBSCRIBE|UNSUBSCRIBE|APPEND|UID STORE|UID MOVE)/.test(asked)) said.push(asked)
    const given = answer(name, asked, literals[0]?.toString('latin1') ?? '')
    if (given !== undefined) return given
    if (name === 'SELECT')
      return `* 9 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* FLAGS (\\Seen)\r\n% OK [READ-WRITE] done`
    return /^(?:CREATE|RENAME|SUBSCRIBE|UNSUBSCRIBE|UID STORE)/.test(asked) ? '% OK done' : undefined
  }
  const mailbox = await source.open('ann', signal)
  t.after(async () => {
    await mailbox.close()
    await source.close()
    server.close()
  })
  const listed = await Array.fromAsync(mailbox.folders(signal))
  const folder = (name: string) => listed.find((each) => each.name === name)!
  return { server, mailbox, returns: mailbox.returns!, folder, said }
}

async function failed(work: Promise<unknown>): Promise<[kind: string, code: string, message: string]> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof SourceFailure, String(error))
  return [error.kind, error.code, error.message]
}

function message(octets: string, change: Partial<SourceItem> = {}): SourceItem {
  const bytes = Buffer.from(octets)
  return {
    ...{ key: 'k', version: '', match: null, class: 'message' as const, title: 'It' },
    receivedAt: Date.UTC(2020, 4, 6, 7, 8, 9),
    ...{ flags: Flag.seen, keywords: [], properties: {}, content: null, attachments: [], losses: [] },
    message: {
      sizeBytes: bytes.length,
      open: async function* () {
        yield bytes
      },
    },
    ...change,
  }
}

const dotted = { namespace: '(("INBOX." ".")) NIL NIL' }
const listedAs = (...names: string[]) => names.map((name) => `* LIST () "." ${name}\r\n`).join('')

test('folders are made and renamed below the prefix of the server, with what was subscribed of them', async (t) => {
  let names = ['INBOX', 'INBOX.Made', 'INBOX.Made.Sub', 'INBOX.Madeira']
  const { returns, folder, said } = await start(
    t,
    [],
    (name) => {
      if (name === 'LIST') return `${listedAs(...names)}% OK done`
      // LSUB of what is subscribed, whatever it asks for.
      if (name === 'LSUB') return `${names.map((each) => `* LSUB () "." ${each}\r\n`).join('')}% OK done`
      if (name === 'UNSUBSCRIBE') return '% NO there is none'
      return undefined
    },
    dotted,
  )
  names = [...names, 'INBOX.New', 'INBOX.Made.Below']
  const made = await returns.makeFolder!({ name: 'New', class: 'message' }, null, signal)
  assert.equal(made.name, 'New')
  await returns.makeFolder!({ name: 'Below', class: 'message' }, folder('Made'), signal)
  assert.deepEqual(said.splice(0), [
    'CREATE INBOX.New',
    'SUBSCRIBE INBOX.New',
    'CREATE INBOX.Made.Below',
    'SUBSCRIBE INBOX.Made.Below',
  ])
  names = ['INBOX', 'INBOX.Made', 'INBOX.Made.Sub', 'INBOX.Madeira', 'INBOX.Other']
  const placed = await returns.placeFolder!(folder('Made'), { name: 'Other', parent: null }, signal)
  assert.equal(placed.name, 'Other')
  assert.deepEqual(said, [
    'RENAME INBOX.Made INBOX.Other',
    'SUBSCRIBE INBOX.Other',
    'UNSUBSCRIBE INBOX.Made',
    'SUBSCRIBE INBOX.Other.Sub',
    'UNSUBSCRIBE INBOX.Made.Sub',
  ])
})

test('a folder that cannot be made says why, and one that is there already is taken', async (t) => {
  let answer = '% OK done'
  const { returns, folder, said } = await start(
    t,
    [],
    (name) => {
      if (name === 'LIST')
        return `${listedAs('INBOX', 'INBOX.Made')}* LIST (\\Noselect) "." INBOX.None\r\n* LIST () "." INBOX.None.A\r\n% OK done`
      return name === 'CREATE' || name === 'RENAME' ? answer : undefined
    },
    dotted,
  )
  const make = (name: string, kind: SourceFolder['class'] = 'message') =>
    returns.makeFolder!({ name, class: kind }, null, signal)
  const why = 'its name has a ".", which stands between the names of folders there.'
  assert.deepEqual(await failed(make('a.b')), [
    ...['item-permanent', 'CANNOT'],
    `The folder "a.b" is not made: ${why}`,
  ])
  assert.deepEqual((await failed(make('Kalender', 'event'))).slice(0, 2), ['item-permanent', 'not-mail'])
  const place = (name: string) => returns.placeFolder!(folder(name), { name: 'Other', parent: null }, signal)
  assert.deepEqual((await failed(place('None'))).slice(0, 2), ['item-permanent', 'CANNOT'])
  assert.deepEqual(said, [], 'nothing of all that was asked for')
  answer = '% NO [ALREADYEXISTS] it is there'
  assert.equal((await make('Made')).name, 'Made')
  for (const work of [() => make('Made'), () => place('Made')]) {
    answer = '% NO [OVERQUOTA] full'
    assert.notEqual((await failed(work()))[0], 'item-permanent', 'the server is full, and not the folder bad')
    answer = '% NO [CANNOT] never'
    assert.deepEqual((await failed(work())).slice(0, 2), ['item-permanent', 'CANNOT'])
  }
})

test('where names have no levels nothing is made below another one', async (t) => {
  const { returns, folder } = await start(t, [{ name: 'Flat', messages: [] }], () => undefined, {
    namespace: '(("" NIL)) NIL NIL',
  })
  const made = returns.makeFolder!({ name: 'Sub', class: 'message' }, folder('Flat'), signal)
  assert.match((await failed(made))[2], /nothing can lie below its parent\./)
})

const inbox = (...uids: number[]): StubFolder => ({
  name: 'INBOX',
  messages: uids.map((uid) => ({ uid, text: text(uid) })),
})
const key = async (mailbox: SourceMailbox, folder: SourceFolder, at: number) =>
  (await mailbox.changes(folder, null, 10, signal)).changes[at]!.key

test('a message is put there with its marks and when it came; what is no mail, and what is refused, says why', async (t) => {
  let answer = '% OK [APPENDUID 1 7] done'
  const folders = [inbox(1, 2, 7)]
  const { returns, folder, said } = await start(t, folders, (name) =>
    name === 'APPEND' ? answer : undefined,
  )
  const put = (item: SourceItem, more = {}) => returns.put(folder('INBOX'), item, { ...how, ...more }, signal)
  assert.match((await put(message(text(7)))).key, /\.1\.7$/)
  assert.match(said[0]!, /^APPEND INBOX \(\\Seen\) " ?6-May-2020 07:08:09 \+0000" \{/)
  assert.deepEqual((await failed(put(message('', { class: 'event' })))).slice(0, 2), [
    ...['item-permanent', 'not-mail'],
  ])
  for (const [said, kind] of [
    ['NO [OVERQUOTA] full', 'no-room'],
    ['NO [TRYCREATE] no folder', 'transient'],
    ['NO [CANNOT] a virus', 'item-permanent'],
    ['NO [INUSE] later', 'transient'],
  ] as const) {
    answer = `% ${said}`
    assert.equal((await failed(put(message(text(9)))))[0], kind, said)
  }
  // It says nothing of where, and nothing like it is to be found.
  answer = '% OK done'
  folders[0]!.messages.pop()
  assert.deepEqual((await failed(put(message(text(9))))).slice(0, 2), ['transient', 'APPEND'])
})

test('what may have arrived is looked for behind the mark, by its Message-ID, else by its size, and only when it was sent before', async (t) => {
  const folders = [inbox(1, 2)]
  const bare = (size: number) => `Subject: bare\r\n\r\n${'x'.repeat(size)}\r\n`
  let untold = 0
  let searched = ''
  const { returns, folder, said } = await start(t, folders, (name, asked) => {
    if (name === 'UID SEARCH') searched = asked
    // It passes over one that it does not tell of, and counts it.
    if (name === 'UID FETCH' && untold > 0 && asked.includes(` ${untold} `)) return '% NO cannot'
    return name === 'APPEND' ? '% OK [APPENDUID 1 2] done' : undefined
  })
  const put = (item: SourceItem, more = {}) =>
    returns.put(folder('INBOX'), item, { ...how, again: true, ...more }, signal)
  const { messages } = folders[0]!
  // Nothing came since: `3:*` names the last one all the same.
  assert.match((await put(message(text(2)))).key, /\.1\.2$/)
  assert.equal(said.length, 1)
  assert.match(searched, /^UID SEARCH UID 3:\* HEADER Message-ID "<2@a\.example>"$/)
  for (const [uid, size] of [
    [3, 5],
    [4, 6],
  ] as const)
    messages.push({ uid, text: bare(size) })
  assert.match((await put(message(bare(6)))).key, /\.1\.4$/)
  assert.equal(said.length, 1)
  assert.match((await put(message(bare(6)), { again: false })).key, /\.1\.2$/)
  assert.equal(said.length, 2, 'not sent before: nothing is looked for')
  // A field without an id is none.
  messages.push({ uid: 8, text: `Message-ID: \r\n${bare(7)}` })
  assert.match((await put(message(`Message-ID: \r\n${bare(7)}`))).key, /\.1\.8$/)
  messages.pop()
  // Another life of the folder: the mark says nothing.
  await put(message(bare(6)), { mark: '2 3' })
  assert.equal(said.length, 3)
  messages.splice(2, 2, { uid: 5, text: text(9) })
  untold = 5
  const found = await put(message(text(9), { flags: Flag.flagged }))
  assert.match(found.key, /\.1\.5$/)
  assert.deepEqual([found.match, found.losses, said.length], [null, [], 3])
})

test('of a large message that may have arrived its header is looked at, and no more of it', async (t) => {
  const { returns, folder, said } = await start(t, [inbox(3)], () => undefined)
  let pieces = 0
  const large = message(text(3))
  large.message!.open = async function* () {
    yield Buffer.from(text(3))
    for (; pieces < 1_000; pieces++) yield Buffer.alloc(16_384, 'x')
  }
  const put = await returns.put(folder('INBOX'), large, { ...how, again: true }, signal)
  assert.deepEqual([put.key.endsWith('.1.3'), said], [true, []])
  assert.ok(pieces < 10, `${pieces} pieces`)
})

test('a message is marked as its server writes marks, and found when it had moved already', async (t) => {
  const folders: StubFolder[] = [inbox(1, 2), { name: 'Other', messages: [{ uid: 2, text: text(2) }] }]
  folders[0]!.messages[0]!.flags = ['Forwarded']
  let copied = ''
  const { mailbox, returns, folder, said } = await start(
    t,
    folders,
    (name) => {
      if (name !== 'UID MOVE') return undefined
      folders[1]!.messages.push({ uid: 4, text: text(8) }, { ...folders[0]!.messages[1]!, uid: 5 })
      return `${copied}% OK done`
    },
    { capabilities: 'MOVE UIDPLUS' },
  )
  const at = folder('INBOX')
  const known = async (index: number) => {
    const { changes } = await mailbox.changes(at, null, 10, signal)
    const found = changes[index] as Extract<(typeof changes)[number], { kind: 'item' }>
    const { match, sizeBytes } = found
    return {
      key: found.key,
      match,
      title: 'It',
      folder: at,
      class: 'message' as const,
      sizeBytes: sizeBytes!,
    }
  }
  const [first, second] = [await known(0), await known(1)]
  const marks = { flags: Flag.forwarded | Flag.flagged, keywords: [] }
  const marked = await returns.change(first, { marks, to: null }, how, signal)
  assert.deepEqual(said.splice(0), ['UID STORE 1 FLAGS.SILENT (\\Flagged Forwarded)'])
  assert.deepEqual(
    marked.losses.map(({ property }) => property),
    ['flagged'],
    'what did not last is named',
  )
  const to = folder('Other')
  // Nobody moved it: the one behind the mark alone counts, and nothing is looked for before it is sent.
  const moved = await returns.change(second, { marks: null, to }, { ...how, again: true }, signal)
  assert.deepEqual([said.splice(0), moved.losses], [['UID MOVE 2 Other'], []])
  assert.match(moved.key, /\.1\.5$/, 'found as the one that came since')
  const again = await returns.change(second, { marks: null, to }, { ...how, again: true }, signal)
  assert.deepEqual([again.key, said.length], [moved.key, 0])
  copied = '* OK [COPYUID 1 2 4] x\r\n'
  const other = await returns.change(second, { marks: null, to }, how, signal)
  assert.match(other.key, /\.1\.4$/, 'where the server says it')
  copied = ''
  const unknown = { ...second, match: null }
  const lost = await failed(returns.change(unknown, { marks: null, to }, how, signal))
  assert.deepEqual(lost.slice(0, 2), ['transient', 'MOVE'])
})

test('a message is marked in a folder that is open to be written to; what is refused is named, once and for all', async (t) => {
  let isOpen = false
  let answer = '% OK done'
  const { mailbox, returns, folder } = await start(t, [inbox(1)], (name) => {
    if (name === 'SELECT' || name === 'EXAMINE') isOpen = name === 'SELECT'
    if (name !== 'UID STORE') return undefined
    return isOpen ? answer : '% BAD it is read only'
  })
  const at = folder('INBOX')
  const known = {
    key: await key(mailbox, at, 0),
    match: null,
    title: 'It',
    folder: at,
    class: 'message',
  } as const
  const mark = () => returns.change(known, { marks: { flags: 0, keywords: [] }, to: null }, how, signal)
  assert.deepEqual((await mark()).losses, [])
  answer = '% NO [CANNOT] never'
  assert.deepEqual((await failed(mark())).slice(0, 2), ['item-permanent', 'CANNOT'])
  answer = '% NO [INUSE] later'
  assert.equal((await failed(mark()))[0], 'transient')
})

test('a message is known under the old name of its folder by what it is, and never taken for another one', async (t) => {
  const folders = [inbox(1, 2)]
  let untold = ''
  const { mailbox, returns, folder, said } = await start(t, folders, (name, asked) =>
    name === 'UID FETCH' && untold !== '' && asked.includes(untold) ? '% NO cannot' : undefined,
  )
  const at = folder('INBOX')
  const keys = [0, 1].map((index) => key(mailbox, at, index))
  const before = (own: string) => own.replace(/^[^.]+/, 'AAAAAAAAAAAAAAAA')
  const { changes } = await mailbox.changes(at, null, 10, signal)
  const matchOf = (index: number) => (changes[index] as { match: string | null }).match
  const change = async (index: number, given: { key?: string; match?: string | null; sizeBytes?: number }) =>
    returns.change(
      {
        ...{
          key: before(await keys[index]!),
          match: matchOf(index),
          title: 'It',
          folder: at,
          class: 'message',
        },
        ...given,
      },
      { marks: { flags: Flag.seen, keywords: [] }, to: null },
      how,
      signal,
    )
  assert.equal((await change(0, {})).key, await keys[0])
  assert.equal(said.length, 1)
  const codeOf = async (work: Promise<unknown>) => (await failed(work)).slice(0, 2).join(' ')
  assert.equal(await codeOf(change(0, { match: matchOf(1) })), 'item-permanent renumbered')
  assert.equal(
    await codeOf(change(0, { match: null, sizeBytes: text(1).length })),
    'item-permanent renumbered',
  )
  assert.equal(await codeOf(change(0, { key: 'AAAAAAAAAAAAAAAA.2.1' })), 'item-permanent renumbered')
  assert.equal(await codeOf(change(0, { key: 'AAAAAAAAAAAAAAAA.1.9' })), 'item-permanent gone')
  assert.equal(await codeOf(change(0, { key: (await keys[0]!).replace(/1$/, '9') })), 'item-permanent gone')
  assert.equal(said.length, 1, 'no other one is marked')
  const own = { key: await keys[1]! }
  const untoldTimes = async (times: number) => {
    untold = 'FETCH 2 '
    const kinds: string[] = []
    for (let attempt = 0; attempt < times; attempt++) kinds.push((await failed(change(1, own)))[0])
    untold = ''
    return kinds
  }
  assert.deepEqual(await untoldTimes(2), ['transient', 'transient'])
  await change(1, own)
  // Counted anew once it was told.
  assert.deepEqual(await untoldTimes(4), ['transient', 'transient', 'transient', 'item-permanent'])
})
