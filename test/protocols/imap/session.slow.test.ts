import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import type { OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { deleteFolderPermission, putFolderPermission } from '#src/domain/directory/folder-permissions.ts'
import { resetPassword } from '#src/domain/directory/users.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { ImapSessionOptions } from '#src/protocols/imap/session.ts'
import { CHEAP } from '#test/domain/directory/furnished.ts'
import { deliver, type ImapWorld, imapWorld, mailboxOf, NOW, TestClient } from './imap-world.ts'

let world: ImapWorld
let organization: OrganizationId
let made = 0

before(async () => {
  world = await imapWorld()
  organization = await world.organization('sessions')
})
after(() => world.remove())

type Scene = { user: User; at: MailboxRef; address: string }

async function someone(): Promise<Scene> {
  const name = `user${++made}`
  const user = await world.user(organization, name, 'sessions.example')
  return { user, at: mailboxOf(organization, user), address: `${name}@sessions.example` }
}

async function signedIn(
  { address }: Scene,
  change: Partial<ImapSessionOptions> = {},
  limits = {},
): Promise<TestClient> {
  const client = new TestClient(world.options(change), limits)
  await client.signIn(address)
  return client
}

const lines = (count: number) => Buffer.from(`Subject: long\r\n\r\n${'0123456789abcde\r\n'.repeat(count)}`)

test('a client that does not read costs a few buffers, and gets all when it does', async () => {
  const scene = await someone()
  const message = lines(500_000)
  await deliver(world.store, scene.at, message)
  const client = await signedIn(scene)
  await client.command('SELECT INBOX')
  client.taken()
  client.hold()
  client.send('x1 FETCH 1 BODY.PEEK[]\r\n')
  await client.until((output) => output.length > 0)
  await delay(150)
  assert.ok(client.stream.writableLength < 1_000_000, `${client.stream.writableLength} octets wait`)
  assert.ok(client.output.length < 1_000_000)
  client.release()
  assert.ok(await client.until((output) => output.includes('\r\nx1 OK')))
  assert.equal(client.output.indexOf(message.toString('latin1')) > 0, true)
  await client.close()
})

test('a client that takes nothing for too long is cut off', async () => {
  const scene = await someone()
  await deliver(world.store, scene.at, lines(50_000))
  const client = await signedIn(scene, {}, { writeMs: 100 })
  await client.command('SELECT INBOX')
  client.hold()
  client.send('x1 FETCH 1 BODY.PEEK[]\r\n')
  await client.done
  assert.ok(client.stream.destroyed)
})

test('a partial fetch of a large message reads what it gives and no more', async () => {
  const scene = await someone()
  await deliver(world.store, scene.at, lines(1_000_000))
  let octets = 0
  const { mailboxes } = world.store
  const counting: typeof mailboxes = {
    ...mailboxes,
    async *readBody(...args) {
      for await (const piece of mailboxes.readBody(...args)) {
        octets += piece.length
        yield piece
      }
    },
  }
  const client = await signedIn(scene, { store: { ...world.store, mailboxes: counting } })
  await client.command('SELECT INBOX')
  const answer = await client.command('FETCH 1 (BODY.PEEK[]<8000000.100> BODY.PEEK[TEXT]<16.32> RFC822.SIZE)')
  assert.match(answer, /BODY\[\]<8000000> \{100\}/)
  assert.equal(octets, 132)
  await client.command('FETCH 1 (ENVELOPE BODYSTRUCTURE FLAGS PREVIEW)')
  assert.equal(octets, 132)
  await client.close()
})

test('a message of a time that IMAP cannot write is told with the nearest, among others', async () => {
  const scene = await someone()
  await deliver(world.store, scene.at, lines(1), { receivedAt: Date.UTC(12_000, 0, 1) })
  await deliver(world.store, scene.at, lines(1))
  const client = await signedIn(scene)
  await client.command('SELECT INBOX')
  const answer = await client.command('FETCH 1:* INTERNALDATE')
  assert.match(answer, /1 FETCH \(INTERNALDATE "31-Dec-9999 23:59:59 \+0000"\)/)
  assert.match(answer, /2 FETCH \(INTERNALDATE "21-Nov-2026 /)
  await client.close()
})

test('who is silent for too long hears BYE, before and after the sign-in and in IDLE', async () => {
  const stranger = new TestClient(world.options(), { loginMs: 50 })
  await stranger.done
  assert.match(stranger.output, /\* BYE /)
  const scene = await someone()
  const client = await signedIn(scene, {}, { idleMs: 50 })
  await client.done
  assert.match(client.output, /\* BYE /)
  // Said before the sign-in is answered: there is no moment between them in which a busy machine could seem silent.
  const idling = new TestClient(world.options(), { idleMs: 50 })
  idling.send(`x1 LOGIN ${scene.address} Correct-horse-9\r\nx2 IDLE\r\n`)
  await idling.done
  assert.match(idling.output, /\+ idling\r\n\* BYE /)
})

test('a stop says BYE, also to who idles, and lets a command end', async () => {
  const scene = await someone()
  const client = await signedIn(scene)
  await client.command('SELECT INBOX')
  client.taken()
  client.send('x1 IDLE\r\n')
  await client.until((output) => output.includes('+ idling'))
  client.connection.stop()
  await client.done
  assert.match(client.output, /^\+ idling\r\n\* BYE The service is stopping[^\r]*\r\n$/)
  const writing = await signedIn(scene)
  writing.taken()
  writing.send('x1 APPEND INBOX {70000}\r\n')
  assert.ok(await writing.until((output) => output.startsWith('+ ')))
  writing.send('Subject: x\r\n\r\n')
  writing.connection.stop()
  writing.send(`${'a'.repeat(70_000 - 14)}\r\n`)
  await writing.done
  assert.match(writing.output, /x1 OK \[APPENDUID [^\r]*\r\n\* BYE/)
})

test('of a message whose sender goes away nothing is stored', async () => {
  const scene = await someone()
  const client = await signedIn(scene)
  client.taken()
  client.send('x1 APPEND INBOX {100000}\r\n')
  assert.ok(await client.until((output) => output.startsWith('+ ')))
  client.send('Subject: x\r\n\r\n')
  await delay(20)
  await client.close()
  const other = await signedIn(scene)
  assert.match(await other.command('STATUS INBOX (MESSAGES)'), /MESSAGES 0/)
  await other.close()
})

test('whose password was changed is signed out within half a minute', async () => {
  const scene = await someone()
  let now = NOW
  const client = await signedIn(scene, { now: () => now })
  await client.command('NOOP')
  const deps = { store: world.store, passwords: CHEAP }
  await resetPassword(deps, organization, scene.user.id, 'Another-horse-9', NOW + 1_000)
  now += 31_000
  client.taken()
  client.send('x1 NOOP\r\n')
  await client.done
  assert.match(client.output, /^x1 NO \[AUTHENTICATIONFAILED\] [^\r]*\r\n\* BYE Your password was changed/)
  assert.equal(client.output.match(/BYE/g)?.length, 1)
})

test('who is signed out while it idles hears BYE and no answer', async () => {
  const scene = await someone()
  let now = NOW
  const client = await signedIn(scene, { now: () => now })
  await client.command('SELECT INBOX')
  client.taken()
  client.send('x1 IDLE\r\n')
  await client.until((output) => output.includes('+ idling'))
  const deps = { store: world.store, passwords: CHEAP }
  await resetPassword(deps, organization, scene.user.id, 'Another-horse-9', NOW + 1_000)
  now += 31_000
  await deliver(world.store, scene.at, lines(1))
  await client.done
  assert.match(client.output, /^\+ idling\r\n\* BYE Your password was changed[^\r]*\r\n$/)
})

test('a session that is further behind than the change log reaches compares, and tells the same', async () => {
  const scene = await someone()
  for (let no = 0; no < 5; no++) await deliver(world.store, scene.at, Buffer.from(`Subject: ${no}\r\n\r\n`))
  const client = await signedIn(scene)
  await client.command('SELECT INBOX')
  const other = await signedIn(scene)
  await other.command('SELECT INBOX')
  await other.command('STORE 2,4 +FLAGS.SILENT (\\Deleted)')
  await other.command('EXPUNGE')
  await other.command('STORE 1 +FLAGS.SILENT (\\Flagged)')
  await deliver(world.store, scene.at, Buffer.from('Subject: new\r\n\r\n'))
  const { organization: id, mailbox } = scene.at
  const forgetAll = async () => {
    const { modseq } = await world.store.mailboxes.getMailbox(scene.at)
    await world.store.transact({ organization: id, mailboxes: [mailbox] }, ({ mailboxes }) =>
      mailboxes.forgetChanges(scene.at, modseq, 1_000),
    )
  }
  await forgetAll()
  const news = await client.command('NOOP')
  assert.match(news, /^\* 4 EXPUNGE\r\n\* 2 EXPUNGE\r\n\* 4 EXISTS\r\n/)
  assert.match(news, /\* 1 FETCH \(UID 1 FLAGS \(\\Flagged \\Recent\)\)/)
  const resync = await client.command('ENABLE QRESYNC')
  assert.match(resync, /QRESYNC/)
  const validity = /UIDVALIDITY (\d+)/.exec(await client.command('SELECT INBOX'))![1]
  const again = await client.command(`SELECT INBOX (QRESYNC (${validity} 67 1:5))`)
  assert.match(again, /\* VANISHED \(EARLIER\) 2,4\r\n/)
  await other.command('NOOP')
  await other.command('STORE 1:* +FLAGS.SILENT (\\Deleted)')
  await other.command('CLOSE')
  await forgetAll()
  // Nothing is left, and the client may have heard of all that ever was.
  const emptied = await client.command(`SELECT INBOX (QRESYNC (${validity} 67))`)
  assert.match(emptied, /\* VANISHED \(EARLIER\) 1:6\r\n/)
  const fetched = await client.command('UID FETCH 5:* (FLAGS) (CHANGEDSINCE 67 VANISHED)')
  assert.match(fetched, /\* VANISHED \(EARLIER\) 5:6\r\n/)
  await Promise.all([client.close(), other.close()])
})

test('who may not read a mailbox any more is sent away within half a minute, also from IDLE', async () => {
  const [owner, guest] = [await someone(), await someone()]
  await deliver(world.store, owner.at, Buffer.from('Subject: x\r\n\r\n'))
  const inbox = (await world.store.mailboxes.findFolder(owner.at, { distinguished: 'inbox' }))!
  const place = { owner: owner.user.id, mailbox: owner.at.mailbox, folder: inbox.no }
  const rights = rightsOfProfile('Reviewer')
  await putFolderPermission(world.store, organization, place, { grantee: guest.user.id, rights })
  let now = NOW
  const client = await signedIn(guest, { now: () => now })
  const name = `"Other Users/${owner.address}/INBOX"`
  assert.match(await client.command(`SELECT ${name}`), /READ-ONLY/)
  client.taken()
  client.send('x1 IDLE\r\n')
  await client.until((output) => output.includes('idling'))
  await deleteFolderPermission(world.store, organization, place, guest.user.id)
  now += 31_000
  await deliver(world.store, owner.at, Buffer.from('Subject: secret\r\n\r\n'))
  await client.done
  assert.match(client.output, /\* BYE You may not read/)
  assert.doesNotMatch(client.output, /2 EXISTS/)
  const later = await signedIn(guest)
  assert.match(await later.command(`SELECT ${name}`), /NO \[NONEXISTENT\]/)
  await later.close()
})

test('whatever is sent, the service does not fail', async () => {
  const scene = await someone()
  await deliver(world.store, scene.at, Buffer.from('Subject: x\r\n\r\ny\r\n'))
  const failures: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void failures.push(line) })
  const words = [
    'FETCH',
    'STORE',
    'UID',
    'SEARCH',
    'SELECT',
    'LIST',
    'APPEND',
    'STATUS',
    '1:*',
    '*',
    '(',
    ')',
    '"',
    'INBOX',
    'BODY[]',
    '(FLAGS)',
    '+FLAGS',
    '{3}\r\nabc',
    '{3+}\r\nabc',
    '\\Seen',
    '$',
    'RETURN',
    '""',
    '%',
    '4294967296',
    'NIL',
    'RENAME',
    'x/y',
    'CREATE',
    'DELETE',
    'COPY',
    'MOVE',
    'EXPUNGE',
    'ENABLE',
    'QRESYNC',
    'UNCHANGEDSINCE',
    '1',
  ]
  for (let round = 0; round < 40; round++) {
    const client = new TestClient(world.options({ log }), { badCommands: 1_000 })
    await client.signIn(scene.address)
    await client.command('SELECT INBOX')
    const random = randomBytes(120)
    for (let at = 0; at < 12; at++) {
      const some = [...random.subarray(at * 10, at * 10 + 1 + (random[at]! % 7))]
      client.send(`r${at} ${some.map((octet) => words[octet % words.length]).join(' ')}\r\n`)
    }
    client.send(randomBytes(64))
    client.send('\r\nend NOOP\r\n')
    await client.until((output) => /end (?:OK|BAD)/.test(output), 300)
    await client.close()
  }
  assert.deepEqual(failures, [])
})
