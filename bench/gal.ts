/**
 * What keeping the address book costs (issue "One address book", To show 3), with a directory in memory: what is measured
 * is ours alone, not the reading over LDAP. Single rates depend on the machine.
 *
 *   node bench/gal.ts [--objects 1000,10000,50000] [--folder FOLDER] [--ldap]
 *
 * For each size: a full run, a run without changes, a run with 1 % changed, everything read again; the longest stall of
 * the event loop and the longest wait of a reader and of another writer meanwhile; processor
 * time; memory; the largest that the database's log was. Then searches of the address book. With `--ldap` it is read from a domain controller (a stub in a process of its
 * own) instead, beside `ldapsearch` that reads the same attributes with the same page size.
 */

import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { activeDirectorySource } from '#connectors/active-directory/active-directory-source.ts'
import { ATTRIBUTES, IN_SCOPE } from '#connectors/active-directory/attributes.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import { type SyncDeps, syncDirectory } from '#src/domain/directory-sync/run.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'
import { booksOf } from '#test/support/address-books.ts'
import { groupObject, guidOf, MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'
import { processorStalls } from '#test/support/processor-stalls.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000,10000,50000' },
    folder: { type: 'string', default: tmpdir() },
    ldap: { type: 'boolean', default: false },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)

say(
  'objects  run            seconds  cpu s    objects/s  loop stall  reader waits  writer waits  heap MB  rss MB  log MB',
)
for (const objects of values.objects.split(',').map(Number))
  await (values.ldap ? besideLdapsearch(objects) : bench(objects))

async function bench(objects: number): Promise<void> {
  const folder = await mkdtemp(join(values.folder, 'landbridge-bench-'))
  const keys = localKeyFiles(join(folder, 'keys'))
  const store = await openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind })
  try {
    const organization = (await store.organizations.create({ alias: 'bench' })).id
    await store.organizations.changeSettings(organization, { interoperability: true })
    await store.transact({ organization }, ({ directorySync }) =>
      directorySync.putConnection(organization, { kind: 'ldif', file: '/nowhere' }, 0),
    )
    const at = { store, folder, organization, objects }
    const directory = filled(objects)
    const deps: SyncDeps = {
      store,
      openSource: () => directory,
      everyMs: 1,
      now: Date.now,
      random: Math.random,
    }
    const run = (full: boolean) => () => timed(deps, organization, full)
    await measured(at, 'first', objects, run(false))
    await measured(at, 'no change', objects, run(false))
    const changed = Math.ceil(objects / 100)
    for (let no = 1; no <= changed; no++)
      directory.change(guidOf(no), { details: { jobTitle: `Changed ${no}` } })
    await measured(at, '1 % changed', changed, run(false))
    await measured(at, 'all read again', objects, run(true))
    for (let no = 1; no <= objects * 0.9; no++)
      directory.change(guidOf(no), { details: { jobTitle: `Changed again ${no}` } })
    await measured(at, '90 % changed', objects, run(false))
    await searched(store, organization, objects)
  } finally {
    await store.close()
    await rm(folder, { recursive: true })
  }
}

/** Ratios to what `ldapsearch` takes for the same reading, just before and just after: its own page of results goes to nowhere, ours into the address book. */
async function besideLdapsearch(objects: number): Promise<void> {
  const server = fork(new URL('../test/support/ldap-server-process.ts', import.meta.url), [String(objects)])
  const [{ port, authorities }] = (await once(server, 'message')) as [{ port: number; authorities: string }]
  const folder = await mkdtemp(join(values.folder, 'landbridge-bench-'))
  const keys = localKeyFiles(join(folder, 'keys'))
  const store = await openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind })
  try {
    let before = await ldapsearch(port)
    const organization = (await store.organizations.create({ alias: 'bench' })).id
    await store.organizations.changeSettings(organization, { interoperability: true })
    await store.transact({ organization }, ({ directorySync }) =>
      directorySync.putConnection(organization, { kind: 'ldif', file: '/nowhere' }, 0),
    )
    const source = activeDirectorySource(
      {
        domains: [{ name: 'corp.example.com', controllers: [`localhost:${port}`] }],
        security: 'ldaps',
        authorities,
        account: { name: 'sync@corp.example.com', password: 'secret' },
        photos: false,
        rights: false,
      },
      { dns: { srv: async () => [] } },
    )
    const at = { store, folder, organization, objects }
    const deps = { store, openSource: () => source, everyMs: 1, now: Date.now, random: Math.random }
    const run = (full: boolean) => () => timed(deps, organization, full)
    for (const [name, work] of [
      ['first', run(false)],
      ['full again', run(true)],
      ['once more', run(true)],
      ['sweep alone', run(false)],
    ] as const) {
      const begin = await cpuSecondsOf(server)
      const seconds = await measured(at, name, objects, work, true)
      const used = (await cpuSecondsOf(server)) - begin
      const after = await ldapsearch(port)
      const theirs = (before + after) / 2
      before = after
      say(
        `  ${(seconds / theirs).toFixed(2)} times ldapsearch, which takes ${theirs.toFixed(2)} s; the server ${used.toFixed(2)} cpu`,
      )
    }
  } finally {
    await store.close()
    server.disconnect()
    await once(server, 'exit')
    await rm(folder, { recursive: true })
  }
}

