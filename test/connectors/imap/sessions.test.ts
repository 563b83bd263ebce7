import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailboxSessions } from '#connectors/imap/sessions.ts'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { settled } from '#test/support/settled.ts'

const never = new AbortController().signal

/** Sessions that only open and end; `refuses`: how many are refused first. */
function sessionsOf(most: number, refuses = 0) {
  let left = refuses
  const opened: { failure: ImapFailure | undefined; selected: { name: string } | undefined }[] = []
  const open = async () => {
    await undefined
    if (left-- > 0) throw new ImapFailure('unreachable', 'Nobody is there.')
    const session = {
      failure: undefined as ImapFailure | undefined,
      selected: undefined as { name: string } | undefined,
      destroy: () => {
        session.failure = new ImapFailure('aborted', 'It was ended.')
      },
      logout: async () => session.destroy(),
    }
    opened.push(session)
    return session as unknown as ImapSession
  }
  return { opened, sessions: new MailboxSessions(open, most) }
}

test('whoever waits gets the session that is given back, one after the other, and no other is opened', async () => {
  const { opened, sessions } = sessionsOf(1)
  const first = await sessions.lease(null, never)
  const order: string[] = []
  const waiting = ['second', 'third'].map(async (name) => {
    const { giveBack } = await sessions.lease(null, never)
    order.push(name)
    giveBack()
  })
  await settled()
  assert.deepEqual(order, [])
  first.giveBack()
  await settled()
  assert.deepEqual(order, ['second', 'third'])
  await Promise.all(waiting)
  assert.equal(opened.length, 1)
})

test('what is given back twice is there once', async () => {
  const { sessions } = sessionsOf(2)
  const { giveBack } = await sessions.lease(null, never)
  giveBack()
  giveBack()
  const [one, other] = [await sessions.lease(null, never), await sessions.lease(null, never)]
  assert.notEqual(one.session, other.session)
})

test('one that is lost is ended, and who waits opens another', async () => {
  const { opened, sessions } = sessionsOf(1)
  const first = await sessions.lease(null, never)
  const second = sessions.lease(null, never)
  await settled()
  first.giveBack(true)
  await settled()
  assert.deepEqual(
    opened.map(({ failure }) => failure?.kind),
    ['aborted', undefined],
  )
  ;(await second).giveBack()
})

test('where one cannot be opened, who waits may try', async () => {
  const { opened, sessions } = sessionsOf(1, 1)
  const first = sessions.lease(null, never)
  const second = sessions.lease(null, never)
  await assert.rejects(first, { kind: 'unreachable' })
  await settled()
  assert.equal(opened.length, 1)
  ;(await second).giveBack()
})

test('the one whose folder is open already is preferred, and nobody gets one that broke meanwhile', async () => {
  const { opened, sessions } = sessionsOf(3)
  const leases = [await sessions.lease(null, never), await sessions.lease(null, never)]
  opened[1]!.selected = { name: 'Work' }
  for (const { giveBack } of leases) giveBack()
  const inWork = await sessions.lease('Work', never)
  assert.equal(inWork.session, opened[1])
  inWork.giveBack()
  for (const session of opened) session.failure = new ImapFailure('closed', 'It broke.')
  const fresh = await sessions.lease('Work', never)
  assert.equal(fresh.session, opened[2])
})

test('who is called off waits no longer, and what runs for it is ended', async () => {
  const { opened, sessions } = sessionsOf(1)
  const stop = new AbortController()
  const held = await sessions.lease(null, stop.signal)
  const waiting = sessions.lease(null, stop.signal)
  await settled()
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  assert.equal(opened[0]!.failure?.kind, 'aborted')
  held.giveBack(true)
  ;(await sessions.lease(null, never)).giveBack()
  assert.equal(opened.length, 2)
})
