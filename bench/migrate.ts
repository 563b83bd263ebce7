/**
 * How fast a batch comes over EWS into a service, over TLS on this machine, behind a relay that holds everything back for half the
 * latency in each direction (migration.md 3.3). Against it stand: the reader with a writer that throws everything away, and the store
 * taking the same octets from memory; the lower of both rates is the ceiling. Then a pass without changes. It is measured with two
 * sources, each against its own ceiling:
 *
 * - `fake`, which is the goal's: a process that answers from memory what a service of ours answered before (recorded-ews.ts), octet by
 *   octet. It hardly takes a processor from the copier, so that this is what the copier can do: reading and storing, which the
 *   ceiling has apart, want one and the same main thread. A round before the others, which is not counted, is what it records.
 * - `service`: a whole service of ours. It takes as much processor as the copier, of the same two cores: two services on one small
 *   machine. Only here it is told what copying one message after the other by IMAP comes to between the same two services, as imapsync
 *   does: with our client, and with the Perl library that imapsync is made of.
 *
 * Each round measures all of it, on data of its own that is removed after it, and the middle of the rounds counts. The heap may grow
 * while it reads and appends as it may while lanes copy (heap-growth.ts), and what is appended is made before. The first copy of a
 * process takes half as much processor again as later ones, as its code is compiled meanwhile. With 300 messages a mailbox, a third of
 * the usual, the copy takes so short that it is the start of the lanes and of the compiler that is measured.
 *
 *     bin/with-node bench/migrate.ts [--mailboxes 10] [--messages 900] [--bytes 75000] [--folders 0] [--rounds 3] [--imap 200]
 *         [--source both] or fake, service
 *         [--latency 0] in milliseconds; --latency 30 --server 20: a server that is the limit, by its 20 MiB a second
 *         [--kind mail] or events, contacts: what the mailboxes hold; of these only the copy is measured, and nothing by IMAP
 *         [--profile FOLDER] writes CPU profiles of reading, appending and copying there
 *     bin/with-node bench/migrate.ts --mailboxes 1 --messages 20000 --folders 200 --rounds 1 --imap 0   a pass without changes
 *         of a mailbox as people have it
 */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { newMailboxId } from '#src/base/ids.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { SETTLED_MS } from '#src/domain/migration/engine/folders/folder-marks.ts'
import type { Store } from '#src/domain/store.ts'
import { heapGrowth } from '#src/platform/memory/heap-growth.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { certificateOf } from '#test/connectors/exchange/exchange-site.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'
import { parseArgs } from './arguments.ts'
import { type ContentKind, fillWith } from './contents.ts'
import { HOST, IMAP, MOVER, type MovingService, moveAll, movingService, WEB } from './moving-service.ts'
import { nodeProcess } from './node-process.ts'
import { oneByOne, oneByOneInPerl } from './one-by-one.ts'
import { recordedEws } from './recorded-ews.ts'
import { fill, PASSWORD } from './served-process.ts'
import { relayProcess, type Slowness } from './slow-relay.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mailboxes: { type: 'string', default: '10' },
    messages: { type: 'string', default: '900' },
    bytes: { type: 'string', default: '75000' },
    folders: { type: 'string', default: '0' },
    server: { type: 'string' },
    latency: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '3' },
    imap: { type: 'string', default: '200' },
    kind: { type: 'string', default: 'mail' },
    profile: { type: 'string' },
    source: { type: 'string', default: 'both' },
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

/** Beside the inbox; messages are dealt out to all of them. */
const folders = Number(values.folders)
const mail = { count, together: 50, messageOf }

if (!['mail', 'events', 'contacts'].includes(values.kind))
  throw new Error('--kind is mail, events or contacts')
type SourceName = 'fake' | 'service'
if (!['fake', 'service', 'both'].includes(values.source)) throw new Error('--source is fake, service or both')
const names: readonly SourceName[] =
  values.source === 'both' ? ['fake', 'service'] : [values.source as SourceName]
const kind = values.kind as 'mail' | ContentKind

const filled = (store: Store, at: MailboxRef, making = messageOf): Promise<void> =>
  kind === 'mail' ? fill(store, at, { ...mail, messageOf: making }, folders) : fillWith(kind, store, at, mail)

/** The source: mailboxes with messages in them, and an account that may read all of them. */
async function serveSource(dataFolder: string): Promise<void> {
  const source = await movingService(dataFolder, [...people, MOVER])
  for (const address of people)
    await filled(source.store, await mailboxAt(source.store, source.organization, address))
  await source.call('PutImpersonationAccount', { UserId: 'mover', Enabled: true })
  process.once('SIGTERM', () => void source.stop().then(() => process.exit(0)))
  process.stdout.write(`${source.port(WEB)} ${source.port(IMAP)}\n`)
}

/** Seconds by the clock, of this process's processor time, of its main thread's, of the source's and of the relay's before it. */
type Taken = { clock: number; cpu: number; main: number; source: number; relay: number }

