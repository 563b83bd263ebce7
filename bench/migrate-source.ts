/**
 * How fast mailboxes are read over EWS for a migration, with a writer that throws everything away, against what the same server sends
 * when nobody reads the answers (migration.md 3.3): both over TLS on this machine, the server in a process of its own, behind a relay
 * that holds everything back for half the latency in each direction. A pass without changes comes last.
 *
 *     node bench/migrate-source.ts [--mailboxes 4] [--messages 500] [--bytes 75000] [--latency 0] [--rounds 3]
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { shapeOf } from '#connectors/exchange/item-shapes.ts'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { startService } from '#src/app/serve.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { MailboxSource, SourceFolder, SourceMailbox } from '#src/domain/migration/source.ts'
import { openSpool } from '#src/platform/spool/spool.ts'
import { formatRequest } from '#src/wire/ews/request.ts'
import { certificateOf, here } from '#test/connectors/exchange/exchange-site.ts'
import { HOST_NAME, PASSWORD } from '#test/stories/mail-site.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { fillInbox } from './served-process.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mailboxes: { type: 'string', default: '4' },
    messages: { type: 'string', default: '500' },
    bytes: { type: 'string', default: '75000' },
    latency: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '3' },
  },
})
const people = Array.from({ length: Number(values.mailboxes) }, (_, at) => `user${at}@corp.test`)
const count = Number(values.messages)
const signal = new AbortController().signal
const say = (text: string) => process.stdout.write(`${text}\n`)

function messageOf(no: number): Buffer {
  // Sizes as mail has them: many small, few large, the mean as asked for.
  const bytes = Number(values.bytes) * [0.1, 0.2, 0.5, 1, 3.2][no % 5]!
  const body = randomBytes(Math.ceil(bytes * 0.73))
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    `From: bob@sender.example\r\nSubject: Figures ${no}\r\nMessage-ID: <${no}@sender.example>\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`,
  )
}

/** The service: makes the mailboxes, fills them, says its port, ends at SIGTERM. */
async function serve(options: string): Promise<void> {
  const service = await startService(loadConfig({ environment: {}, options: JSON.parse(options) }))
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = (await admin.call('CreateOrganization', { Alias: 'corp' })) as {
    OrganizationId: OrganizationId
  }
  const { store } = service.data
  for (const address of people) {
    const Name = address.split('@')[0]!
    const user = await admin.call('CreateUser', {
      OrganizationId,
      Name,
      DisplayName: Name,
      Password: PASSWORD,
    })
    await admin.call('RegisterToWorkMail', { OrganizationId, EntityId: String(user.UserId), Email: address })
    await fillInbox(store, OrganizationId, address, { count, together: 50, messageOf })
  }
  process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)))
  const web = service.listeners.find(({ name }) => name === 'mail, calendars and contacts for programs')!
  process.stdout.write(`${web.address.split(':').at(-1)!}\n`)
}

