import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imapWorld, mailboxOf, TestClient } from './imap-world.ts'
import { ViewingClient } from './viewing-client.ts'

/** Numbers that look random and are the same in each run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % sides
  }
}

const flags = ['\\Seen', '\\Flagged', '\\Deleted', '\\Answered', '$Work', 'Blue']

function step(client: ViewingClient, roll: (sides: number) => number): string {
  const count = client.messages.length
  const some = () => {
    const from = 1 + roll(count)
    return `${from}:${Math.min(count, from + roll(4))}`
  }
  const uid = client.messages[roll(Math.max(1, count))]?.uid ?? 1
  const flag = flags[roll(flags.length)]!
  if (count < 3 || roll(5) === 0) return `APPEND INBOX (${flag}) {18+}\r\nSubject: two\r\n\r\nX\n`
  const choices = [
    `STORE ${some()} +FLAGS (${flag})`,
    `STORE ${some()} -FLAGS.SILENT (${flag})`,
    `STORE ${some()} +FLAGS.SILENT (${flag})`,
    `UID STORE ${uid} FLAGS (${flag})`,
    `FETCH ${some()} (UID FLAGS)`,
    `UID FETCH ${uid}:* (FLAGS)`,
    `FETCH ${some()} UID`,
    'NOOP',
    'EXPUNGE',
    `UID EXPUNGE ${uid}:${uid + 3}`,
    `COPY ${some()} INBOX`,
    `MOVE ${1 + roll(count)} Archive`,
    `UID MOVE ${uid} INBOX`,
    `SEARCH ${flag === '$Work' ? 'KEYWORD $Work' : 'UNSEEN'}`,
    'STATUS INBOX (MESSAGES UNSEEN)',
  ]
  return choices[roll(choices.length)]!
}

test('sessions that change one mailbox at random never contradict themselves, and agree in the end', {
  timeout: 60_000,
}, async (t) => {
  const world = await imapWorld()
  const clients: ViewingClient[] = []
  t.after(async () => {
    for (const { client } of clients) client.connection.destroy()
    await Promise.all(clients.map(({ client }) => client.done))
    await world.remove()
  })
  const organization = await world.organization('many')
  const user = await world.user(organization, 'ann', 'many.example')
  for (let no = 0; no < 8; no++) {
    const client = new ViewingClient(new TestClient(world.options()))
    await client.client.signIn('ann@many.example')
    if (no % 3 === 1) await client.command('ENABLE QRESYNC')
    if (no % 3 === 2) await client.command('ENABLE IMAP4rev2')
    await client.select('INBOX')
    clients.push(client)
  }
  await Promise.all(
    clients.map(async (client, no) => {
      const roll = dice(77 + no)
      for (let turn = 0; turn < 120; turn++) {
        const text = step(client, roll)
        const answer = await client.command(text)
        // Numbers may be of messages that others have removed.
        assert.match(answer, /^t\d+ (?:OK|BAD There is no message of that number)/, text)
        const fresh = client.messages.findIndex(({ uid }) => uid === undefined)
        if (fresh >= 0) await client.command(`FETCH ${fresh + 1}:* (UID FLAGS)`)
      }
    }),
  )
  for (const client of clients) await client.command('NOOP')
  const believed = clients.map(({ messages }) => messages.map((message) => ({ ...message })))
  for (const client of clients) await client.command('FETCH 1:* (UID FLAGS)')
  const truth = clients[0]!.messages
  for (const [no, { messages }] of clients.entries()) {
    assert.equal(JSON.stringify(messages) === JSON.stringify(truth), true, `session ${no} differs`)
    // What it had not asked for yet it need not know; what it believed must be so.
    const wrong = believed[no]!.filter(
      ({ uid, flags }, at) =>
        (uid !== undefined && uid !== truth[at]!.uid) || (flags !== undefined && flags !== truth[at]!.flags),
    )
    assert.deepEqual(wrong.slice(0, 3), [], `session ${no} was not told of everything`)
  }
  // Each message is recent to one session at most.
  const recent = clients.flatMap((client) => [...client.recent])
  assert.ok(recent.length > 0)
  assert.equal(new Set(recent).size, recent.length)
  const inbox = await world.store.mailboxes.findFolder(mailboxOf(organization, user), {
    distinguished: 'inbox',
  })
  assert.equal(inbox!.items, clients[0]!.messages.length)
  const archive = await world.store.mailboxes.findFolder(mailboxOf(organization, user), {
    distinguished: 'archive',
  })
  const moved = clients.reduce((sum, { movedAway }) => sum + movedAway, 0)
  assert.equal(archive!.items, moved, 'a message that was moved away was removed by those who stayed')
  const { findings } = await world.store.maintenance.check({ bodies: true })
  assert.deepEqual(findings, [])
  for (const { client } of clients) await client.close()
})
