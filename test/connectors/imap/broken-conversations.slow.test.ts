/** Servers whose conversation ends at one message each time: it is named, and everything else comes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LEASE_MS } from '#src/domain/migration/engine/ledger/page-run.ts'
import { LanePostponed } from '#src/domain/migration/engine/project/retry.ts'
import type { ManualClock } from '#test/support/manual-clock.ts'
import type { StubMailbox } from '#test/support/stub-imap-mailbox.ts'
import { counts, messages, start, text } from '#test/support/stub-migration.ts'

type Special = NonNullable<StubMailbox['special']>

const isBody = (asked: string) => asked.includes('BODY.PEEK[]')
const isList = (asked: string) => asked.includes('HEADER.FIELDS')

/** UIDs that a FETCH asks for, in the order of an answer. */
function uidsOf(asked: string): number[] {
  const set = /^UID FETCH (\S+)/.exec(asked)![1]!
  return set.split(',').flatMap((range) => {
    const [first, last = first] = range.split(':').map(Number) as [number, number?]
    return Array.from({ length: last! - first! + 1 }, (_, at) => first! + at)
  })
}

const large = 200_000

/** Answers up to the message, then this for it; then closes, says nothing any more, or goes on. */
function breakingAt(
  bad: number,
  asks: (asked: string) => boolean,
  special: string,
  then: 'close' | 'hang' | 'go on',
  server: StubMailbox,
): Special {
  return (name, { text: asked, tag }) => {
    const uids = name === 'UID FETCH' && asks(asked) ? uidsOf(asked) : []
    if (!uids.includes(bad)) return undefined
    const said = uids.flatMap((uid) => {
      if (uid > bad && then !== 'go on') return []
      const found = server.folders[0]!.messages.find((each) => each.uid === uid)
      if (found === undefined) return []
      if (uid === bad) return [special]
      const body = isBody(asked) ? `BODY[] {${found.text.length}}\r\n${found.text}` : listed(found.text)
      return [`* ${uid} FETCH (UID ${uid} ${body})\r\n`]
    })
    const end = then === 'go on' ? `${tag} OK done\r\n` : ''
    const octets = Buffer.from(said.join('') + end, 'latin1')
    if (then !== 'close') return octets
    server.socket().end(octets)
    return ''
  }
}

const listed = (all: string) => {
  const header = all.slice(0, all.indexOf('\r\n\r\n') + 4)
  return `FLAGS () INTERNALDATE " 1-Jan-2021 00:00:00 +0000" RFC822.SIZE ${all.length} BODY[HEADER.FIELDS (DATE)] {${header.length}}\r\n${header}`
}

const literal = (uid: number, octets: number, came: string) =>
  `* ${uid} FETCH (UID ${uid} BODY[] {${octets}}\r\n${came}`
const long = text(3, 'x'.repeat(large))

const ways: [
  how: string,
  asks: typeof isBody,
  special: string,
  then: 'close' | 'hang' | 'go on',
  code: string,
][] = [
  ['garbage instead of an answer', isBody, '\x01\x02 <html>nothing\r\n', 'go on', 'PROTOCOL'],
  ['a literal without end', isBody, '* 3 FETCH (UID 3 BODY[] {999999999999999}\r\n', 'go on', 'PROTOCOL'],
  ['a length that is too small', isBody, `${literal(3, 20, text(3))})\r\n`, 'go on', 'PROTOCOL'],
  ['a length that is too large', isBody, `${literal(3, text(3).length + 30, text(3))})\r\n`, 'go on', ''],
  ['a large length that is too small', isBody, `${literal(3, 70_000, long)})\r\n`, 'go on', 'PROTOCOL'],
  ['a large length that is too large', isBody, `${literal(3, long.length + 30, long)})\r\n`, 'go on', ''],
  ['an end in the middle', isBody, literal(3, 500, 'Subject: a'), 'close', 'CLOSED'],
  [
    'an end in the middle of a large one',
    isBody,
    literal(3, large, long.slice(0, 90_000)),
    'close',
    'CLOSED',
  ],
  ['silence in the middle', isBody, literal(3, 500, 'Subject: a'), 'hang', 'TIMEOUT'],
  [
    'silence in the middle of a large one',
    isBody,
    literal(3, large, long.slice(0, 90_000)),
    'hang',
    'TIMEOUT',
  ],
  ['garbage in the list', isList, '\x01\x02 <html>nothing\r\n', 'go on', 'PROTOCOL'],
  ['an end in the middle of the list', isList, '* 3 FETCH (UID 3 FLAGS (', 'close', 'CLOSED'],
]

