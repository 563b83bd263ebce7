/**
 * Messages a second that are accepted and durable in mailboxes (issue "SMTP", To show 3): this service, where they are in their
 * mailbox at 250, against Postfix that hands them to Dovecot by LMTP, where they are when Dovecot has answered.
 * Both run beside this process, which is the client of both, in turn, on connections that stay open, without TLS and without
 * judging senders. Ratios of one run; single rates depend on the machine. The last column is the processor time of all processes
 * of a contender for one message: what remains true on a machine that others use too. Takes root, Postfix and Dovecot.
 *
 *     bin/with-node bench/smtp.ts [--seconds 2] [--rounds 3] [--connections 1,10,50] [--format sdbox|maildir]
 *                        [--fsync always|optimized] [--verify] [--only landbridge|postfix] [--profile FOLDER]
 *
 * `--fsync` is Dovecot's setting: `optimized`, its default, syncs the mail that it saves and leaves out the rest.
 * `--verify` lets this service judge senders all the same, which Postfix does not; `--profile` writes its CPU profile.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startDnsServer } from '#test/support/dns-server.ts'
import { startDovecot } from '#test/support/dovecot.ts'
import { startPostfix } from '#test/support/postfix.ts'
import { parseArgs } from './arguments.ts'
import { startServed } from './served-process.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,10,50' },
    format: { type: 'string', default: 'sdbox' },
    fsync: { type: 'string', default: 'always' },
    verify: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
const MAILBOXES = 50
const KB = 1024
const addresses = Array.from({ length: MAILBOXES }, (_, no) => `box${no}@corp.test`)

/** A message without its first lines, and how many of a hundred are of its size. */
const sizes = [
  { name: '4 KB', body: messageOf(4 * KB), share: 70 },
  { name: '75 KB', body: messageOf(75 * KB), share: 25 },
  { name: '1 MB', body: messageOf(1024 * KB), share: 5 },
] as const
type Size = (typeof sizes)[number]

/** Takes mail at a port; `delivered` is how many messages are in their mailboxes since the start. */
type Contender = {
  name: string
  port: number
  delivered(): Promise<number>
  /** Of messages that were delivered since the last call, ms from their first line to the mailbox; none where 250 says it. */
  delays(): number[]
  /** Milliseconds of processor that its processes have used: says more than a rate on a machine that others use. */
  cpuMs(): number
  stop(): Promise<void>
}

type Slice = {
  rate: number
  accepted: number
  answers: number[]
  delays: number[]
  cpuMs: number
}

async function bench(): Promise<void> {
  const contenders: Contender[] = []
  try {
    if (values.only !== 'postfix') contenders.push(await landbridge())
    if (values.only !== 'landbridge') contenders.push(await postfixWithDovecot())
    say(`${values.format}, mix ${sizes.map(({ name, share }) => `${share} % ${name}`).join(', ')}\n`)
    say(
      'messages     conn  contender     accepted/s  in mailbox/s   250 p50    p99 ms   mailbox p50    p99 ms   cpu ms',
    )
    const counts = values.connections.split(',').map(Number)
    // Long enough for what is compiled while it runs: a service is seldom a minute old.
    for (const contender of contenders) await slice(contender, counts.at(-1)!, undefined, 4_000)
    for (const connections of counts) await compare(contenders, connections, undefined)
    for (const size of sizes) await compare(contenders, counts[Math.floor(counts.length / 2)]!, size)
  } finally {
    for (const contender of contenders) await contender.stop()
  }
}

