import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { User } from '#src/domain/directory/entry.ts'
import { mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
})
after(() => world.end())

const MB = 1024 * 1024
const header = { From: 'sue@sender.example', 'MIME-Version': '1.0' }
const bring = (text: string | Uint8Array[], to: readonly string[] = ['ann@corp.example']) =>
  refusalOf(send(world, { from: 'sue@sender.example', to, text }))

/** A message with one part of so many octets, as chunks of lines. */
function large(encoding: string, line: string, encodedBytes: number): Uint8Array[] {
  const type = { 'Content-Type': 'application/octet-stream', 'Content-Transfer-Encoding': encoding }
  const chunk = `${line}\r\n`.repeat(Math.ceil(65_536 / (line.length + 2)))
  const chunks: Uint8Array[] = [Buffer.from(mail({ ...header, ...type }, ''))]
  for (let size = 0; size < encodedBytes; size += chunk.length)
    chunks.push(Buffer.from(chunk.slice(0, Math.min(chunk.length, encodedBytes - size))))
  return chunks
}

const base64Line = 'QUJD'.repeat(19)

test('29 MB of decoded data pass and more do not, whatever the encoding (LIM-02)', async () => {
  const encoded = (decoded: number) => Math.ceil((decoded / 57) * 78)
  assert.equal(await bring(large('base64', base64Line, encoded(28.9 * MB))), 'accepted')
  assert.equal(await bring(large('base64', base64Line, encoded(29.1 * MB))), '5.3.4 too-large')
  assert.equal(await bring(large('8bit', 'x'.repeat(70), 29.1 * MB)), '5.3.4 too-large')
  // 39 MB of quoted-printable that say 13.
  assert.equal(await bring(large('quoted-printable', '=41'.repeat(25), 39 * MB)), '5.2.2 over-quota')
  const roomy = await world.user('roomy')
  await world.store.transact({ organization: world.org, mailboxes: [roomy.mailbox!] }, ({ mailboxes }) =>
    mailboxes.setQuota({ organization: world.org, mailbox: roomy.mailbox! }, 1_000 * MB),
  )
  assert.equal(
    await bring(large('quoted-printable', '=41'.repeat(25), 39 * MB), ['roomy@corp.example']),
    'accepted',
  )
  assert.equal(await bring(large('base64', base64Line, 40.1 * MB)), '5.3.4 too-large')
})

test('500 attachments pass, 501 do not (LIM-11)', async () => {
  const message = (count: number) => {
    const part = '--b\r\nContent-Type: application/x-thing\r\nContent-Disposition: attachment\r\n\r\nx\r\n'
    return mail(
      { ...header, 'Content-Type': 'multipart/mixed; boundary=b' },
      `${part.repeat(count)}--b--\r\n`,
    )
  }
  assert.equal(await bring(message(501)), '5.3.4 limit-exceeded')
  assert.equal(await bring(message(500), ['roomy@corp.example']), 'accepted')
})

test('500 recipients pass, the next one is put off (LIM-11)', async () => {
  const transaction = await world.intake.begin(
    { role: 'mx', clientAddress: '192.0.2.7', helo: 'x', extended: true },
    { address: 'sue@sender.example', eightBit: false, utf8: false, requireTls: false },
  )
  for (let no = 0; no < 500; no++) await transaction.recipient({ address: `roomy+${no}@corp.example` })
  assert.equal(
    await refusalOf(transaction.recipient({ address: 'roomy@corp.example' })),
    '4.5.3 limit-exceeded',
  )
  await transaction.abort()
})

test('a header without end is refused', async () => {
  const text = mail({ ...header, 'X-Long': 'x'.repeat(900) }).replace(
    'X-Long',
    `${'X-Filler: x\r\n'.repeat(30_000)}X-Long`,
  )
  assert.equal(await bring(text, ['roomy@corp.example']), '5.3.4 too-large')
})

test('a full mailbox is refused at RCPT for good, and the trace says so (LIM-18)', async () => {
  const at = { organization: world.org, mailbox: ann.mailbox! }
  await world.store.transact({ organization: world.org, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.setQuota(at, 1),
  )
  assert.equal(await bring(mail(header)), '5.2.2 over-quota')
  const { rows } = await world.store.delivery.findTrace(
    world.org,
    { recipient: 'ann@corp.example' },
    { limit: 100 },
  )
  assert.deepEqual(rows.filter(({ name }) => name === 'INCOMING_EMAIL_BOUNCED').at(-1)!.fields, {
    bouncedRecipient: {
      emailAddress: 'ann@corp.example',
      reason: 'The mailbox of ann@corp.example is full.',
      status: '5.2.2',
    },
  })
})

test('a full member of a group does not stop the others: its copy waits in the queue', async () => {
  const bob = await world.user('bob')
  await world.group('both', [ann, bob])
  await send(world, { from: 'sue@sender.example', to: ['both@corp.example'], text: mail(header) })
  assert.equal((await world.inbox(bob)).length, 1)
  assert.deepEqual((await world.queue()).at(-1)!.recipients, [
    { address: 'ann@corp.example', route: { kind: 'local' } },
  ])
})

test('at 90 % of the quota the owner is told, once (LIM-17)', async () => {
  const carl = await world.user('carl')
  const at = { organization: world.org, mailbox: carl.mailbox! }
  await world.store.transact({ organization: world.org, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.setQuota(at, 2 * MB),
  )
  const body = `${'x'.repeat(78)}\r\n`.repeat((1.85 * MB) / 80)
  await send(world, { from: 'sue@sender.example', to: ['carl@corp.example'], text: mail(header, body) })
  await send(world, { from: 'sue@sender.example', to: ['carl@corp.example'], text: mail(header) })
  assert.deepEqual(
    (await world.inbox(carl)).map(({ item }) => item.summary?.subject),
    ['', 'Your mailbox is almost full', ''],
  )
})
