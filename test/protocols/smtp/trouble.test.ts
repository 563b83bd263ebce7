import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import pino from 'pino'
import type { MailIntake } from '#src/domain/delivery/intake.ts'
import { requireLogin } from '#src/domain/directory/login/authenticator.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { SmtpSession } from '#src/protocols/smtp/session.ts'
import { MemoryPeer } from './memory-peer.ts'
import { runServer } from './running-server.ts'
import { ScriptedIntake } from './scripted-intake.ts'
import { optionsFor } from './transcript.ts'

type LogLine = Record<string, unknown>

async function talk(options: Parameters<typeof optionsFor>[0], said: readonly string[], intake?: MailIntake) {
  const logged: LogLine[] = []
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line)) })
  const peer = new MemoryPeer()
  const own = optionsFor(options, new ScriptedIntake())
  const session = new SmtpSession(peer.stream, { ...own, ...(intake && { intake }), log })
  const ended = session.run()
  for (const each of said) {
    peer.send(`${each}\r\n`)
    await peer.settle()
  }
  peer.hangUp()
  await ended
  return { said: peer.taken(), logged }
}

const plain = (name: string, password: string) =>
  `AUTH PLAIN ${Buffer.from(`\0${name}\0${password}`).toString('base64')}`

test('each failed sign-in is a line with client, name and reason, never the secret', async () => {
  const ann = 'ann@corp.example'
  const { said, logged } = await talk({ role: 'submissions', tls: true }, [
    'EHLO x',
    plain(ann, 'guess one'),
    plain('busy@corp.example', 'guess two'),
    plain(ann, 'guess three'),
  ])
  assert.deepEqual(
    logged.map(({ level, client, protocol, name, reason }) => [level, client, protocol, name, reason]),
    [
      [40, '192.0.2.1', 'smtp', ann, 'wrong-password'],
      [40, '192.0.2.1', 'smtp', 'busy@corp.example', 'too-many-failures'],
      [40, '192.0.2.1', 'smtp', ann, 'wrong-password'],
    ],
  )
  assert.ok(!JSON.stringify(logged).includes('guess'))
  assert.match(said, /535 5\.7\.8 .*\r\n421 4\.7\.0 .*\r\n$/)
})

test('a full disk is told to the log once, and to nobody else', async () => {
  const detail = 'The disk of the data folder is full, so nothing can be written.'
  const cause = Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
  const refuse = async () => {
    throw new Refusal('try-later', detail, { cause })
  }
  const intake: MailIntake = { begin: refuse }
  const mail = 'MAIL FROM:<bob@sender.example>'
  const { said, logged } = await talk({}, ['EHLO x', mail, mail, mail, 'QUIT'], intake)
  assert.equal(said.match(/452 4\.3\.1 The service is short of room\. Try again later\.\r\n/g)?.length, 3)
  assert.ok(!said.includes('disk'))
  assert.equal(logged.length, 1)
  assert.ok(JSON.stringify(logged[0]).includes(detail))
})

test('mail for an organisation whose key is away is put off in words that tell a stranger nothing more', async () => {
  const detail = 'The key local:m-1:1 is disabled.'
  const intake: MailIntake = {
    begin: async () => {
      throw new Refusal('key-unavailable', detail)
    },
  }
  const { said, logged } = await talk({}, ['EHLO x', 'MAIL FROM:<bob@sender.example>', 'QUIT'], intake)
  assert.match(
    said,
    /\r\n451 4\.2\.1 Mail of this organisation is not taken in at the moment; try again later\r\n/,
  )
  assert.ok(!said.includes('key'))
  assert.ok(JSON.stringify(logged).includes(detail))
})

test('an error of the file system for want of room is no fault of ours', async () => {
  const fail = async () => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
  }
  const { said, logged } = await talk({}, ['EHLO x', 'MAIL FROM:<>', 'QUIT'], { begin: fail })
  assert.match(said, /452 4\.3\.1 /)
  assert.deepEqual(
    logged.map(({ level, cause }) => [level, cause]),
    [[40, 'room']],
  )
})

for (const [what, said] of [
  ['RSETs', 'RSET\r\n'.repeat(300)],
  ['errors', 'EHLO x\r\n'.concat('RCPT TO:<x@y.example>\r\n'.repeat(300))],
  ['a bad BDAT', 'EHLO x\r\nMAIL FROM:<b@sender.example>\r\nRCPT TO:<a@corp.example>\r\nBDAT six\r\n'],
] as const) {
  test(`a connection that ends for ${what} ends with 421`, async () => {
    const server = await runServer('mx', new ScriptedIntake())
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    let heard = ''
    socket.setEncoding('latin1').on('data', (text) => {
      heard += text
    })
    const failed: Error[] = []
    socket.on('error', (error) => failed.push(error))
    // A client speaks after the greeting, and in groups where it may (RFC 2920).
    socket.once('data', () => {
      const [hello, ...rest] = said.split(/(?<=EHLO x\r\n)/)
      socket.write(hello!)
      if (rest.length > 0) socket.once('data', () => socket.write(rest.join('')))
    })
    await new Promise((resolve) => socket.once('close', resolve))
    await server.stop()
    assert.match(heard, /\r\n421 4\.7\.0 .*\r\n$/)
    assert.deepEqual(failed, [])
  })
}

test('one second is a second', () => {
  const wait = (waitMs: number) => () =>
    requireLogin({ accepted: false, failure: 'too-many-failures', waitMs })
  assert.throws(wait(900), /Wait 1 second, then/)
  assert.throws(wait(1_100), /Wait 2 seconds, then/)
})
