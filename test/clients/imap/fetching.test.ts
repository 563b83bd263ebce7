/** FETCH: messages as a stream, whatever order and pieces the server sends them in. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import fc from 'fast-check'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { FetchAttribute } from '#src/wire/imap/fetch.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import type { ImapScript } from '#test/support/scripted-imap.ts'
import { endAll, scriptedSession, WHOLE } from './sessions.ts'

afterEach(endAll)

const LARGE = 100_000
const body = (octets: number, letter = 'x') => `{${octets}}\r\n${letter.repeat(octets)}`

const answering = (...answers: (string | Buffer)[]): ImapScript => ({
  command: (name) => (name === 'UID FETCH' ? answers.shift() : undefined),
})

async function read(
  session: ImapSession,
  uids: NumberSet | SequenceSet,
  attributes: FetchAttribute[] = [WHOLE],
) {
  const found: { uid: number; octets: number; flags?: readonly string[] | undefined }[] = []
  for await (const message of session.fetch(uids, attributes)) {
    let octets = 0
    for await (const piece of message.body()) octets += piece.length
    await message.finish()
    const { flags } = message.data
    found.push({ uid: message.uid, octets, ...(flags && { flags }) })
  }
  return found
}

test('held and streamed bodies, data before and behind them, and what nobody asked for', async () => {
  const { session } = await scriptedSession(
    answering(
      [
        `* 1 FETCH (UID 11 BODY[] ${body(10)} FLAGS (\\Seen))`,
        '* 3 FETCH (UID 13 FLAGS (\\Flagged))',
        '* 9 EXISTS',
        `* 2 FETCH (FLAGS () UID 12 BODY[] ${body(LARGE)} FLAGS (\\Draft))`,
        '* 3 FETCH (UID 13 BODY[] NIL)',
        '* 4 FETCH (UID 14 BODY[] "")',
        '% OK done',
      ].join('\r\n'),
    ),
  )
  const events: unknown[] = []
  session.listen((event) => events.push(event))
  assert.deepEqual(await read(session, SequenceSet.all), [
    { uid: 11, octets: 10, flags: ['\\Seen'] },
    { uid: 12, octets: LARGE, flags: ['\\Draft'] },
    { uid: 13, octets: 0 },
    { uid: 14, octets: 0 },
  ])
  assert.deepEqual(events[1], { kind: 'flags', sequence: 3, flags: ['\\Flagged'], uid: 13 })
  assert.deepEqual(events[2], { kind: 'exists', count: 9 })
})

test('NUL in a body comes as it is, held and streamed, and the others come', async () => {
  const bodies = ['a\0b', 'c', `${'x'.repeat(LARGE)}\0`]
  const lines = bodies.map(
    (text, at) => `* ${at + 1} FETCH (UID ${at + 1} BODY[] {${text.length}}\r\n${text})`,
  )
  const { session } = await scriptedSession(answering([...lines, '% OK done'].join('\r\n')))
  const found: string[] = []
  for await (const message of session.fetch(SequenceSet.all, [WHOLE])) {
    const pieces = await Array.fromAsync(message.body())
    found.push(Buffer.concat(pieces).toString('latin1'))
  }
  assert.ok(found.join('|') === bodies.join('|'))
})

test('several bodies of one message, read or passed over', async () => {
  const answer = `* 1 FETCH (UID 1 BODY[1] ${body(LARGE, 'a')} BODY[HEADER] ${body(5, 'h')} BODY[2] ${body(LARGE, 'b')})\r\n% OK x`
  const { session } = await scriptedSession(answering(answer, answer))
  const names: string[] = []
  for await (const message of session.fetch(SequenceSet.all, [WHOLE])) {
    for await (const { name, octets, content } of message.bodies()) {
      names.push(`${'section' in name ? name.section.path || name.section.text : ''} ${octets}`)
      if (names.length === 2) for await (const piece of content) assert.match(String(piece), /^h+$/)
      if (names.length === 3) for await (const piece of content) assert.match(String(piece), /^b+$/)
    }
  }
  assert.deepEqual(names, [`1 ${LARGE}`, 'header 5', `2 ${LARGE}`])
  for await (const message of session.fetch(SequenceSet.all, [WHOLE])) assert.equal(message.uid, 1)
  await session.noop()
})

test('a loop that is left early leaves a session that works', async () => {
  const many = Array.from(
    { length: 50 },
    (_, no) => `* ${no + 1} FETCH (UID ${no + 1} BODY[] ${body(LARGE)})`,
  )
  const { session } = await scriptedSession(answering([...many, '% OK x'].join('\r\n')))
  for await (const message of session.fetch(SequenceSet.all, [WHOLE])) {
    for await (const piece of message.body()) {
      assert.ok(piece.length > 0)
      break
    }
    break
  }
  await session.noop()
})

test('a server that says the UID behind the body is asked for one message at a time', async () => {
  const { session, server } = await scriptedSession(
    answering(
      `* 1 FETCH (BODY[] ${body(LARGE)} UID 1)\r\n* 2 FETCH (BODY[] ${body(3)} UID 2)\r\n% OK x`,
      `* 1 FETCH (BODY[] ${body(LARGE)} UID 1)\r\n% OK x`,
    ),
  )
  assert.deepEqual(await read(session, NumberSet.of([1, 2])), [
    { uid: 2, octets: 3 },
    { uid: 1, octets: LARGE },
  ])
  assert.match(server.commands.at(-1)!.text, /^UID FETCH 1 /)
})

test('an answer that cannot be read spoils its command and nothing else', async () => {
  const { session } = await scriptedSession(
    answering(`* 1 FETCH (UID 1 ENVELOPE (what))\r\n* 2 FETCH (UID 2 FLAGS ())\r\n% OK x`),
  )
  const uids: number[] = []
  await assert.rejects(
    async () => {
      for await (const { uid } of session.fetch(SequenceSet.all, [{ item: 'FLAGS' }])) uids.push(uid)
    },
    (error) => error instanceof ImapFailure && error.kind === 'protocol' && /FETCH 1/.test(error.message),
  )
  assert.deepEqual(uids, [2])
  await session.noop()
})

test('a refusal comes behind what was fetched', async () => {
  const { session } = await scriptedSession(answering('* 1 FETCH (UID 1 FLAGS ())\r\n% NO some are gone'))
  const uids: number[] = []
  await assert.rejects(async () => {
    for await (const { uid } of session.fetch(SequenceSet.all, [{ item: 'FLAGS' }])) uids.push(uid)
  }, /some are gone/)
  assert.deepEqual(uids, [1])
})

test('an envelope with a text longer than any is held, up to a bound', async () => {
  const subject = 's'.repeat(LARGE)
  const { session } = await scriptedSession(
    answering(
      `* 1 FETCH (UID 1 ENVELOPE (NIL {${LARGE}}\r\n${subject} NIL NIL NIL NIL NIL NIL NIL NIL) BODY[] ${body(LARGE)})\r\n% OK x`,
      '* 1 FETCH (UID 1 ENVELOPE (NIL {99999999}\r\n',
    ),
  )
  for await (const message of session.fetch(SequenceSet.all, [{ item: 'ENVELOPE' }, WHOLE])) {
    assert.equal(message.data.envelope?.subject?.length, LARGE)
  }
  await assert.rejects(read(session, SequenceSet.all), /larger than any/)
})

test('nothing is asked for no message', async () => {
  const { session, server } = await scriptedSession()
  const before = server.commands.length
  assert.deepEqual(await read(session, NumberSet.empty), [])
  assert.equal(server.commands.length, before)
})

test('however the octets are cut, the messages are the same', async () => {
  const answer = [
    '* OK [CAPABILITY IMAP4rev1] x',
    `* 1 FETCH (UID 1 BODY[] ${body(70_000, 'a')} FLAGS (\\Seen))`,
    '* 2 FETCH (UID 2 BODY[] {4}\r\n\r\n)\r FLAGS (k))',
    `* 3 FETCH (UID 3 BODY[HEADER.FIELDS ("A]B" C)] "q\\"" BODY[] ${body(66_000, ')')})`,
  ].join('\r\n')
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 80_000 })), {
    minLength: 1,
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(sizes, async (cuts) => {
      const { session, server } = await scriptedSession({
        command: async (name, { tag }) => {
          if (name !== 'UID FETCH') return undefined
          const octets = Buffer.from(`${answer}\r\n${tag} OK done\r\n`, 'latin1')
          let at = 0
          for (let no = 0; at < octets.length; no++) {
            // The last pieces are large, so that a case does not take minutes.
            const size = no < 60 ? cuts[no % cuts.length]! : octets.length
            server.socket().write(octets.subarray(at, at + size))
            at += size
            await new Promise((resolve) => setImmediate(resolve))
          }
          return ''
        },
      })
      const found = []
      for await (const message of session.fetch(SequenceSet.all, [WHOLE])) {
        const bodies: string[] = []
        for await (const { content } of message.bodies()) {
          let text = ''
          for await (const piece of content) text += String(piece)
          bodies.push(text)
        }
        found.push([message.uid, message.data.flags, ...bodies])
      }
      endAll()
      assert.deepEqual(found, [
        [1, ['\\Seen'], 'a'.repeat(70_000)],
        [2, ['k'], '\r\n)\r'],
        [3, undefined, 'q"', ')'.repeat(66_000)],
      ])
    }),
    { numRuns: 25 },
  )
})

test('what is fetched from a session that ended before fails at once', async () => {
  const { session } = await scriptedSession()
  session.destroy()
  await assert.rejects(Array.fromAsync(session.fetch(NumberSet.of([1]), [{ item: 'FLAGS' }])), {
    kind: 'closed',
  })
})