async function cpuSecondsOf(server: ChildProcess): Promise<number> {
  server.send('cpu')
  const [seconds] = (await once(server, 'message')) as [number]
  return seconds
}

/** A run, and what each part of it took: processor time of ours, and time on the clock. */
async function timed(
  deps: SyncDeps,
  organization: OrganizationId,
  full: boolean,
): Promise<{ outcome: string; parts: string }> {
  const parts: { name: string; at: number; cpu: number }[] = []
  const begins = (name: string) => {
    if (parts.at(-1)?.name === name) return
    const { user, system } = process.threadCpuUsage()
    parts.push({ name, at: performance.now(), cpu: (user + system) / 1e6 })
  }
  const { outcome } = await syncDirectory(deps, organization, {
    full,
    report: ({ what }) => begins(what),
    signal: new AbortController().signal,
  })
  begins('end')
  const texts = parts.slice(0, -1).map(({ name, at, cpu }, no) => {
    const next = parts[no + 1]!
    return `${name} ${((next.at - at) / 1000).toFixed(2)} s (${(next.cpu - cpu).toFixed(2)} cpu)`
  })
  return { outcome, parts: texts.join(', ') }
}

/** Seconds of the better of two. */
async function ldapsearch(port: number): Promise<number> {
  const args = [
    '-LLL',
    '-x',
    '-H',
    `ldaps://localhost:${port}`,
    '-D',
    'sync@corp.example.com',
    '-w',
    'secret',
  ]
  const query = ['-b', 'DC=corp,DC=example,DC=com', '-E', 'pr=500/noprompt', IN_SCOPE, ...ATTRIBUTES]
  const times: number[] = []
  for (let turn = 0; turn < 2; turn++) {
    const begin = performance.now()
    const child = spawn('ldapsearch', [...args, ...query], {
      // It takes this machine's own name for that of localhost.
      env: { ...process.env, LDAPTLS_REQCERT: 'never' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`ldapsearch ended with ${code}`)
    times.push((performance.now() - begin) / 1000)
  }
  return Math.min(...times)
}

/** A book as it is made of its entries, and as a start finds its words kept; then what searches take. */
async function searched(store: Store, organization: OrganizationId, objects: number): Promise<void> {
  const made = booksOf(store)
  const making = await firstSearch(made, organization)
  await made.prepare(organization, new AbortController().signal)
  made.close()
  globalThis.gc?.()
  const before = process.memoryUsage()
  const books = booksOf(store)
  const stall = processorStalls()
  const reading = await firstSearch(books, organization)
  const stalled = stall.end()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const held = heapUsed + external - before.heapUsed - before.external
  const times: number[] = []
  for (const text of [
    'p',
    'person',
    'number 4',
    'user77',
    'dep',
    'nobody',
    'number 99 pers',
    'u1',
    '1 2 3 4 5 6 7 8',
  ]) {
    for (let turn = 0; turn < 5; turn++) {
      const cpu = process.threadCpuUsage()
      await books.search(organization, text, 25)
      const { user, system } = process.threadCpuUsage(cpu)
      times.push((user + system) / 1_000)
    }
  }
  times.sort((a, b) => a - b)
  const { characters } = books.held
  say(
    `${objects} searched: first ${making} of entries, ${reading} of kept words; processor time of each: median ${times[times.length >> 1]!.toFixed(1)} ms, slowest ${times.at(-1)!.toFixed(1)} ms, stall ${stalled.toFixed(0)} ms while they are read; ${(characters / objects).toFixed(0)} characters and ${(held / objects).toFixed(0)} octets an entry`,
  )
  books.close()
}

/** Time on the clock, and of the processor. */
async function firstSearch(books: AddressBooks, organization: OrganizationId): Promise<string> {
  const begin = performance.now()
  const cpu = process.threadCpuUsage()
  await books.search(organization, 'person', 25)
  const { user, system } = process.threadCpuUsage(cpu)
  return `${(performance.now() - begin).toFixed(0)} ms (${((user + system) / 1_000).toFixed(0)} cpu)`
}

type Measured = { store: Store; folder: string; organization: OrganizationId; objects: number }

async function measured(
  { store, folder, organization, objects }: Measured,
  name: string,
  moved: number,
  work: () => Promise<{ outcome: string; parts: string }>,
  alone = false,
): Promise<number> {
  const stop = new AbortController()
  // Who is measured beside a program that does nothing else has nothing else to do either.
  if (alone) stop.abort()
  const stall = processorStalls()
  const reader = longest(stop.signal, async () => {
    await store.directory.findEntry(organization, { address: 'user1@corp.example' })
    await pause(1)
  })
  const writer = longest(stop.signal, async () => {
    await store.transact({ organization }, ({ delivery }) => delivery.writeTrace([]))
    await pause(1)
  })
  let peak = 0
  let resident = 0
  let log = 0
  const memory = setInterval(() => {
    log = Math.max(log, statSync(join(folder, 'landbridge.sqlite-wal')).size)
    const { heapUsed, external, rss } = process.memoryUsage()
    peak = Math.max(peak, heapUsed + external)
    resident = Math.max(resident, rss)
  }, 100)
  const begin = performance.now()
  const cpu = process.threadCpuUsage()
  const { outcome, parts } = await work()
  const { user, system } = process.threadCpuUsage(cpu)
  const used = user + system
  const seconds = (performance.now() - begin) / 1000
  clearInterval(memory)
  stop.abort()
  const cells = [
    objects,
    name,
    seconds.toFixed(2),
    (used / 1e6).toFixed(2),
    Math.round(moved / seconds),
    `${stall.end().toFixed(0)} ms`,
    `${(await reader).toFixed(0)} ms`,
    `${(await writer).toFixed(0)} ms`,
    (peak / 2 ** 20).toFixed(0),
    (resident / 2 ** 20).toFixed(0),
    (log / 2 ** 20).toFixed(0),
    outcome,
  ]
  say(cells.map((cell, at) => String(cell).padEnd([9, 15, 9, 9, 11, 12, 14, 14, 9, 8, 8, 0][at]!)).join(''))
  say(`  ${parts}`)
  return seconds
}

async function longest(signal: AbortSignal, each: () => Promise<void>): Promise<number> {
  let most = 0
  while (!signal.aborted) {
    const begin = performance.now()
    await each()
    most = Math.max(most, performance.now() - begin)
  }
  return most
}

/** Nine of ten are people; each tenth is a group of up to fifty, and one has a tenth of everybody. */
function filled(objects: number): MemoryDirectory {
  const directory = new MemoryDirectory()
  directory.batch = 500
  for (let no = 1; no <= objects; no++) {
    if (no % 10 > 0) {
      directory.put(
        mailboxObject(no, `user${no}`, {
          displayName: `Person Number ${no}`,
          proxyAddresses: [
            `SMTP:user${no}@corp.example`,
            `smtp:u${no}@corp.example`,
            `X500:/o=Old/cn=user${no}`,
          ],
          details: {
            firstName: 'Person',
            lastName: `Number ${no}`,
            department: `Department ${no % 50}`,
            jobTitle: 'Clerk',
            telephone: `+49 30 ${no}`,
            office: `B ${no % 300}`,
          },
          ...(no > 10 && { manager: { guid: guidOf(1 + (no % 9)) } }),
        }),
      )
    } else {
      const size = no === 10 ? objects / 10 : 1 + (no % 50)
      const members = Array.from({ length: size }, (_, at) => guidOf(1 + ((no + at * 7) % objects)))
      directory.put(groupObject(no, `group${no}`, [...new Set(members)]))
    }
  }
  return directory
}
