/**
 * Memory and answers of the service while others hold connections and do nothing good with them: say nothing, stop in the
 * middle of a line, never read, trickle a message, pipeline rubbish. A client that behaves sends messages meanwhile, and whoever
 * is one too many must hear 421. Needs `ulimit -n` above the count, here and for the service, which runs beside this process.
 *
 *     bin/with-node bench/smtp-connections.ts [--count 10000] [--seconds 20]
 */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from './arguments.ts'
import { startServed } from './served-process.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
  },
})
const COUNT = Number(values.count)
/** Beyond those that are held: for the client that behaves. */
const SPARE = 10
const say = (text: string) => process.stdout.write(`${text}\n`)

const hello = 'EHLO client.sender.example\r\n'
const begun = ['MAIL FROM:<bob@sender.example>\r\n', 'RCPT TO:<box@corp.test>\r\n', 'DATA\r\n']

/** What each kind says, a text every second; the last of `again` for ever. */
const kinds: readonly { name: string; says: readonly string[]; again?: true; reads?: false }[] = [
  { name: 'says nothing', says: [] },
  { name: 'half a line', says: [hello, `MAIL FROM:<${'x'.repeat(1_000)}`] },
  { name: 'never reads', says: [hello, 'NOOP\r\n'.repeat(90)], reads: false },
  { name: 'trickles a message', says: [hello, ...begun, 'a line that is sent slowly\r\n'], again: true },
  { name: 'rubbish', says: [hello, 'XYZZY\r\n'.repeat(8), 'XYZZY\r\n'], again: true },
]

async function bench(): Promise<void> {
  const { child, port, stop } = await startServed({
    addresses: ['box@corp.test'],
    listener: 'mail from other servers',
    settings: {
      'service.hostname': 'mx.landbridge.example',
      'smtp.verifySenders': 'no',
      'smtp.connections': COUNT + SPARE,
    },
  })
  try {
    await sendOne(port)
    const before = memoryOf(child)
    say(`before: ${mb(before)} MB`)
    const held: Socket[] = []
    let closed = 0
    const gone = new Map<string, number>()
    const count = (kind: string) => {
      closed++
      gone.set(kind, (gone.get(kind) ?? 0) + 1)
    }
    for (let no = 0; no < COUNT; no++) {
      held.push(hold(port, no, count))
      // So that the backlog of the port is never full.
      if (no % 200 === 199) await pause(50)
    }
    // Until everybody has come as far as they go.
    await pause(6_000)
    const all = memoryOf(child)
    say(
      `${COUNT} held: ${mb(all)} MB, ${((all - before) / COUNT / 1024).toFixed(1)} KiB for each; ${closed} were closed`,
    )
    const times: number[] = []
    let most = all
    const until = performance.now() + Number(values.seconds) * 1_000
    while (performance.now() < until) {
      times.push(await sendOne(port))
      most = Math.max(most, memoryOf(child))
      await pause(200)
    }
    times.sort((a, b) => a - b)
    const at = (share: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(0)
    say(
      `after ${values.seconds} s: ${mb(memoryOf(child))} MB, at most ${mb(most)} MB; ${closed} were closed; ` +
        `${times.length} messages of a client that behaves, ms from connect to 250: p50 ${at(0.5)}, p99 ${at(0.99)}, last ${at(1)}`,
    )
    // Until the port is full: the rest is turned away, and at once.
    say(
      `closed by the service: ${[...gone].map(([kind, those]) => `${those} × ${kind}`).join(', ') || 'none'}`,
    )
    const rest: string[] = []
    for (let no = COUNT; no < 2 * COUNT && !rest.includes('421'); no += 50)
      rest.push(...(await Promise.all(Array.from({ length: 50 }, (_, at) => greeting(port, no + at)))))
    const words = Object.entries(Object.groupBy(rest, (word) => word))
    say(`one too many: ${words.map(([word, these]) => `${these!.length} × ${word}`).join(', ')}`)
    for (const socket of held) socket.destroy()
    await pause(3_000)
    say(`all gone: ${mb(memoryOf(child))} MB, ${(await sendOne(port)).toFixed(0)} ms for a message`)
  } finally {
    await stop()
  }
}

/** From an address of its own for each 60, as the service counts them by address. */
const from = (no: number) => `127.1.${Math.floor(no / 60 / 250)}.${(Math.floor(no / 60) % 250) + 1}`

function hold(port: number, no: number, closed: (kind: string) => void): Socket {
  const kind = kinds[no % kinds.length]!
  const socket = connect({ port, host: '127.0.0.1', localAddress: from(no) })
  socket.on('error', () => {})
  if (kind.reads === false) socket.pause()
  else socket.resume()
  let said = 0
  const timer = setInterval(() => {
    const text = kind.says[said] ?? (kind.again && kind.says.at(-1))
    said++
    if (text !== undefined && socket.writable) socket.write(text)
  }, 1_000)
  socket.once('close', () => {
    clearInterval(timer)
    closed(kind.name)
  })
  return socket
}

function greeting(port: number, no: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from(no) })
    socket.on('error', () => resolve('error'))
    socket.once('data', (chunk) => resolve(chunk.toString().slice(0, 3)))
    socket.once('close', () => resolve('closed'))
    socket.setTimeout(10_000, () => resolve('nothing'))
  })
}

/** One message of a client that waits for its replies; milliseconds. */
async function sendOne(port: number): Promise<number> {
  const began = performance.now()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let text = ''
  let wake = () => {}
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  for (const event of ['close', 'error']) socket.on(event, () => wake())
  const reply = async (code: string) => {
    while (!/^\d{3} .*\r\n/m.test(text)) {
      if (socket.destroyed) throw new Error(`Closed after: ${text}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (!new RegExp(`^${code} `, 'm').test(text)) throw new Error(text)
    text = ''
  }
  await reply('220')
  for (const line of [hello, ...begun]) {
    socket.write(line)
    await reply(line === 'DATA\r\n' ? '354' : '250')
  }
  socket.write('Subject: x\r\n\r\nx\r\n.\r\n')
  await reply('250')
  socket.destroy()
  return performance.now() - began
}

/** Octets that are resident, and not of a file. */
const memoryOf = (child: ChildProcess): number =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) * 1024
const mb = (octets: number) => (octets / 1024 / 1024).toFixed(0)

await bench()