for (const [how, asks, special, then, code] of ways)
  test(`${how}: the message is named, everything else comes`, async () => {
    const { server, mailbox, ledger } = await start(
      [
        { name: 'INBOX', messages: messages(1, 2, 3, 4, 5, 6) },
        { name: 'Other', messages: messages(7) },
      ],
      {},
      '',
      { stallMs: 1_500 },
    )
    server.special = breakingAt(3, asks, special, then, server)
    for (const pass of [1, 2]) {
      const { alerts } = await mailbox.pass()
      assert.deepEqual(alerts, [], how)
      assert.deepEqual(await counts(mailbox), { '/Inbox': 5, '/Other': 1 }, `${how}, pass ${pass}`)
      const left = (await ledger()).filter(({ state }) => state !== 'copied')
      assert.equal(left.length, 1)
      assert.equal(left[0]!.state, 'skipped')
      assert.match(left[0]!.problem, /UID 3 of the folder "INBOX"/)
      assert.deepEqual(
        left[0]!.losses.map(({ weight }) => weight),
        ['content'],
      )
      if (code !== '') assert.equal(left[0]!.code, code)
      if (asks === isBody) assert.equal(left[0]!.title, 'No 3')
    }
    const whole = (await mailbox.picture())['/Inbox']!
    assert.deepEqual(
      whole,
      [1, 2, 4, 5, 6].map((no) => `No ${no} [0] Text ${no}`),
    )
  })

// Were it waited for as for others, this would be ten minutes.
test('a message whose answer never ends is not waited for long', { timeout: 120_000 }, async () => {
  const { server, mailbox, ledger } = await start(
    [{ name: 'INBOX', messages: messages(1, 2, 3, 4) }],
    {},
    '',
    {
      hurriedMs: 3_000,
    },
  )
  const page = breakingAt(3, isBody, '\x01garbage\r\n', 'go on', server)
  const whole = `${literal(3, text(3).length, text(3))})\r\n`
  const single = breakingAt(3, isBody, whole, 'hang', server)
  server.special = (name, asked) =>
    (name === 'UID FETCH' && uidsOf(asked.text).length === 1 ? single : page)(name, asked)
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 3 })
  const left = (await ledger()).filter(({ state }) => state !== 'copied')
  assert.deepEqual(
    left.map(({ state, code }) => [state, code]),
    [['skipped', 'TIMEOUT']],
  )
})

for (const itemAttempts of [1, 4])
  test(`everything else is read before such a message is tried again, with ${itemAttempts} tries of an item`, async () => {
    const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }], {
      settings: { itemAttempts },
    })
    const broken = breakingAt(3, isBody, '\x01garbage\r\n', 'go on', server)
    const asked: string[] = []
    server.special = (name, all) => {
      if (name === 'UID FETCH' && isBody(all.text)) asked.push(uidsOf(all.text).join())
      return broken(name, all)
    }
    await mailbox.pass()
    assert.equal(asked.filter((each) => each === '3').length, 2)
    // Tried by itself, and then read.
    const between = asked.slice(asked.indexOf('3'), asked.lastIndexOf('3'))
    assert.equal(between.filter((each) => each.split(',').includes('4')).length, 2)
    assert.deepEqual(await counts(mailbox), { '/Inbox': 3 })
    const left = (await ledger()).filter(({ state }) => state !== 'copied')
    assert.deepEqual(
      left.map(({ state, code }) => [state, code]),
      [['skipped', 'PROTOCOL']],
    )
  })

