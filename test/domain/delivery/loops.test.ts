import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localTransport } from '#src/domain/delivery/local-transport.ts'
import type { Entry, User } from '#src/domain/directory/entry.ts'
import { attemptTo } from '#test/support/mail-attempt.ts'
import { asUser, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
let inner: Entry
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
  const away = await world.contact('away', 'away@far.example')
  inner = await world.group('inner', [away, ann])
  await world.group('outer', [inner])
  await world.group('ring', [], 'exchange')
})
after(() => world.end())

const from = 'sue@sender.example'
let count = 0
const message = () => mail({ From: from, 'Message-ID': `<loop-${++count}@sender.example>` })

/** What the address outside is sent, and sends back to us. */
async function comeBack(to: string, goesTo = 'away@far.example') {
  await send(world, { from, to: [to], text: message() })
  const { text, recipients } = (await world.queue()).at(-1)!
  assert.deepEqual(
    recipients.map(({ address }) => address),
    [goesTo],
  )
  return text
}
const queued = async () => (await world.queue()).length
const arrived = async () => (await world.inbox(ann)).length

test('a message that comes back to the inner one of two groups ends there, and the trace alone says so', async () => {
  const text = await comeBack('outer@corp.example')
  const before = { queued: await queued(), arrived: await arrived() }
  for (const group of ['outer@corp.example', 'inner@corp.example']) {
    const id = await send(world, { from, to: [group], text })
    const { rows } = await world.store.delivery.findTrace(world.org, { traceId: id as never }, { limit: 20 })
    assert.deepEqual(
      rows.map(({ name, fields }) => [name, fields.group]),
      [['GROUP_CIRCLE_ENDED', group]],
    )
  }
  assert.deepEqual({ queued: await queued(), arrived: await arrived() }, before)
  // Others to whom it comes with the group get it.
  const cem = await world.user('cem')
  await send(world, { from, to: ['outer@corp.example', 'cem@corp.example'], text })
  assert.equal((await world.inbox(cem)).length, 1)
  assert.deepEqual({ queued: await queued(), arrived: await arrived() }, before)
})

test('who sends it to the group again by hand hears that it was there', async () => {
  const text = (await comeBack('outer@corp.example')).replace(from, 'ann@corp.example')
  const again = { connection: asUser(world, ann), from: 'ann@corp.example', to: ['outer@corp.example'], text }
  assert.equal(await refusalOf(send(world, again)), '5.4.6 group-cycle')
})

test('nor one that comes back to another group that holds it', async () => {
  const ben = await world.user('ben')
  await world.group('other', [inner, ben])
  const text = await comeBack('inner@corp.example')
  const before = { queued: await queued(), arrived: await arrived() }
  const id = await send(world, { from, to: ['other@corp.example'], text })
  assert.equal((await world.inbox(ben)).length, 1)
  assert.deepEqual({ queued: await queued(), arrived: await arrived() }, before)
  const { rows } = await world.store.delivery.findTrace(world.org, { traceId: id as never }, { limit: 20 })
  const skipped = rows.find(({ name }) => name === 'GROUP_MEMBERS_SKIPPED')
  assert.deepEqual(skipped?.fields.members, ['inner@corp.example'])
})

test('one recipient that goes in a circle comes back to the sender, and the others get the message', async () => {
  const text = await comeBack('ring@corp.example', 'ring@corp.example')
  const before = { queued: await queued(), arrived: await arrived() }
  await send(world, { from, to: ['ring@corp.example', 'ann@corp.example'], text })
  assert.equal(await arrived(), before.arrived + 1)
  const last = (await world.queue()).at(-1)!
  assert.equal(await queued(), before.queued + 1)
  assert.deepEqual(last.recipients, [{ address: 'ring@corp.example', route: { kind: 'local' } }])
  // What the queue makes of it: a failure for good, which it reports.
  const transport = localTransport({ store: world.store, intake: world.intake })
  const attempt = attemptTo({ kind: 'local' }, { recipients: [{ address: 'ring@corp.example' }] })
  const content = async function* () {
    yield Buffer.from(last.text, 'latin1')
  }
  const told = { ...attempt.message, organization: world.org, sender: from }
  const [result] = await transport.deliver(
    { ...attempt, message: told, content },
    new AbortController().signal,
  )
  assert.ok(result?.outcome === 'refused' && result.permanent)
  assert.equal(result.status, '5.4.6')
  assert.equal(await arrived(), before.arrived + 1)
})

test('a sender whose local part grows beyond 64 octets is rewritten all the same, and a report finds back', async () => {
  const sender = `${'verp-'.repeat(11)}12@bounces.sender.example`
  await send(world, { from: sender, to: ['inner@corp.example'], text: message() })
  const { sender: rewritten } = (await world.queue()).at(-1)!
  assert.match(
    rewritten,
    /^SRS0=[A-Z2-7]{8}=[A-Z2-7]{2}=bounces\.sender\.example=(?:verp-){11}12@corp\.example$/,
  )
  assert.ok(rewritten.lastIndexOf('@') > 64)
  await send(world, { from: '', to: [rewritten], text: mail({ From: 'mailer-daemon@far.example' }) })
  assert.deepEqual(
    (await world.queue()).at(-1)!.recipients.map(({ address }) => address),
    [sender],
  )
  // Of another forwarder's, too, and back to that forwarder.
  const first = `SRS0=abcd=ef=origin.example=${'x'.repeat(60)}@forwarder.example`
  await send(world, { from: first, to: ['inner@corp.example'], text: message() })
  assert.match(
    (await world.queue()).at(-1)!.sender,
    /^SRS1=[A-Z2-7]{8}=forwarder\.example==abcd=ef=origin\.example=x+@corp/,
  )
})

test('what is no more sent on stays with its owner, and the trace says so and why', async () => {
  const to = ['away@far.example']
  const step = async () => ({ folder: 'inbox', redirectTo: to })
  const stopped = async (given: { from: string; text: string; limits?: object }) => {
    const { limits = {}, ...message } = given
    const intake = world.with({ mailboxStep: step, ...limits })
    const traceId = (await send(world, { ...message, to: ['ann@corp.example'], intake })) as never
    const { rows } = await world.store.delivery.findTrace(world.org, { traceId }, { limit: 20 })
    return rows.filter(({ name }) => name === 'SENDING_ON_STOPPED').map(({ fields }) => fields)
  }
  const first = message()
  assert.deepEqual(await stopped({ from, text: first }), [])
  const back = (await world.queue()).at(-1)!.text
  const before = { queued: await queued(), arrived: await arrived() }
  const told = (reason: string) => [{ recipient: 'ann@corp.example', reason, targetRecipient: to }]
  assert.deepEqual(
    await stopped({ from, text: back }),
    told('It was here before and comes back, so it is not sent on again.'),
  )
  assert.deepEqual(await stopped({ from: '', text: message() }), told('Reports are never sent on.'))
  const none = { limits: { perUser: 0, perOrganization: 0, perAccount: 0 } }
  assert.deepEqual(
    await stopped({ from, text: message(), limits: none }),
    told('More than is allowed would be sent on today.'),
  )
  assert.deepEqual({ queued: await queued(), arrived: (await arrived()) - 3 }, before)
})
