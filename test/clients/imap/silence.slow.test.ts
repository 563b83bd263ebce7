/** A server that says nothing for longer than it may: a failure where an answer is due, and nowhere else. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { FetchedMessage } from '#src/clients/imap/fetched-message.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { endAll, fails, scriptedSession, WHOLE } from './sessions.ts'

after(endAll)

/** A machine that stands still for so long while a session is opened would be taken for a silent server. */
const SILENCE_MS = 6_000
const deadlines = { silenceMs: SILENCE_MS }

describe('silence', { concurrency: true }, () => {
  for (const [answer, kind, why] of [
    ['', 'timeout', /silent over NOOP/],
    ['* BYE shutting down', 'closed', /goodbye: shutting down/],
  ] as const)
    test(`behind "${answer}" fails what is under way and what comes later`, async () => {
      const { session } = await scriptedSession(
        { command: (name) => (name === 'NOOP' ? answer : undefined) },
        { deadlines },
      )
      const first = fails(session.noop(), kind)
      const second = fails(session.noop(), kind)
      assert.match((await first).message, why)
      await second
      await fails(session.status('x', ['MESSAGES']), kind)
      assert.equal(session.failure?.kind, kind)
    })

  test('behind a goodbye is none that may be long: the server closes the connection, or we do', async () => {
    const { session } = await scriptedSession(
      { command: (name) => (name === 'NOOP' ? '* BYE shutting down' : undefined) },
      { deadlines: { closeMs: 500 } },
    )
    const first = fails(session.noop(), 'closed')
    const late = pause(30_000, 'late', { ref: false })
    const failure = await Promise.race([first, late])
    assert.match(String(failure), /goodbye: shutting down/)
  })

  test('is borne in IDLE, which a server may end by itself, and noticed later', async () => {
    let idles = 0
    const { session } = await scriptedSession(
      {
        command: (name) => {
          if (name === 'IDLE' && ++idles === 1) return '+ idling\r\n% OK enough'
          if (name === 'IDLE') again()
          return name === 'NOOP' ? '' : undefined
        },
      },
      { deadlines },
    )
    const stop = new AbortController()
    const again = () => setTimeout(() => stop.abort(), SILENCE_MS + 500)
    await session.idle(stop.signal)
    assert.equal(idles, 2)
    await fails(session.noop(), 'timeout')
  })

  test('is our own where the server is read no faster than the messages are', async () => {
    const size = 64 * 1024 * 1024
    const answer = Buffer.concat([
      Buffer.from(`* 1 FETCH (UID 1 BODY[] {${size}}\r\n`),
      Buffer.alloc(size, 'x'),
    ])
    const { session, server } = await scriptedSession(
      { command: (name) => (name === 'UID FETCH' ? answer : undefined) },
      { deadlines },
    )
    const messages = session.fetch(SequenceSet.all, [WHOLE])
    const { value } = await messages.next()
    const pieces = value!.body()
    await pieces.next()
    await pause(SILENCE_MS + 500)
    assert.ok(server.socket().writableLength > size / 2, 'the server could send most of it')
    assert.equal(session.failure, undefined)
    session.destroy()
    await assert.rejects(async () => {
      for await (const piece of pieces) assert.ok(piece.length > 0)
    }, ImapFailure)
  })
})

describe('a FETCH whose end never comes', { concurrency: true, timeout: 120_000 }, () => {
  const asked = NumberSet.of([11, 12])
  const message = (uid: number, octets: number) =>
    `* ${uid - 10} FETCH (UID ${uid} BODY[] {${octets}}\r\n${'x'.repeat(octets)})`
  const withoutEnd = (...lines: string[]) =>
    scriptedSession(
      { command: (name) => (name === 'UID FETCH' ? lines.join('\r\n') : undefined) },
      { deadlines: { endMs: 1_000, ...(lines.length < 2 && { silenceMs: SILENCE_MS }) } },
    )
  const read = async (messages: AsyncIterable<FetchedMessage>) => {
    const found: number[] = []
    for await (const each of messages) {
      for await (const piece of each.body()) assert.ok(piece.length > 0)
      await each.finish()
      found.push(each.uid)
    }
    return found
  }

  for (const octets of [10, 100_000])
    test(`is whole where everything came, of ${octets} octets, and the session is of no use any more`, async () => {
      const { session } = await withoutEnd(message(11, octets), message(12, octets))
      assert.deepEqual(await read(session.fetch(asked, [WHOLE])), [11, 12])
      assert.equal(session.failure?.kind, 'timeout')
      assert.match(session.failure.message, /behind the answer, before the end of UID FETCH/)
      await fails(session.noop(), 'timeout')
    })

  test('is not where one of them is missing, or its body', async () => {
    const second = '* 2 FETCH (UID 12 INTERNALDATE NIL)'
    const missing = [message(11, 10), `${message(11, 10)}\r\n${second}`].map(async (lines) => {
      const { session } = await withoutEnd(lines)
      await fails(read(session.fetch(asked, [WHOLE])), 'timeout')
      assert.match(session.failure!.message, /silent over UID FETCH/)
    })
    await Promise.all(missing)
  })
})