for (const itemAttempts of [1, 4])
  test(`its tries count over the ends of the service, with ${itemAttempts} tries of an item: then it is named, and not asked for any more`, async () => {
    const { server, mailbox, ledger } = await start(
      [{ name: 'INBOX', messages: messages(1, 2, 3, 4, 5, 6) }],
      { settings: { itemAttempts } },
    )
    let times = 0
    let ended = new AbortController()
    const closes = breakingAt(3, isBody, '', 'close', server)
    const isAside = async () => (await ledger()).some(({ code }) => code === 'set-aside')
    server.special = async (name, received) => {
      const answer = closes(name, received)
      if (answer !== '') return answer
      times++
      if (await isAside()) ended.abort(new Error('killed'))
      return answer
    }
    const asked: number[] = []
    for (let run = 1; (await ledger()).every(({ state }) => state !== 'skipped'); run++) {
      assert.ok(run <= 5, `run ${run} leaves it open`)
      ended = new AbortController()
      const before = times
      await mailbox.pass({ same: run > 1, signal: ended.signal }).catch(() => undefined)
      ;(mailbox.clock as ManualClock).advance(LEASE_MS + 1)
      asked.push(times - before)
    }
    assert.deepEqual(asked.slice(1), [...Array(Math.max(2, itemAttempts) - 1).fill(1), 0])
    const named = (await ledger()).filter(({ state }) => state !== 'copied')
    assert.deepEqual(
      named.map(({ state, attempts, losses }) => [state, attempts, losses.map(({ weight }) => weight)]),
      [['skipped', Math.max(2, itemAttempts), ['content']]],
    )
    assert.match(named[0]!.problem, /UID 3 of the folder "INBOX" is asked for\. So it was \d times,/)
    await mailbox.pass({ same: true })
    assert.deepEqual(await counts(mailbox), { '/Inbox': 5 })
    assert.equal((await mailbox.member()).counts.pending, 0)
  })

test('many such messages among others are all named', async () => {
  const uids = Array.from({ length: 40 }, (_, at) => at + 1)
  const bad = uids.filter((uid) => uid % 3 === 0)
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(...uids) }])
  server.special = (name, { text: asked }) => {
    if (name !== 'UID FETCH' || !isBody(asked) || !uidsOf(asked).some((uid) => bad.includes(uid)))
      return undefined
    return '\x01garbage\r\n'
  }
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': uids.length - bad.length })
  const left = (await ledger()).filter(({ state }) => state === 'skipped')
  assert.equal(left.length, bad.length)
})

test('a mailbox whose only message it is ends too', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(3) }])
  server.special = breakingAt(3, isBody, literal(3, 500, 'Subject: a'), 'close', server)
  await mailbox.pass()
  assert.deepEqual(
    (await ledger()).map(({ state, code }) => [state, code]),
    [['skipped', 'CLOSED']],
  )
})

for (const [how, special] of [
  [
    'gives no message at all',
    (name, { text: asked }) => (name === 'UID FETCH' && isBody(asked) ? null : undefined),
  ],
  ['goes away in the middle', undefined],
] as [string, Special | undefined][])
  test(`a server that ${how} loses nothing, and everything comes once it is well`, async () => {
    const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }])
    let isAway = false
    server.special =
      special ??
      ((name, { text: asked }) => {
        isAway ||= name === 'UID FETCH' && isBody(asked)
        return isAway ? null : undefined
      })
    await assert.rejects(mailbox.pass(), LanePostponed)
    assert.deepEqual(
      (await ledger()).filter(({ state }) => state === 'skipped'),
      [],
    )
    server.special = undefined
    await mailbox.pass({ same: true })
    assert.deepEqual(await counts(mailbox), { '/Inbox': 4 })
    assert.deepEqual(
      (await ledger()).map(({ state }) => state),
      ['copied', 'copied', 'copied', 'copied'],
    )
  })

test('a message at which the server closed by chance is not lost', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2, 3, 4, 5) }])
  const broken = breakingAt(3, isBody, literal(3, 500, 'Subject: a'), 'close', server)
  let closes = 4
  server.special = (name, asked) => {
    const answer = closes > 0 ? broken(name, asked) : undefined
    if (answer !== undefined) closes--
    return answer
  }
  await mailbox.pass()
  assert.equal(closes, 0)
  assert.deepEqual(await counts(mailbox), { '/Inbox': 5 })
  assert.deepEqual(
    (await ledger()).map(({ state }) => state),
    Array(5).fill('copied'),
  )
})

