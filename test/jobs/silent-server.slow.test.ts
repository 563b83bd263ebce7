/** Servers that take a connection and never say a word: the pre-flight is cut off with its batch, or ends with a named failure. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { RunMigrations } from '#jobs/run-migrations.ts'
import { cancelBatch, pauseBatch, resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const HOUR_MS = 3_600_000

/** Takes connections and says nothing. */
async function silentServer() {
  const open = new Set<Socket>()
  let taken = 0
  const server = createServer((socket) => {
    taken++
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, open, taken: () => taken }
}

/** `ms`: as long as anything may take. */
function imap(port: number, ms: number): MailboxSource {
  const deadlines = { connectMs: ms, greetingMs: ms, tlsMs: ms, silenceMs: ms, stallMs: ms }
  return openImapSource({
    ...{ host: '127.0.0.1', port, tls: { mode: 'clear' }, deadlines },
    signIn: { kind: 'master', name: 'svc', password: 'p', form: 'authorization' },
  })
}

async function ews(port: number, { folder }: MigrationSite): Promise<MailboxSource> {
  const full = () => new Error('The spool is full')
  return openExchangeSource({
    ...{ url: `https://127.0.0.1:${port}/EWS/Exchange.asmx`, version: '1', callMs: HOUR_MS },
    login: { user: 'svc', password: 'p' },
    spool: await openSpool({ folder: `${folder}/silent`, room: new SpoolRoom(2 ** 20), full }),
  })
}

/** An engine of the site that reads from there. */
function engineOf(site: MigrationSite, source: MailboxSource): RunMigrations {
  const engine = new RunMigrations({
    ...{ store: site.store, clock: site.clock, random: () => 0.5, alone: false },
    // Nothing is ever read.
    spool: undefined as never,
    openSource: async () => source,
    alert: () => {},
    trouble: (_message, error) => site.troubles.push(error),
  })
  site.engines.push(engine)
  engine.start()
  return engine
}

const kinds = [
  ['IMAP that never greets', async (port: number) => imap(port, HOUR_MS)],
  ['EWS that never answers', ews],
] as const

for (const [kind, open] of kinds)
  test(`the pre-flight of a batch is cut off when that is paused or cancelled: ${kind}`, async () => {
    const site = await start(['anna', 'ben'])
    const server = await silentServer()
    const engine = engineOf(site, await open(server.port, site))
    const isAsked = (times: number) =>
      site.until(`it was asked ${times} times`, () => server.taken() >= times)
    const isLetGo = () => site.until('nobody waits for it', () => server.open.size === 0)
    await site.start()
    await isAsked(1)
    assert.deepEqual([(await site.batch()).state, engine.live().lanes], ['preflight', []])
    await pauseBatch(site.steering(), 1)
    await isLetGo()
    const before = server.taken()
    await resumeBatch(site.steering(), 1)
    await isAsked(before + 1)
    await cancelBatch(site.steering(), 1)
    await isLetGo()
    assert.equal((await site.batch()).state, 'cancelled')
    assert.deepEqual(site.troubles, [])
  })

test('a server that never greets is named, and the pre-flight is made again by itself', async () => {
  const site = await start(['anna'])
  const server = await silentServer()
  engineOf(site, imap(server.port, 50))
  await site.start()
  const stop = site.clock.leap()
  await site.until('it says so', async () => (await site.batch()).cause !== '')
  stop()
  const { state, cause } = await site.batch()
  assert.equal(state, 'preflight')
  assert.match(cause, /The server did not greet within 50 ms\..*looked at again by itself/)
})
