/** A server that says nothing for longer than it may: a failure where an answer is due, and nowhere else. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ImapFailure } from '#src/clients/imap/failure.ts'
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