test('what a server refuses is no proof that it gives others', async () => {
  const { server, mailbox, ledger } = await start([{ name: 'INBOX', messages: messages(1, 2, 3, 4) }])
  const broken = breakingAt(1, isBody, literal(1, 500, 'Subject: a'), 'close', server)
  server.special = (name, asked) =>
    broken(name, asked) ??
    (name === 'UID FETCH' && isBody(asked.text)
      ? `${asked.tag} NO [UNAVAILABLE] not just now\r\n`
      : undefined)
  await assert.rejects(mailbox.pass(), LanePostponed)
  assert.deepEqual(
    (await ledger()).filter(({ state }) => state === 'skipped'),
    [],
  )
})

/** Only the list of flags, by which a server without modseqs is compared. */
const isScan = (asked: string) => /^UID FETCH \S+ \(UID FLAGS\)$/.test(asked)
const asksFor = (asked: string, uid: number) => asked.includes('*') || uidsOf(asked).includes(uid)

for (const [how, garbled] of [
  ['garbage', '\x01\x02 <html>nothing\r\n'],
  ['an end', null],
] as const)
  test(`${how} in the list of all flags: the message is named, everything else comes, also in later passes`, async () => {
    const uids = Array.from({ length: 60 }, (_, at) => at + 1)
    const { server, mailbox, ledger } = await start([
      { name: 'INBOX', messages: messages(...uids) },
      { name: 'Other', messages: messages(70) },
    ])
    let isInbox = false
    server.special = (name, { text: asked }) => {
      if (name === 'EXAMINE') isInbox = asked.includes('INBOX')
      return isInbox && name === 'UID FETCH' && isScan(asked) && asksFor(asked, 17) ? garbled : undefined
    }
    for (const pass of [1, 2]) {
      const { alerts } = await mailbox.pass()
      assert.deepEqual(alerts, [], `pass ${pass}`)
      assert.deepEqual(await counts(mailbox), { '/Inbox': 59, '/Other': 1 }, `pass ${pass}`)
      const left = (await ledger()).filter(({ state }) => state !== 'copied')
      assert.equal(left.length, 1)
      assert.match(left[0]!.problem, /UID 17 of the folder "INBOX"/)
    }
    server.special = undefined
    server.folders[0]!.messages[16]!.flags = ['\\Flagged']
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': 60, '/Other': 1 })
  })

test('a folder that no message of is at fault is named, and the others come', async () => {
  const { server, mailbox } = await start([
    { name: 'INBOX', messages: messages(1, 2, 3) },
    { name: 'Other', messages: messages(7, 8) },
  ])
  let selected = ''
  server.special = (name, { text: asked }) => {
    if (name === 'EXAMINE') selected = asked
    const isOther = selected.includes('Other')
    return isOther && name === 'UID FETCH' && isScan(asked) && asked.includes('*')
      ? '\x01\x02 <html>nothing\r\n'
      : undefined
  }
  const { alerts } = await mailbox.pass()
  assert.deepEqual(alerts, [])
  assert.deepEqual(await counts(mailbox), { '/Inbox': 3 })
  const folders = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  const told = folders.flatMap(({ name, losses }) =>
    losses.map(({ property, reason }) => `${name} ${property}: ${reason}`),
  )
  assert.equal(told.length, 1)
  assert.match(told[0]!, /^Other folder not read: .*"Other" be read: .*IMAP/)
  server.special = undefined
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 3, '/Other': 2 })
})

test('a server that never says the end of a FETCH gives everything', async () => {
  const { server, mailbox, ledger } = await start(
    [
      { name: 'INBOX', messages: messages(1, 2, 3) },
      { name: 'Other', messages: messages(7) },
    ],
    {},
    '',
    { endMs: 1_000 },
  )
  const ended = new Set<string>()
  server.special = async (name, received) => {
    // Only the first time that it is asked so.
    if (name !== 'UID FETCH' || isScan(received.text) || ended.has(received.text)) return undefined
    ended.add(received.text)
    const asked = uidsOf(received.text)
    return asked
      .map((uid) => {
        const found = text(uid)
        const body = isBody(received.text) ? `BODY[] {${found.length}}\r\n${found}` : listed(found)
        return `* ${uid} FETCH (UID ${uid} ${body})`
      })
      .join('\r\n')
  }
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 3, '/Other': 1 })
  assert.ok((await ledger()).every(({ state }) => state === 'copied'))
})
