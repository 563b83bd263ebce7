import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { OrganizationId } from '#src/base/ids.ts'
import type { TransitId } from '#src/domain/delivery/queue.ts'
import type { Store } from '#src/domain/store.ts'
import type { ScriptedSmtp } from '#test/support/scripted-smtp.ts'
import { openTestStore } from '#test/support/store.ts'
import type { Queued } from './deliverer.ts'
import { flakyHop } from './flaky-hop.ts'
import { begun, killed } from './killed.ts'
import { random } from './model.ts'

const crashes = Number(process.env.LANDBRIDGE_CRASHES ?? 8)
const seed = Number(process.env.LANDBRIDGE_SEED ?? randomInt(1, 1_000_000))
const program = fileURLToPath(new URL('./deliverer.ts', import.meta.url))

test(`after kill -9 at ${crashes} random points every queued message reaches a flaky next hop, twice only where nobody could know (LANDBRIDGE_SEED=${seed})`, {
  timeout: 120_000 + crashes * 60_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-queue-crash-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const next = random(seed)
  const { server, lost } = await flakyHop(next)
  t.after(() => server.close())
  const first = await openTestStore(data)
  const organization = (await first.store.organizations.create({ alias: 'example' })).id
  await first.store.close()

  const acknowledged: Queued[] = []
  let interrupted = 0
  for (let crash = 1; crash <= crashes; crash++) {
    const journal = join(folder, `journal-${crash}`)
    const args = [data, organization, String(server.port), String(seed + crash), 'write']
    await killed(begun(program, args, journal), journal, { next, mostMs: 800, longestMs: 2_500 })
    acknowledged.push(...readJournal(journal))
    const { store, care } = await openTestStore(data)
    try {
      // On some points the next process meets the leases, on some this one frees them.
      if (crash % 2 === 0) interrupted += await store.queue.freeLeases()
      assert.deepEqual((await care.check({ bodies: true })).findings, [], `crash ${crash}`)
    } finally {
      await store.close()
    }
  }
  const drain = [data, organization, String(server.port), String(seed), 'drain']
  const last = begun(program, drain, join(folder, 'drain'))
  const [code] = await once(last.child, 'close')
  assert.equal(code, 0, last.trouble())

  const copies = countCopies(server)
  const { store, care } = await openTestStore(data)
  t.after(() => store.close())
  for (const { id, addresses } of acknowledged) {
    for (const address of new Set(addresses)) {
      const wanted = addresses.filter((each) => each === address).length
      assert.ok((copies.get(`${id} ${address}`) ?? 0) >= wanted, `${id} never reached ${address}`)
    }
  }
  const sums = await accountForCopies(store, organization, copies, acknowledged)
  assert.deepEqual((await care.check({ bodies: true })).findings, [])
  assert.ok(acknowledged.length > crashes, `only ${acknowledged.length} messages were acknowledged`)
  t.diagnostic(
    `seed ${seed}: ${crashes} kills, ${acknowledged.length} messages acknowledged, ${server.messages.length} taken by the next hop, ` +
      `${lost()} replies lost by it, ${sums.extra} further copies, ${sums.uncertain} uncertain attempts, ${interrupted} freed here`,
  )
})

function readJournal(file: string): Queued[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Queued)
}

/** How often each recipient of each message was taken. */
function countCopies(server: ScriptedSmtp): Map<string, number> {
  const copies = new Map<string, number>()
  for (const { content, rcpt } of server.messages) {
    const id = /^X-Id: (\w+)/m.exec(content)![1]!
    for (const address of rcpt) copies.set(`${id} ${address}`, (copies.get(`${id} ${address}`) ?? 0) + 1)
  }
  return copies
}

/** Every copy beyond the first has an attempt of its recipient, in the trace, of which nobody could know how it ended. */
async function accountForCopies(
  store: Store,
  organization: OrganizationId,
  copies: ReadonlyMap<string, number>,
  acknowledged: readonly Queued[],
): Promise<{ extra: number; uncertain: number }> {
  const sums = { extra: 0, uncertain: 0 }
  const ids = new Set([...copies.keys()].map((key) => key.split(' ')[0]!))
  for (const { id } of acknowledged) assert.ok(ids.has(id))
  for (const id of ids) {
    const { rows } = await store.delivery.findTrace(
      organization,
      { traceId: id as TransitId },
      { limit: 1_000 },
    )
    const sent = rows.filter(({ name }) => name === 'OUTGOING_EMAIL_SENT')
    for (const address of new Set(sent.flatMap(({ recipients }) => recipients))) {
      const mine = sent.filter(({ recipients }) => recipients.includes(address))
      const uncertain = mine.reduce((sum, { fields }) => sum + Number(fields.uncertainAttempts ?? 0), 0)
      const taken = copies.get(`${id} ${address}`) ?? 0
      assert.ok(taken >= mine.length, `${id} was never taken for ${address}`)
      assert.ok(
        taken <= mine.length + uncertain,
        `${id}: ${taken} copies for ${address}, ${uncertain} uncertain`,
      )
      sums.extra += taken - mine.length
      sums.uncertain += uncertain
    }
  }
  return sums
}
