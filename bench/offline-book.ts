/**
 * What making an offline address book takes (GAL-04): entries in a store on disk, each with what a directory tells of a person; made for
 * the first time, compared when nothing has changed, made again, and read as a program fetches it. Single rates depend on the machine.
 *
 *   node bench/offline-book.ts [--entries 100000] [--folder FOLDER]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { openStore } from '#src/store/open.ts'
import { guidOf, MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '100000' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const entries = Number(values.entries)
const say = (text: string) => process.stdout.write(`${text}\n`)
const signal = new AbortController().signal

const folder = await mkdtemp(join(values.folder, 'landbridge-bench-'))
const keys = localKeyFiles(join(folder, 'keys'))
const store = await openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind })
try {
  const organization = (await store.organizations.create({ alias: 'bench' })).id
  await store.organizations.changeSettings(organization, { interoperability: true })
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.putConnection(organization, { kind: 'ldif', file: '/nowhere' }, 0),
  )
  let directory: MemoryDirectory | undefined = new MemoryDirectory()
  for (let no = 1; no <= entries; no++)
    directory.put(
      mailboxObject(no, `user${no}`, {
        displayName: `Müller, Anna ${no}`,
        proxyAddresses: [`SMTP:user${no}@corp.example`, `smtp:person.number${no}@corp.example`],
        details: {
          ...{
            firstName: 'Anna',
            lastName: 'Müller',
            department: `Department ${no % 500}`,
            company: 'Example',
          },
          ...{ office: `B ${no % 300}`, telephone: `+49 30 ${100_000 + no}`, jobTitle: 'Engineer' },
        },
      }),
    )
  const source = directory
  const sync = () =>
    syncDirectory(
      { store, openSource: () => source, everyMs: 1, now: Date.now, random: Math.random },
      organization,
      { signal },
    )
  await sync()
  const spool = await openSpool({
    folder: join(folder, 'spool'),
    room: new SpoolRoom(2 ** 32),
    full: () => new Refusal('try-later', 'Full.'),
  })
  const books = new OfflineBooks({ store, spool, now: Date.now })
  say('entries  what           seconds  cpu s  loop stall ms  rss MB  more MB')
  await measured('first', () => books.make(organization, signal))
  await measured('no change', () => books.make(organization, signal))
  source.change(guidOf(1), { details: { jobTitle: 'Changed' } })
  await sync()
  await measured('one changed', () => books.make(organization, signal))
  directory = undefined
  const { sequence, sizeBytes, entries: made } = (await books.newest(organization))!
  await measured('fetched', async () => {
    const found = (await books.find(organization, sequence))!
    let octets = 0
    for await (const piece of found.read({})) octets += piece.length
    if (octets !== sizeBytes) throw new Error('The book is not whole')
  })
  say(`${made} entries, ${sizeBytes} octets, ${Math.round(sizeBytes / made)} for each`)
} finally {
  await store.close()
  await rm(folder, { recursive: true })
}

async function measured(what: string, work: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const looks = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  const [cpu, begin] = [process.cpuUsage(), performance.now()]
  await work()
  const seconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage(cpu)
  stalls.disable()
  clearInterval(looks)
  const mb = (octets: number) => (octets / 2 ** 20).toFixed(0)
  say(
    [
      String(entries).padEnd(9),
      what.padEnd(15),
      seconds.toFixed(2).padEnd(9),
      ((user + system) / 1e6).toFixed(2).padEnd(7),
      (stalls.max / 1e6).toFixed(0).padEnd(15),
      mb(most).padEnd(8),
      mb(most - before),
    ].join(''),
  )
}
