/**
 * SMTP without a store: octets per second through the content codecs, messages per second through a session over
 * loopback with an intake that throws all away, and heap per idle connection.
 *
 *     node --expose-gc bench/smtp-wire.ts [connections]
 */
import { connect, type Socket } from 'node:net'
import pino from 'pino'
import { openSmtpSession } from '#src/clients/smtp/open-session.ts'
import type { MailIntake } from '#src/domain/delivery/intake.ts'
import { smtpListener } from '#src/protocols/smtp/listener.ts'
import { DotStuffer } from '#src/wire/smtp/dot-stuffing.ts'
import { DotUnstuffer } from '#src/wire/smtp/dot-unstuffing.ts'
import { NewlineNormalizer, NewlineWatch } from '#src/wire/smtp/newlines.ts'
import { parseArgs } from './arguments.ts'

const { positionals } = parseArgs({ allowPositionals: true })

const write = (line: string) => process.stdout.write(`${line}\n`)
const text = Buffer.from(`${'x'.repeat(74)}\r\n.\r\n${'y'.repeat(76)}\r\n`.repeat(400))

function codec(name: string, push: (chunk: Uint8Array) => unknown): void {
  const rounds = 5_000
  for (let round = 0; round < 500; round++) push(text)
  const started = performance.now()
  for (let round = 0; round < rounds; round++) push(text)
  const seconds = (performance.now() - started) / 1_000
  write(`${name.padEnd(20)} ${((text.length * rounds) / seconds / 1e6).toFixed(0)} MB/s`)
}

const stuffer = new DotStuffer()
codec('dot stuffing', (chunk) => stuffer.push(chunk))
const stuffed = Buffer.from(text.toString('latin1').replaceAll('\r\n.', '\r\n..'), 'latin1')
const unstuffer = new DotUnstuffer()
codec('dot unstuffing', () => unstuffer.push(stuffed))
const watch = new NewlineWatch()
codec('newline watch', (chunk) => watch.push(chunk))
const normalizer = new NewlineNormalizer()
codec('newline mending', (chunk) => normalizer.push(chunk))

const intake: MailIntake = {
  begin: async () => ({
    recipient: async () => {},
    write: async () => {},
    finish: async () => ({ queueId: 'none' }),
    abort: async () => {},
  }),
}
const listener = smtpListener({
  name: 'bench',
  setting: 'none',
  at: { host: '127.0.0.1', port: 0 },
  connections: 100_000,
  connectionsPerClient: 100_000,
  role: 'mx',
  hostName: 'bench.example',
  intake,
  now: Date.now,
  log: pino({ level: 'silent' }),
})
const address = await listener.listen()
const port = Number(address.slice(address.lastIndexOf(':') + 1))

async function messages(sizeBytes: number, count: number): Promise<void> {
  const line = Buffer.from(`${'x'.repeat(76)}\r\n`)
  const content = Buffer.concat(Array.from({ length: Math.ceil(sizeBytes / line.length) }, () => line))
  const server = { host: '127.0.0.1', port, helloName: 'c.example', tls: { mode: 'never' as const } }
  const sessions = await Promise.all(Array.from({ length: 10 }, () => openSmtpSession(server)))
  const started = performance.now()
  await Promise.all(
    sessions.map(async (session) => {
      for (let left = count / sessions.length; left > 0; left--) {
        const recipients = [{ address: 'ann@corp.example' }]
        const results = await session.send({
          sender: 'bob@sender.example',
          recipients,
          eightBit: false,
          utf8: false,
          async *content() {
            yield content
          },
        })
        if (results[0]!.outcome.state !== 'delivered') throw new Error('a message was not taken')
      }
    }),
  )
  const seconds = (performance.now() - started) / 1_000
  const rate = (count / seconds).toFixed(0)
  const octets = ((count * content.length) / seconds / 1e6).toFixed(0)
  write(
    `${`${sizeBytes} octets`.padEnd(20)} ${rate} messages/s, ${octets} MB/s, client and server in one process`,
  )
  await Promise.all(sessions.map((session) => session.quit()))
}
await messages(4_000, 20_000)
await messages(75_000, 4_000)
await messages(1_000_000, 500)

/** The clients are this process too, so they are raw sockets and their share is measured first and taken off. */
async function idle(count: number): Promise<void> {
  const heap = () => {
    global.gc?.()
    global.gc?.()
    return process.memoryUsage().heapUsed
  }
  const bare = (await import('node:net')).createServer((socket) => socket.resume())
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve))
  const open = async (to: number, hello: boolean) => {
    const sockets: Socket[] = []
    const before = heap()
    for (let index = 0; index < count; index++) {
      const socket = connect(to, '127.0.0.1')
      sockets.push(socket)
      await new Promise((resolve) => socket.once(hello ? 'data' : 'connect', resolve))
      if (!hello) continue
      socket.write('EHLO idle.example\r\n')
      await new Promise((resolve) => socket.once('data', resolve))
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    const each = (heap() - before) / count
    for (const socket of sockets) socket.destroy()
    return each
  }
  const pair = await open((bare.address() as { port: number }).port, false)
  bare.close()
  const both = await open(port, true)
  write(
    `${count} idle after EHLO    ${both.toFixed(0)} bytes of heap for both ends; ${pair.toFixed(0)} for two bare sockets`,
  )
  write(
    `${''.padEnd(20)} so ${(both - pair).toFixed(0)} of the session, ${(both - pair / 2).toFixed(0)} with its socket`,
  )
}
await idle(Number(positionals[0] ?? 3_000))
await listener.stop(AbortSignal.timeout(100))
process.exit(0)
