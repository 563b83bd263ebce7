/** Commands and their answers: what goes along with what, what waits, and what a broken answer breaks. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import type { MessageToAppend } from '#src/clients/imap/append.ts'
import { ImapFailure, type ImapFailureKind } from '#src/clients/imap/failure.ts'
import type { MailboxEvent } from '#src/clients/imap/mailbox-event.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { endAll, fails, scriptedSession, WHOLE } from './sessions.ts'

afterEach(endAll)

const message = (text: string, more: Partial<MessageToAppend> = {}): MessageToAppend => ({
  sizeBytes: text.length,
  async *content() {
    yield Buffer.from(text)
  },
  ...more,
})

test('questions whose answers cannot be mixed up go out together; others wait', async () => {
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    answer = resolve
  })
  const { session, server } = await scriptedSession({
    command: async (name, { text }) => {
      if (name !== 'STATUS') return undefined
      if (text.startsWith('STATUS a ')) await asked
      return `* ${text.replace(/\(.*/, '(MESSAGES 5)')}\r\n% OK done`
    },
  })
  const before = server.commands.length
  const all = ['a', 'b', 'c'].map((name) => session.status(name, ['MESSAGES']))
  const selected = session.select('INBOX')
  while (server.commands.length === before) await pause(5)
  await pause(50)
  // The script answers one after the other; what it has read it has in hand.
  assert.equal(server.commands.length, before + 1)
  answer()
  assert.deepEqual(await Promise.all(all), [{ MESSAGES: 5 }, { MESSAGES: 5 }, { MESSAGES: 5 }])
  assert.equal((await selected).exists, 3)
})

test('a refusal has its code, and the session goes on', async () => {
  const { session } = await scriptedSession({
    command: (name) => (name === 'CREATE' ? '% NO [ALREADYEXISTS] there it is' : undefined),
  })
  const error = await fails(session.create('x'), 'refused')
  assert.deepEqual([error.status, error.code], ['NO', { code: 'ALREADYEXISTS' }])
  await session.noop()
})

test('what the server lacks is not asked for', async () => {
  const { session, server } = await scriptedSession({ capabilities: 'AUTH=PLAIN SASL-IR' })
  const before = server.commands.length
  await fails(session.compress(), 'unsupported')
  await fails(session.quotaRoots('INBOX'), 'unsupported')
  await fails(session.append('INBOX', message('a'), message('b')), 'unsupported')
  assert.deepEqual(await session.enable('QRESYNC'), new Set())
  assert.equal(server.commands.length, before)
})

test('a break and an answer that is none fail what is under way and what comes later', async () => {
  const cases: [string | null, ImapFailureKind, RegExp][] = [
    [null, 'closed', /closed the connection|broke/],
    ['* ***', 'protocol', /does not speak IMAP|cannot be read/],
    ['X9 OK what', 'protocol', /nobody gave/],
  ]
  for (const [answer, kind, why] of cases) {
    const { session } = await scriptedSession({
      command: (name) => (name === 'NOOP' ? answer : undefined),
    })
    const first = fails(session.noop(), kind)
    const second = fails(session.noop(), kind)
    assert.match((await first).message, why)
    await second
    await fails(session.status('x', ['MESSAGES']), kind)
    assert.equal(session.failure?.kind, kind)
  }
})

test('the words of a goodbye are the reason', async () => {
  const { session, server } = await scriptedSession({
    command: (name) => {
      if (name === 'NOOP') setImmediate(() => server.socket().end('* BYE we move house\r\n'))
      return name === 'NOOP' ? '' : undefined
    },
  })
  assert.match((await fails(session.noop(), 'closed')).message, /we move house/)
})

test('literals: announced and waited for, announced and sent, refused', async () => {
  const name = 'ä'.repeat(600)
  const waits = await scriptedSession({ capabilities: '' })
  await waits.session.search({ key: 'body', text: name })
  const sent = (all: typeof waits) => all.server.commands.at(-1)!
  assert.match(sent(waits).text, /^UID SEARCH CHARSET UTF-8 BODY \{1200\}/)
  assert.equal(String(sent(waits).literals[0]), name)
  const plus = await scriptedSession({ capabilities: 'LITERAL+' })
  await plus.session.search({ key: 'body', text: name })
  assert.match(sent(plus).text, /BODY \{1200\+\}/)
  const refuses = await scriptedSession({ capabilities: '', literal: () => '% BAD no literals here' })
  await fails(refuses.session.search({ key: 'body', text: name }), 'refused')
  await refuses.session.noop()
})

test('append streams, says where it is, and tells of what it cannot know', async () => {
  const { session, server } = await scriptedSession({
    capabilities: 'LITERAL- UIDPLUS APPENDLIMIT=1000000',
    command: (name) => (name === 'APPEND' ? '% OK [APPENDUID 7 12] done' : undefined),
  })
  const date = { epochMs: 0, zoneMinutes: 60 }
  const done = await session.append('Käse', message('x'.repeat(5_000), { flags: ['\\Seen'], date }))
  assert.deepEqual(done, { uidValidity: 7, uids: [12] })
  const { text, literals } = server.commands.at(-1)!
  assert.match(text, /^APPEND K&AOQ-se \(\\Seen\) " 1-Jan-1970 01:00:00 \+0100" \{5000\}x/)
  assert.equal(literals[0]!.length, 5_000)
  await session.append('a', message('small'))
  assert.match(server.commands.at(-1)!.text, /^APPEND a \{5\+\}small$/)
  const error = await fails(session.append('a', message('x', { sizeBytes: 2_000_000 })), 'refused')
  assert.deepEqual(error.code, { code: 'TOOBIG' })
})

test('a message that is not of its size, or cannot be read, never becomes one', async () => {
  const wrong = [
    message('short', { sizeBytes: 6 }),
    message('longer', { sizeBytes: 5 }),
    message('', {
      sizeBytes: 3,
      // biome-ignore lint/correctness/useYield: it fails before
      async *content() {
        throw new Error('the disk is gone')
      },
    }),
  ]
  for (const each of wrong) {
    const { session, server } = await scriptedSession()
    await fails(session.append('a', each), 'source')
    assert.ok(server.commands.every(({ text }) => !text.startsWith('APPEND')))
  }
})

test('an answer that is lost leaves open whether it was done', async () => {
  const { session } = await scriptedSession({ command: (name) => (name === 'APPEND' ? null : undefined) })
  assert.equal((await fails(session.append('a', message('x')), 'closed')).uncertain, true)
  const early = await scriptedSession({ capabilities: '', literal: () => null })
  assert.equal((await fails(early.session.append('a', message('x')), 'closed')).uncertain, false)
  const reads = await scriptedSession({ command: (name) => (name === 'NOOP' ? null : undefined) })
  assert.equal((await fails(reads.session.noop(), 'closed')).uncertain, false)
})

test('a large message is not sent to who refuses it', async () => {
  const { session } = await scriptedSession({ literal: () => '% NO [OVERQUOTA] full' })
  let read = 0
  const large = message('', {
    sizeBytes: 1_000_000,
    async *content() {
      read++
      yield Buffer.alloc(1_000_000)
    },
  })
  assert.deepEqual((await fails(session.append('a', large), 'refused')).code, { code: 'OVERQUOTA' })
  assert.equal(read, 0)
  await session.noop()
})

test('IDLE: events come at once, it is said again in time, and ends when told', async () => {
  let said = 0
  const { session, server } = await scriptedSession(
    {
      command: (name) => {
        if (name === 'IDLE' && ++said === 2) setImmediate(tell)
        return undefined
      },
    },
    { deadlines: { renewIdleMs: 200 } },
  )
  const tell = () =>
    server.socket().write('* 4 EXISTS\r\n* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Seen) UID 9)\r\n')
  const events: MailboxEvent[] = []
  const stop = new AbortController()
  session.listen((event) => {
    if (events.push(event) === 3) stop.abort()
  })
  await session.idle(stop.signal)
  assert.deepEqual(events, [
    { kind: 'exists', count: 4 },
    { kind: 'expunge', sequence: 2 },
    { kind: 'flags', sequence: 1, flags: ['\\Seen'], uid: 9 },
  ])
  await session.noop()
})

test('a server without IDLE is asked', async () => {
  let asked = 0
  const stop = new AbortController()
  const { session } = await scriptedSession(
    {
      capabilities: '',
      command: (name) => {
        if (name === 'NOOP' && ++asked === 2) stop.abort()
        return undefined
      },
    },
    { deadlines: { pollMs: 10 } },
  )
  await session.idle(stop.signal)
  assert.equal(asked, 2)
})

test('folders of a server that knows LIST and LSUB only', async () => {
  const { session } = await scriptedSession({
    capabilities: '',
    command: (name, { text }) => {
      if (name === 'LIST')
        return '* LIST () "/" INBOX\r\n* LIST (\\Noselect) "/" a\r\n* LIST () "/" "a/&AOQ-"\r\n% OK x'
      if (name === 'LSUB') return '* LSUB () "/" "a/&AOQ-"\r\n% OK x'
      if (name === 'STATUS' && text.includes('INBOX')) return '% NO not now'
      return name === 'STATUS' ? '* STATUS "a/&AOQ-" (MESSAGES 2)\r\n% OK x' : undefined
    },
  })
  const found = await session.folders({ subscribed: true, status: ['MESSAGES', 'SIZE', 'HIGHESTMODSEQ'] })
  assert.deepEqual(found, [
    { name: 'INBOX', delimiter: '/', attributes: [], subscribed: false },
    { name: 'a', delimiter: '/', attributes: ['\\Noselect'], subscribed: false },
    { name: 'a/ä', delimiter: '/', attributes: [], subscribed: true, status: { MESSAGES: 2 } },
  ])
})

test('a search without ESEARCH is counted here', async () => {
  const { session } = await scriptedSession({
    capabilities: '',
    command: (name) => (name === 'UID SEARCH' ? '* SEARCH 5 2 9\r\n% OK x' : undefined),
  })
  const { all, ...rest } = await session.search(
    { key: 'all' },
    { all: true, min: true, max: true, count: true },
  )
  assert.deepEqual([String(all), rest], ['2,5,9', { min: 2, max: 9, count: 3 }])
})

test('what is said right behind the answer to SELECT counts', async () => {
  const { session } = await scriptedSession({
    command: (name) =>
      name === 'SELECT'
        ? '* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n% OK done\r\n* 5 EXISTS\r\n* 1 EXPUNGE'
        : undefined,
  })
  const selected = await session.select('INBOX')
  assert.equal(selected.exists, 4)
  assert.equal(session.selected, selected)
})

test('long sets go out in pieces', async () => {
  const { session, server } = await scriptedSession({
    command: (name) => (name === 'UID STORE' ? '% OK [MODIFIED 7] x' : undefined),
  })
  const uids = NumberSet.of(Array.from({ length: 2_000 }, (_, no) => no * 2 + 1))
  assert.equal(String(await session.store(uids, 'add', ['\\Seen'], { unchangedSince: 5 })), '7')
  const stores = server.commands.filter(({ text }) => text.startsWith('UID STORE'))
  assert.ok(stores.length > 1 && stores.every(({ text }) => text.length < 5_000))
})

test('whatever a server says, a command ends with its answer or a named failure', async () => {
  const scraps = [
    '* ',
    '1 ',
    'FETCH ',
    '(',
    ')',
    'UID 1',
    'BODY[] ',
    '{5}\r\n',
    '{99999}\r\n',
    '\r\n',
    '"',
    'FLAGS ()',
    '+ ',
    'L9 OK',
  ]
  const words = [
    '* OK ',
    '* BYE x\r\n',
    '[',
    'EXPUNGE\r\n',
    'VANISHED 1:*\r\n',
    'EXISTS\r\n',
    'LIST () "/" a\r\n',
    '\0',
    '\xff',
  ]
  const said = fc.array(fc.constantFrom(...scraps, ...words), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(said, async (pieces) => {
      try {
        const { session } = await scriptedSession(
          {
            command: (name, { tag }) =>
              name === 'UID FETCH'
                ? Buffer.from(`${pieces.join('')}\r\n${tag} OK done\r\n`, 'latin1')
                : undefined,
          },
          { deadlines: { silenceMs: 40 } },
        )
        for await (const message of session.fetch(SequenceSet.all, [WHOLE]))
          for await (const piece of message.body()) assert.ok(piece.length > 0)
      } catch (error) {
        assert.ok(error instanceof ImapFailure, String(error))
      }
      endAll()
    }),
    { numRuns: 60 },
  )
})
