/** A server on the other side that sends mail back to us and leaves nothing in its header by which it could be known. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { RunningIntake } from '#src/domain/delivery/accept-message.ts'
import { MailRefusal } from '#src/domain/delivery/intake.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let intake: RunningIntake
const redirecting = new Map<string, string>()
let isPaused = false
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  await world.group('ring', [], 'exchange')
  await world.contact('away', 'away@far.example')
})
beforeEach(() => {
  intake = world.with({
    mailboxStep: async ({ entry }) => {
      if (isPaused) throw new MailRefusal('try-later', '4.3.0', 'Try again later.')
      return { folder: 'inbox', redirectTo: [redirecting.get(entry.id) ?? []].flat() }
    },
  })
})
after(() => world.end())

const from = 'sue@sender.example'
const ring = 'ring@corp.example'
const written = { From: from, Date: 'Sat, 21 Nov 2026 12:00:00 +0000', Subject: 'Round' }
let count = 0

/** What the other side makes of what it was sent. */
function stripped(text: string): string {
  const end = text.indexOf('\r\n\r\n')
  const kept = text
    .slice(0, end)
    .split(/\r\n(?![ \t])/)
    .filter((field) => /^(?:From|Date|Subject|X-Kept):/i.test(field))
  return [...kept, `Message-ID: <${++count}@other.example>`].join('\r\n') + text.slice(end)
}

/** Rounds until the message is refused: each time what went out comes in again, `everyMs` later. */
async function roundsOf(
  text: string,
  {
    to = ring,
    everyMs = 1_000,
    change = (same: string) => same,
  }: { to?: string; everyMs?: number; change?: (text: string) => string } = {},
  most = 200,
): Promise<number> {
  let coming = text
  for (let round = 1; round <= most; round++) {
    world.at += everyMs - 1_000
    const before = (await world.queue()).length
    const refusal = await refusalOf(send(world, { from, to: [to], text: coming, intake }))
    if (refusal !== 'accepted') {
      assert.equal(refusal, '5.4.6 group-cycle')
      return round
    }
    const queued = await world.queue()
    if (queued.length === before) return round
    coming = change(stripped(queued.at(-1)!.text))
    await cancel(queued.at(-1)!.id)
  }
  return Number.POSITIVE_INFINITY
}

const cancel = (id: string) =>
  world.store.transact({ organization: world.org, mailboxes: ['transport' as never] }, ({ delivery }) =>
    delivery.cancelQueued(world.org, id as never),
  )

const text = (header: Record<string, string> = {}, body?: string) =>
  mail({ ...written, 'Message-ID': `<${++count}@sender.example>`, ...header }, body)

test('the circle ends when it has gone round ten times and a quarter of a minute', async () => {
  assert.equal(await roundsOf(text({ Subject: 'Quick' })), 16)
  assert.equal(await roundsOf(text({ Subject: 'Slow' }), { everyMs: 600_000 }), 11)
})

test('also where the body is another one each time, and where there was no Date', async () => {
  assert.equal(await roundsOf(text({ Subject: 'Footers' }), { change: (was) => `${was}-- footer\r\n` }), 101)
  const dateless = mail({ From: from, Subject: 'Dateless', 'Message-ID': '<dateless@sender.example>' })
  assert.equal(await roundsOf(dateless), 17)
})

test('a mailbox that redirects into a circle keeps the message, and sends it on no more', async () => {
  redirecting.set(ann.id, 'away@far.example')
  assert.equal(await roundsOf(text({ Subject: 'Redirected' }), { to: 'ann@corp.example' }), 16)
  assert.equal((await world.inbox(ann)).length, 16)
})

test('of several recipients only the one in the circle comes back to the sender', async () => {
  const cem = await world.user('cem')
  const coming = text({ Subject: 'Some' })
  await roundsOf(coming)
  await send(world, { from, to: [ring, 'cem@corp.example'], text: stripped(coming), intake })
  assert.equal((await world.inbox(cem)).length, 1)
  assert.deepEqual((await world.queue()).at(-1)!.recipients, [{ address: ring, route: { kind: 'local' } }])
})

test('who cannot be taken for a while and tries again is not counted', async () => {
  const coming = text({ Subject: 'Again' })
  const sent = () => refusalOf(send(world, { from, to: [ring, 'ann@corp.example'], text: coming, intake }))
  isPaused = true
  for (let no = 0; no < 30; no++) assert.equal(await sent(), '4.3.0 try-later')
  isPaused = false
  assert.equal(await sent(), 'accepted')
})