/** Processor seconds of the source, and of the relay, so far; where the system does not tell them, none. */
let sourceSeconds = (): number => 0
let relaySeconds = (): number => 0
/** Units of /proc/PID/stat in a second: of every Linux. */
const TICKS = 100

function processorSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  } catch {
    return 0
  }
}

async function timed(what: string, work: () => Promise<unknown>): Promise<Taken> {
  const profiled = values.profile === undefined ? undefined : await beginProfile()
  const [begun, there, between] = [performance.now(), sourceSeconds(), relaySeconds()]
  const [used, loop] = [process.cpuUsage(), process.threadCpuUsage()]
  await work()
  const [all, own] = [process.cpuUsage(used), process.threadCpuUsage(loop)]
  const clock = (performance.now() - begun) / 1_000
  await profiled?.(join(values.profile!, `${what}.cpuprofile`))
  const beside = { source: sourceSeconds() - there, relay: relaySeconds() - between }
  return { clock, cpu: seconds(all), main: seconds(own), ...beside }
}

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6

const middleOf = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!

/** Answers how to end the profile and where to write it. */
async function beginProfile(): Promise<(file: string) => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async (file) => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, JSON.stringify(profile))
  }
}

const told = ({ clock, cpu, main, source, relay }: Taken): string =>
  `${clock.toFixed(2)} s (${cpu.toFixed(2)} of processor, ${main.toFixed(2)} in the main thread; ${source.toFixed(2)} at the source` +
  `${relay > 0 ? `, ${relay.toFixed(2)} in the relay` : ''})`

const share = (pass: Taken, copy: Taken): string =>
  `${((100 * pass.clock) / copy.clock).toFixed(2)} % (${((100 * pass.cpu) / copy.cpu).toFixed(2)} % of the processor time)`

/** Reads every folder as the engine does, eight at once, and throws it away. */
async function readAll(url: string, ca: string, spoolFolder: string): Promise<number> {
  const spool = await openSpool({
    folder: spoolFolder,
    room: new SpoolRoom(4 * 1024 ** 3),
    full: () => new Error('The spool is full'),
  })
  const login = { user: MOVER, password: PASSWORD, scheme: 'basic' as const }
  const source = openExchangeSource({ url, login, tls: { ca }, spool, version: '0' })
  let bytes = 0
  const waiting = [...people]
  const lane = async () => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      const mailbox = await source.open(address, signal)
      for await (const folder of mailbox.folders(signal)) {
        if (folder.items === 0) continue
        for (let cursor: string | null = null, more = true; more; ) {
          const page = await mailbox.changes(folder, cursor, 256, signal)
          const keys = page.changes.flatMap((change) => (change.kind === 'item' ? change.key : []))
          for await (const read of mailbox.items(folder, keys, signal)) {
            if (read.kind === 'failed') throw read.failure
            const { message, content } = read.item
            if (message === null) bytes += JSON.stringify(content).length
            else for await (const octets of message.open(signal)) bytes += octets.length
            message?.letGo?.()
          }
          ;({ cursor, more } = page)
        }
      }
      await mailbox.close()
    }
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  await source.close()
  return bytes
}

/** The store takes messages of the same sizes from memory, eight mailboxes at once. */
async function appendAll({ store, organization }: MovingService, messages: readonly Buffer[]): Promise<void> {
  const waiting = people.map(() => newMailboxId())
  const lane = async () => {
    for (let mailbox = waiting.shift(); mailbox !== undefined; mailbox = waiting.shift()) {
      const at = { organization, mailbox }
      await store.transact({ organization, newMailboxes: [mailbox] }, ({ mailboxes }) =>
        mailboxes.createMailbox(at, { quotaBytes: 2 ** 50, folders: distinguishedFolders }),
      )
      await filled(store, at, (no) => messages[no]!)
    }
  }
  await Promise.all(Array.from({ length: 8 }, lane))
}

/** Where the mailboxes are read, and how it is done once more without counting; `unknown`: see `recordedEws`. */
type Source = { url: string; ca: string; unknown(): readonly string[] }

/** The target of the round that is or was the last. */
let target: MovingService | undefined
/** Most MiB of this process in the first round, before anything else was done in it. */
let memory: number | undefined

