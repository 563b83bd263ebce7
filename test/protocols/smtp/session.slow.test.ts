import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { MailIntake } from '#src/domain/delivery/intake.ts'
import type { SmtpLimits } from '#src/protocols/smtp/limits.ts'
import { SmtpSession } from '#src/protocols/smtp/session.ts'
import { MemoryPeer } from './memory-peer.ts'
import { runServer } from './running-server.ts'
import { ScriptedIntake } from './scripted-intake.ts'
import { optionsFor } from './transcript.ts'

function begin(limits: Partial<SmtpLimits>, intake: MailIntake = new ScriptedIntake()) {
  const peer = new MemoryPeer()
  const session = new SmtpSession(peer.stream, { ...optionsFor({ limits }, new ScriptedIntake()), intake })
  return { peer, session, ended: session.run() }
}

const toData = 'MAIL FROM:<bob@sender.example>\r\nRCPT TO:<ann@corp.example>\r\nDATA\r\n'

async function inData(limits: Partial<SmtpLimits>, intake?: MailIntake) {
  const talk = begin(limits, intake)
  talk.peer.send('EHLO x\r\n')
  await talk.peer.settle()
  talk.peer.send(toData)
  await talk.peer.settle()
  assert.match(talk.peer.taken(), /354 /)
  return talk
}

test('a client that says nothing is let go', async () => {
  const { peer, ended } = begin({ commandMs: 30 })
  await ended
  assert.match(peer.taken(), /\r\n421 4\.4\.2 .*\r\n$/)
})

test('a command that comes an octet at a time gains no time by it', async () => {
  const { peer, ended } = begin({ commandMs: 60 })
  const drip = setInterval(() => peer.send('N'), 10)
  await ended
  clearInterval(drip)
  assert.match(peer.taken(), /421 4\.4\.2/)
})

test('a message that stops is let go, and so is one that drips', async () => {
  for (const limits of [
    { dataBlockMs: 300 },
    { dataBlockMs: 5_000, dataGraceMs: 300, dataBytesPerSecond: 1_000 },
  ]) {
    const intake = new ScriptedIntake()
    const { peer, ended } = await inData(limits, intake)
    const drip = setInterval(() => limits.dataBlockMs === 5_000 && peer.send('x'), 10)
    await ended
    clearInterval(drip)
    assert.match(peer.taken(), /421 4\.4\.2/)
    assert.equal(intake.calls.at(-1), 'abort')
  }
})

test('a domain that does not answer costs the message, not the session', async () => {
  const aborted: string[] = []
  const intake: MailIntake = {
    begin: async () => ({
      recipient: async () => {},
      write: async () => {},
      finish: () => new Promise(() => {}),
      abort: async () => void aborted.push('abort'),
    }),
  }
  const { peer, ended } = await inData({ messageMs: 30 }, intake)
  peer.send('x\r\n.\r\n')
  await delay(60)
  peer.send('QUIT\r\n')
  await ended
  assert.match(peer.taken(), /^451 4\.3\.0 .*\r\n221 /)
  assert.deepEqual(aborted, ['abort'])
})

test('a client faster than the domain is held back', async () => {
  let waiting: (() => void) | undefined
  let bytes = 0
  const intake: MailIntake = {
    begin: async () => ({
      recipient: async () => {},
      write: (octets) =>
        new Promise((resolve) => {
          bytes += octets.length
          waiting = resolve
        }),
      finish: async () => ({ queueId: String(bytes) }),
      abort: async () => {},
    }),
  }
  const { peer, ended } = await inData({}, intake)
  const block = Buffer.alloc(100_000, 'x')
  // `push` answers false once the stream holds its fill, and what it holds is all that is ever held.
  let taken = 0
  while (peer.stream.push(block)) taken += block.length
  await peer.settle()
  assert.ok(taken <= 200_000, `${taken} octets were taken though none went on`)
  assert.ok(bytes <= 100_000)
  peer.send('\r\n.\r\nQUIT\r\n')
  while (!peer.ended) {
    waiting?.()
    await peer.settle(1)
  }
  await ended
  assert.match(peer.taken(), /taken as/)
})