async function compare(
  contenders: readonly Contender[],
  connections: number,
  size: Size | undefined,
): Promise<void> {
  const results = contenders.map(() => [] as Slice[])
  // In turn, so that a slow minute of the machine falls on both.
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [at, contender] of contenders.entries())
      results[at]!.push(await slice(contender, connections, size, Number(values.seconds) * 1_000))
  }
  const what = size?.name ?? 'mix'
  const rates: number[] = []
  const costs: number[] = []
  for (const [at, { name }] of contenders.entries()) {
    const slices = results[at]!
    const rate = median(slices.map((each) => each.rate))
    rates.push(rate)
    const answers = slices.flatMap((each) => each.answers)
    const delays = slices.flatMap((each) => each.delays)
    const there = delays.length > 0 ? delays : answers
    const cells = [
      what.padEnd(10),
      String(connections).padStart(6),
      ` ${name.padEnd(12)}`,
      median(slices.map((each) => each.accepted))
        .toFixed(0)
        .padStart(11),
      rate.toFixed(0).padStart(13),
      quantile(answers, 0.5).toFixed(1).padStart(9),
      quantile(answers, 0.99).toFixed(1).padStart(9),
      quantile(there, 0.5).toFixed(1).padStart(13),
      quantile(there, 0.99).toFixed(1).padStart(9),
    ]
    const cost = median(slices.map((each) => each.cpuMs))
    costs.push(cost)
    say([...cells, cost.toFixed(2).padStart(8)].join(' '))
  }
  if (rates.length < 2) return
  const [rate, cost] = [rates[0]! / rates[1]!, costs[1]! / costs[0]!]
  say(`${''.padEnd(18)}ratio ${rate.toFixed(2)}; for each millisecond of processor ${cost.toFixed(2)}`)
}

/** Sends for that long; ends when all that was accepted is in the mailboxes. */
async function slice(
  contender: Contender,
  connections: number,
  size: Size | undefined,
  forMs: number,
): Promise<Slice> {
  const before = await contender.delivered()
  const clients = await Promise.all(Array.from({ length: connections }, () => openClient(contender.port)))
  const answers: number[] = []
  const cpuBefore = contender.cpuMs()
  const start = performance.now()
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - start < forMs) {
        const begin = performance.now()
        await client.send((size ?? anySize()).body)
        answers.push(performance.now() - begin)
      }
    }),
  )
  const acceptedMs = performance.now() - start
  while ((await contender.delivered()) - before < answers.length) {
    if (performance.now() - start > forMs + 120_000) throw new Error(`${contender.name} does not deliver`)
    await pause(5)
  }
  // Without a queue the last answer is the last delivery; the look at it costs nothing.
  const endMs = performance.now() - start
  for (const client of clients) client.close()
  return {
    rate: (answers.length * 1_000) / endMs,
    accepted: (answers.length * 1_000) / acceptedMs,
    answers,
    delays: contender.delays(),
    cpuMs: (contender.cpuMs() - cpuBefore) / answers.length,
  }
}

function anySize(): Size {
  let left = Math.random() * 100
  for (const size of sizes) {
    left -= size.share
    if (left < 0) return size
  }
  return sizes[0]
}

type Client = { send(body: Buffer): Promise<void>; close(): void }

