/**
 * The scenarios of migrations that are too long for a test, at their full size (migration.md 5):
 *
 *     bin/with-node bench/migrate-limits.ts connections   scenario 5: a server that answers ten calls at once and refuses the eleventh
 *     bin/with-node bench/migrate-limits.ts item [--gigabytes 1]   scenario 7: an item of 1 GB, streamed over EWS
 *     bin/with-node bench/migrate-limits.ts imap [--gigabytes 1]   the same from a Dovecot over IMAP, and one of 150 MB above the limit
 *     bin/with-node bench/migrate-limits.ts items [--items 1000000]   scenario 16: one folder with as many, first and last compared
 *     bin/with-node bench/migrate-limits.ts folders [--folders 20000]   scenario 16: as many folders, and a pass without changes
 *     bin/with-node bench/migrate-limits.ts depth [--depth 300]   scenario 16: as many folders in one another, a message in the deepest
 *
 * Those of mixed mailboxes that are killed and cut off are in migrate-mixed.ts.
 * Rates of `items` are per second of processor time: others may use the machine for a while. Beside them stands what each item
 * makes the process read and write, database, log and checkpoints together, where the system tells it (Linux).
 */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import { formatFault } from '#src/wire/ews/fault.ts'
import { certificateOf } from '#test/connectors/exchange/exchange-site.ts'
import { DOVECOT_PASSWORD, startDovecot } from '#test/support/dovecot.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { reply, stubHttps } from '#test/support/stub-https.ts'
import { parseArgs } from './arguments.ts'
import { generatedSource } from './generated-source.ts'
import { HOST, MOVER, moveAll, movingService, WEB } from './moving-service.ts'
import { nodeProcess } from './node-process.ts'
import { fillInbox } from './served-process.ts'
import { askedThere } from './watched-line.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gigabytes: { type: 'string', default: '1' },
    items: { type: 'string', default: '1000000' },
    folders: { type: 'string', default: '20000' },
    depth: { type: 'string', default: '300' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
const processorSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
/** Of this process so far. */
const mostMiB = () => Math.round(process.resourceUsage().maxRSS / 1_024)
const clockWithout = (seconds: number) => `${seconds.toFixed(1)} s`

const SERVER_LIMIT = 10
/** How long the server takes for each call: long enough that nothing else is the limit. */
const CALL_MS = 2_000
const people = Array.from({ length: 12 }, (_, at) => `user${at}@corp.test`)
const EACH = 1_000

/** The source: mailboxes of small messages, or one with an item of that size. */
async function serveSource(folder: string, bytes: number): Promise<void> {
  const names = bytes > 0 ? people.slice(0, 1) : people
  const source = await movingService(folder, [...names, MOVER])
  await source.call('PutImpersonationAccount', { UserId: 'mover', Enabled: true })
  for (const address of names) {
    const at = await mailboxAt(source.store, source.organization, address)
    if (bytes === 0) {
      const messageOf = (no: number) => Buffer.from(`Subject: Figures ${no}\r\n\r\n${'x'.repeat(1_000)}\r\n`)
      await fillInbox(source.store, at, { count: EACH, together: 50, messageOf })
    } else {
      const inbox = (await source.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
      // Past the limit of what a person may send.
      const { staged, item } = await indexedMessage(source.store, at, bytes, largeMessage(bytes))
      await source.store.transact(
        { organization: at.organization, mailboxes: [at.mailbox] },
        ({ mailboxes }) =>
          mailboxes.appendItem(at, {
            ...item,
            folder: inbox.no,
            receivedAt: 1_700_000_000_000,
            body: staged,
            ignoreQuota: true,
          }),
      )
    }
  }
  process.once('SIGTERM', () => void source.stop().then(() => process.exit(0)))
  process.stdout.write(`${source.port(WEB)}\n`)
}

async function* largeMessage(bytes: number): AsyncGenerator<Uint8Array> {
  const head = Buffer.from(
    'Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
  )
  yield head
  const chunk = Buffer.from(
    randomBytes(48 * 1024)
      .toString('base64')
      .replace(/.{76}/g, '$&\r\n'),
  )
  for (let left = bytes - head.length; left > 0; left -= chunk.length)
    yield chunk.subarray(0, Math.min(left, chunk.length))
}

/** A source in a process of its own, and a folder for everything; both are gone afterwards. */
async function besideSource(bytes: number, work: (port: number, folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const own = [fileURLToPath(import.meta.url), 'serve', join(folder, 'source'), String(bytes)]
  const child = nodeProcess(own)
  const ended = once(child, 'close')
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    await work(Number(said.toString()), folder)
  } finally {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
}

/** In front of the source: takes its time, and refuses more calls at once than it allows. Counts what is under way over time. */
async function gate(port: number) {
  let under = 0
  let since = performance.now()
  const seen = { breaches: 0, calls: 0, busyMs: 0, firstAt: 0, lastAt: 0 }
  const change = (by: number) => {
    const now = performance.now()
    seen.busyMs += under * (now - since)
    since = now
    under += by
  }
  const stub = await stubHttps(async (asked) => {
    if (under >= SERVER_LIMIT) {
      seen.breaches++
      return reply(asked, 500, formatFault('ErrorExceededConnectionCount', 'Too many at once').join(''))
    }
    change(1)
    seen.calls++
    try {
      const began = performance.now()
      const { status, headers, octets } = await askedThere(port, asked)
      await sleep(Math.max(0, CALL_MS - (performance.now() - began)))
      asked.response.writeHead(status, headers)
      asked.response.end(octets)
    } finally {
      change(-1)
      stub.asked.length = 0
    }
  })
  const begin = () => {
    change(0)
    Object.assign(seen, { calls: 0, busyMs: 0, firstAt: performance.now() })
  }
  const end = () => {
    change(0)
    seen.lastAt = performance.now()
    return seen
  }
  return { stub, begin, end }
}

/** Scenario 5: breaches at most 3, throughput at least 0.9 of what the server allows. */
async function connections(): Promise<void> {
  await besideSource(0, async (port, folder) => {
    const { stub, begin, end } = await gate(port)
    const target = await movingService(join(folder, 'target'), people)
    const url = `${stub.url}/EWS/Exchange.asmx`
    // Told that it may have 27 at once, as Exchange 2013 lets an account; it finds out that they are ten.
    const options = { connections: '27' }
    const settings = { Lanes: people.length, PageItems: 256 }
    const moving = await moveAll(target, people, { url, ca: stub.pair.cert, options, settings })
    await moving.preflight()
    begin()
    await moving.copyAll()
    const { breaches, calls, busyMs, firstAt, lastAt } = end()
    const share = busyMs / (lastAt - firstAt) / SERVER_LIMIT
    say(
      `${people.length} mailboxes with ${EACH} items, ${CALL_MS} ms a call, ${SERVER_LIMIT} at once: ${calls} calls in ` +
        `${clockWithout((lastAt - firstAt) / 1_000)}, ${breaches} breaches, ${(100 * share).toFixed(0)} % of what the server allows`,
    )
    await target.stop()
    await stub.close()
  })
}

/** Scenario 7: the item under the limit comes as a stream, in less than 400 MB. */
async function item(gigabytes: number): Promise<void> {
  const bytes = Math.round(gigabytes * 2 ** 30)
  await besideSource(bytes, async (port, folder) => {
    const some = people.slice(0, 1)
    const target = await movingService(join(folder, 'target'), some)
    const url = `https://${HOST}:${port}/EWS/Exchange.asmx`
    const settings = { LargestItemBytes: 2 * bytes }
    const moving = await moveAll(target, some, { url, ca: await certificateOf(port), settings })
    await moving.preflight()
    const before = mostMiB()
    const began = performance.now()
    const progress = setInterval(() => say(`  ${mostMiB()} MiB at most so far`), 10_000)
    const [member] = await moving.copyAll()
    clearInterval(progress)
    const seconds = (performance.now() - began) / 1_000
    const { copied, skipped } = member!.counts
    say(
      `an item of ${bytes} octets: ${copied} copied, ${skipped} left behind, ${clockWithout(seconds)}, ` +
        `${(bytes / 2 ** 20 / seconds).toFixed(1)} MiB/s; at most ${mostMiB()} MiB, ${before} MiB before it began`,
    )
    await target.stop()
  })
}

/** Scenario 7 over IMAP: what is under the limit comes as a stream, what is above it is listed. */
async function overImap(gigabytes: number): Promise<void> {
  const server = await startDovecot({ format: 'maildir' })
  try {
    const login = 'anna@corp.test'
    const sizes = [150 * 2 ** 20, Math.round(gigabytes * 2 ** 30)]
    const inbox = join(server.folder, 'mail', login, 'mail', 'cur')
    await mkdir(inbox, { recursive: true })
    for (const [no, bytes] of sizes.entries())
      await writeFile(join(inbox, `${1_700_000_000 + no}.${no}.here:2,S`), largeMessage(bytes))
    const { stdout } = await promisify(execFile)('id', ['-u', 'mail'])
    await promisify(execFile)('chown', ['-R', stdout.trim(), join(server.folder, 'mail')])
    const source = openImapSource({
      ...{ host: HOST, port: server.imap, tls: { mode: 'clear' } },
      signIn: { kind: 'own', credentialsOf: async () => ({ name: login, password: DOVECOT_PASSWORD }) },
    })
    for (const largestItemBytes of [100 * 2 ** 20, 2 * Math.max(...sizes)]) {
      const mailbox = await migratedMailbox(source, { settings: { largestItemBytes } })
      try {
        const [before, began] = [mostMiB(), performance.now()]
        await mailbox.pass()
        const seconds = (performance.now() - began) / 1_000
        const { rows } = await mailbox.store.migration.listLedgerItems(mailbox.at, { after: null, limit: 9 })
        say(
          `items of ${sizes.join(' and ')} octets, at most ${largestItemBytes}: ${clockWithout(seconds)}, at most ${mostMiB()} MiB, ${before} MiB before it began`,
        )
        for (const { state, sizeBytes, problem } of rows) say(`  ${sizeBytes}: ${state} ${problem}`)
      } finally {
        await mailbox.remove()
      }
    }
  } finally {
    await server.stop()
  }
}

/** Calls of the system that read and write, and their octets, of this process so far. */
type Traffic = Record<'syscr' | 'rchar' | 'syscw' | 'wchar', number>

function trafficSoFar(): Traffic {
  const traffic = { syscr: 0, rchar: 0, syscw: 0, wchar: 0 }
  try {
    for (const [, name, count] of readFileSync('/proc/self/io', 'utf8').matchAll(/^(\w+): (\d+)$/gm))
      if (name! in traffic) traffic[name as keyof Traffic] = Number(count)
  } catch {
    // Another system: nothing is told.
  }
  return traffic
}

/** Scenario 16: the last items of a folder come as fast as the first. */
async function items(count: number): Promise<void> {
  const rates: { at: number; rate: number }[] = []
  const step = Math.max(1_000, Math.round(count / 20))
  let last: { at: number; cpu: number; traffic: Traffic } | undefined
  const asked = (what: string, from: number) => {
    if (what !== 'items' || (last !== undefined && from < last.at + step)) return
    const [cpu, traffic] = [processorSeconds(), trafficSoFar()]
    if (last !== undefined) {
      const { at, traffic: before } = last
      const each = (what: keyof Traffic) => ((traffic[what] - before[what]) / (from - at)).toFixed(1)
      rates.push({ at: from, rate: (from - last.at) / (cpu - last.cpu) })
      say(
        `  ${from} items, ${rates.at(-1)!.rate.toFixed(0)} a second of processor time; each item ${each('syscr')} reads of ` +
          `${each('rchar')} and ${each('syscw')} writes of ${each('wchar')} octets; ${mostMiB()} MiB`,
      )
    }
    last = { at: from, cpu, traffic }
  }
  const mailbox = await migratedMailbox(generatedSource({ folders: 0, items: count, asked }))
  try {
    const began = performance.now()
    await mailbox.pass()
    const seconds = (performance.now() - began) / 1_000
    const { counts } = await mailbox.member()
    // The very first stretch warms the program up.
    const [first, end] = [rates[1]!, rates.at(-1)!]
    say(
      `${counts.copied} items of one folder in ${clockWithout(seconds)}; at ${end.at} ${(end.rate / first.rate).toFixed(2)} of the rate at ${first.at}; at most ${mostMiB()} MiB`,
    )
  } finally {
    await mailbox.remove()
  }
}

/** Scenario 16: many folders, and how many requests a pass without changes takes for each. */
async function folders(count: number): Promise<void> {
  let calls = 0
  const mailbox = await migratedMailbox(generatedSource({ folders: count, items: 10, asked: () => calls++ }))
  try {
    for (const what of ['first pass', 'without changes']) {
      calls = 0
      const [began, cpu] = [performance.now(), processorSeconds()]
      await mailbox.pass()
      const [seconds, used] = [(performance.now() - began) / 1_000, processorSeconds() - cpu]
      say(
        `${count} folders, ${what}: ${clockWithout(seconds)} (${used.toFixed(1)} of processor), ${(calls / count).toFixed(2)} requests a folder, at most ${mostMiB()} MiB`,
      )
    }
  } finally {
    await mailbox.remove()
  }
}

/** Scenario 16: folders in one another; those that lie too deep are named, and what is in them is not lost. */
async function depth(count: number): Promise<void> {
  const mailbox = await migratedMailbox(generatedSource({ folders: 0, items: 10, depth: count }))
  try {
    const began = performance.now()
    await mailbox.pass()
    const { counts } = await mailbox.member()
    const [[deepest, lines] = ['', []]] = Object.entries(await mailbox.picture())
    const named = (await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')).flatMap(
      ({ name, losses }) => losses.map(({ reason }) => `${name}: ${reason}`),
    )
    const levels = deepest.split('/').length - 1
    say(
      `${count} folders in one another: ${clockWithout((performance.now() - began) / 1_000)}, ${counts.copied} messages copied, ` +
        `${lines.length} of them ${levels} folders deep; ${named.length} folders named as too deep`,
    )
    for (const each of named.slice(0, 3)) say(`  ${each}`)
    if (lines.length !== 10 || levels + named.length !== count) {
      process.stderr.write(
        'The messages are not all in the deepest folder there is here, or not all that lie deeper are named.\n',
      )
      process.exitCode = 1
    }
  } finally {
    await mailbox.remove()
  }
}

const [scenario, folder, bytes] = positionals
if (scenario === 'serve') await serveSource(folder!, Number(bytes))
else if (scenario === 'connections') await connections()
else if (scenario === 'item') await item(Number(values.gigabytes))
else if (scenario === 'imap') await overImap(Number(values.gigabytes))
else if (scenario === 'items') await items(Number(values.items))
else if (scenario === 'folders') await folders(Number(values.folders))
else if (scenario === 'depth') await depth(Number(values.depth))
else say('One of: connections, item, imap, items, folders, depth')