test('a client that does not read its replies stops being read', async () => {
  const server = await runServer('mx', new ScriptedIntake(), {
    limits: { writeMs: 300, lingerMs: 200, idleCommands: 1e9 },
  })
  const socket = connect({ port: server.port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.pause()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const questions = Buffer.from('HELP\r\n'.repeat(10_000))
  let sent = 0
  const more = () => {
    while (sent < 2_000 && !socket.destroyed && socket.write(questions)) sent++
  }
  socket.on('drain', more)
  more()
  await closed
  assert.ok(sent < 1_000, 'the server read 60 MB of commands whose replies nobody took')
  await server.stop()
})

test('an error is answered slowly after some, and not more slowly for ever', async () => {
  const { peer, ended } = begin({ errorsAtOnce: 2, tarpitMs: 4, errors: 82 })
  const started = performance.now()
  peer.send('WHAT\r\n'.repeat(83))
  await ended
  const tookMs = performance.now() - started
  // 4, 8, 12, 16 and then 20 each time are 1.6 s; did it grow for ever they were 13 s.
  assert.ok(tookMs >= 1_450 && tookMs < 12_000, `${tookMs} ms`)
  assert.match(peer.taken(), /421 4\.7\.0 Too many errors/)
})

test('a stop lets a message finish and says 421 to all others', async () => {
  const intake = new ScriptedIntake()
  const busy = await inData({}, intake)
  const idle = begin({})
  await idle.peer.settle()
  busy.session.stop()
  idle.session.stop()
  await idle.ended
  assert.match(idle.peer.taken(), /421 4\.3\.2/)
  busy.peer.send('x\r\n.\r\n')
  await busy.ended
  assert.match(busy.peer.taken(), /^250 2\.0\.0 .*\r\n421 4\.3\.2/)
  assert.equal(intake.messages.length, 1)
})

test('what is sent before the greeting waits for it', async () => {
  const peer = new MemoryPeer()
  peer.send('NOOP\r\nQUIT\r\n')
  await new SmtpSession(peer.stream, optionsFor({}, new ScriptedIntake())).run()
  assert.match(peer.taken(), /^220 .*\r\n250 .*\r\n221 .*\r\n$/)
})

test('500 recipients and no more (LIM-11), 40 MB and no more (LIM-02), as defaults', async () => {
  const { peer, ended } = begin({ errors: 1_000 })
  peer.send('EHLO x\r\n')
  await peer.settle()
  assert.match(peer.taken(), /250-SIZE 41943040\r\n/)
  peer.send('MAIL FROM:<> SIZE=41943041\r\nMAIL FROM:<> SIZE=41943040\r\n')
  peer.send(Array.from({ length: 501 }, (_, index) => `RCPT TO:<u${index}@corp.example>\r\n`).join(''))
  await peer.settle()
  const answers = peer.taken().split('\r\n')
  assert.match(answers[0]!, /^552 5\.3\.4/)
  assert.equal(answers.filter((line) => line.startsWith('250 2.1.5')).length, 500)
  assert.match(answers.at(-2)!, /^452 4\.5\.3/)
  peer.send('QUIT\r\n')
  await ended
})

test('the listener counts connections, and turns away the rest', async () => {
  const server = await runServer('mx', new ScriptedIntake(), { connectionsPerClient: 2, connections: 3 })
  const hello = (from: string) =>
    new Promise<string>((resolve) => {
      const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: from })
      socket.on('error', () => {})
      socket.once('data', (chunk) => resolve(chunk.toString().slice(0, 3)))
    })
  const said: string[] = []
  for (const from of ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.3'])
    said.push(await hello(from))
  assert.deepEqual(said, ['220', '220', '421', '220', '421'])
  await server.stop()
})

test('a TLS handshake that never comes is let go', async () => {
  const { testCertificate } = await import('./running-server.ts')
  const pair = await testCertificate()
  const server = await runServer('submissions', new ScriptedIntake(), { pair, limits: { handshakeMs: 50 } })
  const socket = connect({ port: server.port, host: '127.0.0.1' })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('close', resolve))
  await server.stop()
})
