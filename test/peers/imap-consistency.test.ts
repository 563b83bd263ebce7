/**
 * Twenty sessions change one mailbox at random. Each builds its view from what the server tells it; now and then all stop, and
 * every view must be what a session sees that has just come. LANDBRIDGE_CONSISTENCY_SECONDS says how long,
 * LANDBRIDGE_SEED which acts are drawn (in which order they arrive is chance all the same).
 */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { random } from '#test/crash/model.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { type ImapPlace, openPlace, placeNames } from '#test/support/imap-places.ts'
import { ImapView } from '#test/support/imap-view.ts'

const seconds = Number(process.env.LANDBRIDGE_CONSISTENCY_SECONDS ?? 4)
const seed = Number(process.env.LANDBRIDGE_SEED ?? Math.floor(Math.random() * 2 ** 32))
const draw = random(seed)
const SESSIONS = 20
const stepsBetween = 15
const flags = ['\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '$Work', '$Later']

const below = (count: number) => Math.floor(draw() * count)
const pick = <T>(things: readonly T[]): T => things[below(things.length)]!

/** One random act of a session. */
async function act(session: ImapView, no: number): Promise<void> {
  const count = session.view.length
  if (count < 20) {
    await session.append('INBOX', `Subject: ${no}\r\n\r\n${draw()}\r\n`)
    return
  }
  const from = 1 + below(count)
  const to = Math.min(count, from + below(6))
  const uids = session.view.slice(from - 1, to).flatMap(({ uid }) => (uid === undefined ? [] : [uid]))
  const set = uids.length > 0 ? uids.join(',') : '1'
  const change = `${pick(['+', '-', ''])}FLAGS`
  const some = `(${[pick(flags), pick(flags)].join(' ')})`
  switch (below(count > 150 ? 16 : 14)) {
    case 0:
    case 1:
      await session.append('INBOX', `Subject: ${no}\r\n\r\n${draw()}\r\n`)
      return
    case 2:
    case 3:
      await session.run('STORE', `${from}:${to} ${change} ${some}`)
      return
    case 4:
      await session.run('UID STORE', `${set} ${change} ${some}`)
      return
    case 5:
      await session.run('STORE', `${from}:${to} ${change}.SILENT ${some}`)
      for (let sequence = from; sequence <= to; sequence++) session.forgetFlags(sequence)
      return
    case 6:
      await session.run('FETCH', `${from}:${to} (UID FLAGS)`)
      return
    case 7:
      await session.run('UID FETCH', `${set} (FLAGS INTERNALDATE)`)
      return
    case 8:
      await session.run('SEARCH', `${pick(['DELETED', 'SEEN', 'KEYWORD $Work', 'UNFLAGGED'])}`)
      return
    case 9:
      await session.run('UID COPY', `${set} INBOX`)
      return
    case 10:
      await session.idle(below(60))
      return
    case 11:
      await session.run('NOOP')
      return
    case 12:
      await session.run('UID MOVE', `${set} Elsewhere`)
      return
    case 13:
      if (below(4) === 0) await session.select('INBOX')
      else await session.learn()
      return
    default:
      await (below(2) === 0 ? session.run('EXPUNGE') : session.run('UID EXPUNGE', set))
  }
}

async function acts(session: ImapView, no: number, until: number): Promise<void> {
  for (let step = 0; step < stepsBetween && performance.now() < until; step++) await act(session, no)
}

for (const placeName of placeNames) {
  const skip = placeName === 'Dovecot' ? dovecot.skip : false
  describe(`${SESSIONS} sessions of ${placeName}`, { skip, timeout: seconds * 2_000 + 60_000 }, () => {
    let place: ImapPlace
    const sessions: ImapView[] = []
    after(async () => {
      for (const session of sessions) session.close()
      await place?.end()
    })

    it(`see one mailbox for ${seconds} seconds, seed ${seed}`, async () => {
      place = await openPlace(placeName)
      const login = await place.user('many')
      const first = await place.open(login)
      await first.create('Elsewhere')
      first.destroy()
      for (let no = 0; no < SESSIONS; no++) {
        const session = new ImapView(no % 3 === 0)
        sessions.push(session)
        await session.open(place, login, 'INBOX')
      }
      const until = performance.now() + seconds * 1_000
      let points = 0
      while (performance.now() < until) {
        await Promise.all(sessions.map((session, no) => acts(session, no, until)))
        await Promise.all(sessions.map((session) => session.run('NOOP')))
        await Promise.all(sessions.map((session) => session.learn()))
        const fresh = new ImapView(false)
        await fresh.open(place, login, 'INBOX')
        for (const [no, session] of sessions.entries())
          session.assertSame(fresh.view, `session ${no} at point ${points}`)
        fresh.close()
        points++
      }
      assert.ok(points > 0)
      await place.check()
    })
  })
}