/** As light as can be, as it shares the machine with whom it measures: commands in one piece, content that is ready-made. */
async function openClient(port: number): Promise<Client> {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true })
  let text = ''
  let wake = () => {}
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  socket.on('error', () => wake())
  socket.on('close', () => wake())
  /** The last lines of that many replies. */
  const replies = async (count: number): Promise<string[]> => {
    for (;;) {
      const ends = [...text.matchAll(/^\d{3}(?: .*)?\r\n/gm)]
      if (ends.length >= count) {
        const last = ends[count - 1]!
        text = text.slice(last.index + last[0].length)
        return ends.slice(0, count).map(([line]) => line)
      }
      if (socket.destroyed) throw new Error(`The connection was closed: ${text}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  await replies(1)
  socket.write('EHLO client.sender.example\r\n')
  await replies(1)
  return {
    async send(body) {
      const to = addresses[Math.floor(Math.random() * MAILBOXES)]!
      socket.write(`MAIL FROM:<bob@sender.example>\r\nRCPT TO:<${to}>\r\nDATA\r\n`)
      const go = await replies(3)
      if (!go[2]!.startsWith('354')) throw new Error(go.join(''))
      const id = randomBytes(12).toString('hex')
      socket.cork()
      socket.write(`To: ${to}\r\nMessage-ID: <${id}@sender.example>\r\n`)
      socket.write(body)
      socket.uncork()
      const [answer] = await replies(1)
      if (!answer!.startsWith('250')) throw new Error(answer)
    },
    close: () => socket.destroy(),
  }
}

function messageOf(sizeBytes: number): Buffer {
  const head =
    'From: Bob Example <bob@sender.example>\r\nSubject: Quarterly figures\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n'
  const text = 'The figures of the quarter are below. '.repeat(2)
  if (sizeBytes <= 4 * KB) {
    const lines = `${text}\r\n`.repeat(Math.floor((sizeBytes - head.length) / (text.length + 2)))
    return Buffer.from(`${head}Content-Type: text/plain; charset=utf-8\r\n\r\n${lines}.\r\n`)
  }
  const data = randomBytes(Math.floor((sizeBytes - 1_000) * 0.73)).toString('base64')
  const lines = data.replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n` +
      '--b1\r\nContent-Type: application/pdf; name="figures.pdf"\r\nContent-Disposition: attachment; filename="figures.pdf"\r\n' +
      `Content-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--b1--\r\n.\r\n`,
  )
}

async function landbridge(): Promise<Contender> {
  const dns = await startDnsServer({ 'sender.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] } })
  const served = await startServed({
    addresses,
    listener: 'mail from other servers',
    settings: {
      'service.hostname': 'mx.landbridge.example',
      'smtp.verifySenders': values.verify ? 'yes' : 'no',
      'dns.servers': dns.address,
    },
    profile: values.profile,
  })
  return {
    name: 'landbridge',
    port: served.port,
    delivered: async () => Number.POSITIVE_INFINITY,
    delays: () => [],
    cpuMs: () => cpuMsOf(served.child.pid!),
    async stop() {
      await served.stop()
      await dns.close()
    },
  }
}

/** User and system time of a process and of all that it has started, those that ended among them; ticks are 10 ms. */
function cpuMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
    const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    return children.reduce((sum, child) => sum + (child === '' ? 0 : cpuMsOf(Number(child))), own)
  } catch (error) {
    // It ended meanwhile: its time is its parent's.
    if (
      (error as NodeJS.ErrnoException).code !== 'ENOENT' &&
      (error as NodeJS.ErrnoException).code !== 'ESRCH'
    )
      throw error
    return 0
  }
}

const pidIn = (...path: readonly string[]): number => Number(readFileSync(join(...path), 'utf8').trim())

async function postfixWithDovecot(): Promise<Contender> {
  const format = values.format === 'maildir' ? 'maildir' : 'sdbox'
  const dovecot = await startDovecot({ format, settings: [`mail_fsync = ${values.fsync}`] })
  const postfix = await startPostfix({
    mailboxes: addresses,
    settings: {
      virtual_transport: `lmtp:unix:${dovecot.lmtp}`,
      lmtp_destination_concurrency_limit: '20',
      lmtp_destination_recipient_limit: '1',
      lmtp_connection_cache_destinations: `unix:${dovecot.lmtp}`,
      smtpd_client_connection_count_limit: '0',
      smtpd_timeout: '300s',
      in_flow_delay: '0',
    },
  })
  const log = new DeliveryLog(join(postfix.folder, 'data', 'log'))
  const masters = [
    pidIn(postfix.folder, 'spool', 'pid', 'master.pid'),
    pidIn(dovecot.folder, 'run', 'master.pid'),
  ]
  return {
    name: 'postfix+dc',
    port: postfix.port,
    delivered: () => log.delivered(),
    delays: () => log.delays.splice(0),
    cpuMs: () => masters.reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    async stop() {
      const counts = await Promise.all(addresses.map((address) => dovecot.count(address)))
      const sum = counts.reduce((all, count) => all + count, 0)
      say(`\nPostfix says ${await log.delivered()} delivered; Dovecot holds ${sum}.`)
      await log.close()
      await postfix.stop()
      await dovecot.stop()
    },
  }
}

/** Reads what was appended to Postfix's log since the last look: a line for each delivery, written after Dovecot answered. */
class DeliveryLog {
  readonly delays: number[] = []
  readonly #path: string
  #handle: Awaited<ReturnType<typeof open>> | undefined
  #place = 0
  #rest = ''
  #delivered = 0

  constructor(path: string) {
    this.#path = path
  }

  async delivered(): Promise<number> {
    this.#handle ??= await open(this.#path)
    const buffer = Buffer.alloc(256 * KB)
    for (;;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#place)
      if (bytesRead === 0) return this.#delivered
      this.#place += bytesRead
      const lines = (this.#rest + buffer.toString('latin1', 0, bytesRead)).split('\n')
      this.#rest = lines.pop()!
      for (const line of lines) {
        const delay = /lmtp\[.* delay=([\d.]+),.* status=sent /.exec(line)
        if (!delay) continue
        this.#delivered++
        this.delays.push(Number(delay[1]) * 1_000)
      }
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

await bench()