/** Hands on what comes after `delayMs`, in order. */
async function relay(port: number, delayMs: number): Promise<{ server: Server; port: number }> {
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (octets) => {
      if (delayMs === 0) to.write(octets)
      else setTimeout(() => to.destroyed || to.write(octets), delayMs)
    })
    from.on('close', () => setTimeout(() => to.destroy(), delayMs))
    from.on('error', () => to.destroy())
  }
  const server = createServer({ noDelay: true }, (socket) => {
    const there = connect({ port, host: '127.0.0.1', noDelay: true })
    pass(socket, there)
    pass(there, socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

type Open = { mailbox: SourceMailbox; folder: SourceFolder; address: string; keys: string[]; cursor: string }

async function opened(sources: ReadonlyMap<string, MailboxSource>): Promise<Open[]> {
  const open: Open[] = []
  for (const [address, source] of sources) {
    const mailbox = await source.open(address, signal)
    let folder: SourceFolder | undefined
    for await (const one of mailbox.folders(signal)) if (one.role === 'inbox') folder = one
    open.push({ mailbox, folder: folder!, address, keys: [], cursor: '' })
  }
  return open
}

/** The whole folder, page by page, as the engine asks for it. */
async function copy(open: Open): Promise<{ items: number; bytes: number }> {
  let [items, bytes] = [0, 0]
  open.keys = []
  for (let cursor: string | null = null; ; ) {
    const page = await open.mailbox.changes(open.folder, cursor, 512, signal)
    const keys = page.changes.flatMap((change) => (change.kind === 'item' ? change.key : []))
    open.keys.push(...keys)
    for await (const read of open.mailbox.items(open.folder, keys, signal)) {
      if (read.kind === 'failed') throw read.failure
      items++
      for await (const octets of read.item.message!.open(signal)) bytes += octets.length
    }
    open.cursor = page.cursor
    if (!page.more) return { items, bytes }
    cursor = page.cursor
  }
}

/** The same items as the server sends them, in requests of the same size, and nobody reads them. */
async function drain({ address, keys }: Open, url: string, agent: Agent): Promise<void> {
  for (let from = 0; from < keys.length; from += 80) {
    const ItemIds = keys.slice(from, from + 80).map((Id) => ({ ItemId: { Id } }))
    const body = formatRequest('GetItem', { ItemShape: shapeOf('mail', true), ItemIds }).join('')
    const authorization = `Basic ${Buffer.from(`${address}:${PASSWORD}`).toString('base64')}`
    const headers = { 'content-type': 'text/xml; charset=utf-8', authorization }
    await new Promise<void>((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers, lookup: here }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`It answered ${answer.statusCode}`))
        answer.resume().once('end', resolve).once('error', reject)
      })
      sent.once('error', reject).end(body)
    })
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; cpu: number }> {
  const [before, used] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(used)
  return { result, seconds: (performance.now() - before) / 1_000, cpu: (user + system) / 1e6 }
}

async function bench(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const options = JSON.stringify({
    dataFolder: join(work, 'data'),
    ...freePorts,
    'log.output': 'file',
    'service.hostname': HOST_NAME,
  })
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2), 'serve', options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(said.toString())
  const ca = await certificateOf(port)
  const slow = await relay(port, Number(values.latency) / 2)
  const url = `https://${HOST_NAME}:${slow.port}/EWS/Exchange.asmx`
  const spool = await openSpool({
    folder: join(work, 'spool'),
    totalBytes: 4 * 1024 ** 3,
    full: () => new Error('The spool is full'),
  })
  const sources = new Map(
    people.map((user) => {
      const login = { user, password: PASSWORD, scheme: 'basic' as const }
      return [
        user,
        openExchangeSource({
          url,
          login,
          access: 'own-rights',
          tls: { ca },
          lookup: here,
          spool,
          version: '0',
        }),
      ]
    }),
  )
  const agent = new Agent({ keepAlive: true, ca, maxSockets: people.length })
  try {
    const open = await opened(sources)
    for (const each of open) await copy(each)
    const ratios: number[] = []
    let copied = 0
    for (let round = 1; round <= Number(values.rounds); round++) {
      const ceiling = await timed(() => Promise.all(open.map((each) => drain(each, url, agent))))
      const ours = await timed(() => Promise.all(open.map(copy)))
      const bytes = ours.result.reduce((sum, one) => sum + one.bytes, 0)
      const items = ours.result.reduce((sum, one) => sum + one.items, 0)
      ratios.push(ceiling.seconds / ours.seconds)
      copied = ours.seconds
      say(
        `${items} items, ${(bytes / 2 ** 20).toFixed(0)} MiB: drained in ${ceiling.seconds.toFixed(2)} s, read in ${ours.seconds.toFixed(2)} s ` +
          `(${(bytes / 2 ** 20 / ours.seconds).toFixed(1)} MiB/s, ${Math.round(items / ours.seconds)} items/s, ${ours.cpu.toFixed(2)} s of processor here), ratio ${ratios.at(-1)!.toFixed(2)}`,
      )
    }
    const idle = await timed(() =>
      Promise.all(open.map((each) => each.mailbox.changes(each.folder, each.cursor, 512, signal))),
    )
    const middle = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)]!
    say(`ratio to the server's own rate, middle of ${ratios.length}: ${middle.toFixed(2)}`)
    say(
      `a pass without changes: ${(idle.seconds * 1_000).toFixed(0)} ms, ${((100 * idle.seconds) / copied).toFixed(2)} % of the copy`,
    )
    say(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1_024)} MiB`)
  } finally {
    for (const source of sources.values()) await source.close()
    agent.destroy()
    slow.server.close()
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    await ended
    await rm(work, { recursive: true, force: true })
  }
}

if (positionals[0] === 'serve') await serve(positionals[1]!)
else await bench()