/** Answers the middle rate, items in a second. */
async function rounds(work: string, name: SourceName, { url, ca, unknown }: Source): Promise<number> {
  const items = people.length * count
  const ratios: number[] = []
  const rates: number[] = []
  // What is answered from memory was to be asked for once: as every round does it, without counting.
  for (let round = name === 'fake' ? 0 : 1; round <= Number(values.rounds); round++) {
    // What was copied once is known: each round has a target of its own.
    await target?.stop()
    await rm(join(work, 'target'), { recursive: true, force: true })
    target = await movingService(join(work, 'target'), people)
    const { preflight, copyAll, agedMarks, again } = await moveAll(target, people, { url, ca })
    const checked = await timed('preflight', preflight)
    const copy = await timed(`copy-${name}`, copyAll)
    await agedMarks(SETTLED_MS)
    const calls: number[] = []
    const passed = (what: string, pass: number) =>
      timed(what, async () => {
        const requests = (await again(pass)).map(({ lastPass }) => lastPass?.requests ?? 0)
        calls.push(requests.reduce((sum, each) => sum + each, 0) / people.length)
      })
    // It asks for every folder, as marks are believed only then; later ones do not.
    const first = await passed('first', 2)
    const unchanged = await passed('unchanged', 3)
    memory ??= process.resourceUsage().maxRSS / 1_024
    let bytes = 0
    const usualHeap = heapGrowth.begin()
    const read = await timed('read', async () => {
      bytes = await readAll(url, ca, join(work, 'spool'))
    })
    const to = target
    const messages = Array.from({ length: kind === 'mail' ? count : 0 }, (_, no) => messageOf(no))
    const append = await timed('append', () => appendAll(to, messages))
    usualHeap()
    const asked = unknown()
    if (round === 0) continue
    const ceiling = Math.max(read.clock, append.clock)
    ratios.push(ceiling / copy.clock)
    rates.push(items / copy.clock)
    say(
      `${name}, ${items} items, ${(bytes / 2 ** 20).toFixed(0)} MiB: read ${told(read)}, appended ${told(append)}, copied ${told(copy)}: ` +
        `${Math.round(rates.at(-1)!)} items/s, ${(bytes / 2 ** 20 / copy.clock).toFixed(1)} MiB/s, ratio to the ceiling ${ratios.at(-1)!.toFixed(2)}; ` +
        `without changes ${told(first)}, ${share(first, copy)}, ${calls[0]} calls a mailbox; ` +
        `once more ${told(unchanged)}, ${share(unchanged, copy)}, ${calls[1]} calls a mailbox; ` +
        `pre-flight ${told(checked)}` +
        `${asked.length > 0 ? `; answered by the service itself: ${asked.length} calls (${[...new Set(asked)].join(', ')})` : ''}`,
    )
  }
  say(`ratio to the ceiling, ${name}, middle of ${ratios.length}: ${middleOf(ratios).toFixed(2)}`)
  return middleOf(rates)
}

async function bench(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const own = [fileURLToPath(import.meta.url), ...process.argv.slice(2), 'serve', join(work, 'source')]
  const child = nodeProcess(own)
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const [web, imap] = said.toString().trim().split(' ').map(Number) as [number, number]
  const slowness = {
    delayMs: Number(values.latency) / 2,
    ...(values.server !== undefined && { bytesPerSecond: Number(values.server) * 2 ** 20 }),
  }
  try {
    for (const name of names) {
      const recorded = name === 'fake' ? await recordedEws(web) : undefined
      const port = recorded?.port ?? web
      const slow = await relayProcess(port, slowness)
      try {
        sourceSeconds = () => processorSecondsOf(recorded?.pid ?? child.pid!)
        relaySeconds = () => (slow.pid === undefined ? 0 : processorSecondsOf(slow.pid))
        const url = `https://${HOST}:${slow.port}/EWS/Exchange.asmx`
        const asked = { url, ca: await certificateOf(port), unknown: () => recorded?.unknown() ?? [] }
        const rate = await rounds(work, name, asked)
        const most = Math.min(Number(values.imap), count)
        if (name === 'service' && most > 0 && kind === 'mail')
          await againstOneByOne(work, rate, { imap, web, slowness, most }, target!)
      } finally {
        await slow.close()
        await recorded?.close()
      }
    }
    say(`most memory of the service that copies: ${Math.round(memory ?? 0)} MiB`)
  } finally {
    await target?.stop()
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    await ended
    await rm(work, { recursive: true, force: true })
  }
}

/** The same mailboxes, between the same two services, one message after the other. */
async function againstOneByOne(
  work: string,
  rate: number,
  { imap, web, slowness, most }: { imap: number; web: number; slowness: Slowness; most: number },
  target: MovingService,
): Promise<void> {
  const slow = await relayProcess(imap, slowness)
  try {
    const [from, to] = [
      { port: slow.port, ca: await certificateOf(web) },
      { port: target.port(IMAP), ca: await certificateOf(target.port(WEB)) },
    ]
    const [name, another = name] = people as [string, string?]
    const slowly = await oneByOne(from, to, { name, most })
    const inPerl = await oneByOneInPerl(from, to, { name: another, most }, work)
    const told = (itemsPerSecond: number) =>
      `${itemsPerSecond.toFixed(1)} items/s; the engine ${(rate / itemsPerSecond).toFixed(1)} times that`
    say(`one message after the other by IMAP, our client: ${told(slowly)}`)
    say(
      `the same with imapsync's Perl library: ${
        inPerl === undefined
          ? 'not installed (apt-get install libmail-imapclient-perl libio-socket-ssl-perl)'
          : told(inPerl)
      }`,
    )
  } finally {
    await slow.close()
  }
}

if (positionals[0] === 'serve') await serveSource(positionals[1]!)
else await bench()
