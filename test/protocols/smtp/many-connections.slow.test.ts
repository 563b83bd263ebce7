import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { runServer } from './running-server.ts'
import { ScriptedIntake } from './scripted-intake.ts'

const COUNT = 600
/** Measured with 10,000 by bench/smtp-connections.ts: 40; a session that holds a buffer of its own is far beyond this. */
const MOST_KIB = 150

const hello = 'EHLO x.example\r\n'
/** Half a line, a message that never ends, replies that nobody reads, and nothing. */
const hostile = [
  [],
  [hello, `MAIL FROM:<${'x'.repeat(1_000)}`],
  [hello, 'NOOP\r\n'.repeat(90)],
  [hello, 'MAIL FROM:<>\r\n', 'RCPT TO:<a@corp.example>\r\n', 'DATA\r\n', 'Subject: x\r\n'],
]

test('connections that do nothing good cost little, and leave room for those that do', async (t) => {
  const intake = new ScriptedIntake()
  const server = await runServer('mx', intake, { connections: COUNT + 1, connectionsPerClient: COUNT + 1 })
  const open: Socket[] = []
  t.after(async () => {
    for (const socket of open) socket.destroy()
    await server.stop()
  })
  const dial = () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    open.push(socket)
    return socket
  }
  const before = process.memoryUsage().rss
  for (let no = 0; no < COUNT; no++) {
    const socket = dial()
    if (no % 4 === 2) socket.pause()
    else socket.resume()
    if (no % 100 === 99) await pause(20)
  }
  // Who talks before the greeting is shut out: every one of them is greeted first, however busy the machine is.
  while (open.some((socket) => socket.readableFlowing && socket.bytesRead === 0)) await pause(20)
  for (let step = 0; step < 5; step++) {
    for (const [no, socket] of open.entries()) {
      const text = hostile[no % 4]![step]
      if (text !== undefined) socket.write(text)
    }
    await pause(150)
  }
  const each = (process.memoryUsage().rss - before) / COUNT / 1024
  // Both ends are in this process.
  assert.ok(each < 2 * MOST_KIB, `${each.toFixed(0)} KiB for a connection`)

  const said = (socket: Socket) =>
    new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())))
  const good = dial()
  assert.match(await said(good), /^220 /)
  assert.match(await said(dial()), /^421 4\.3\.2 /)
  for (const [line, answer] of [
    [hello, /^250-/],
    ['MAIL FROM:<bob@sender.example>\r\n', /^250 /],
    ['RCPT TO:<a@corp.example>\r\n', /^250 /],
    ['DATA\r\n', /^354 /],
    ['Subject: x\r\n\r\nx\r\n.\r\n', /^250 2\.0\.0 /],
  ] as const) {
    const answered = said(good)
    good.write(line)
    assert.match(await answered, answer)
  }
  assert.equal(intake.messages.length, 1)
})
