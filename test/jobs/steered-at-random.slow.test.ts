/** People who steer a migration in any order, two at once, with processes that end: it can always be brought to its end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasEnded, isFlipped } from '#src/domain/migration/engine/project/state.ts'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import {
  approveBatch,
  cancelBatch,
  cutOverBatch,
  pauseBatch,
  resumeBatch,
  retryBatch,
  startBatch,
} from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const { signal } = new AbortController()
const people = ['anna', 'ben', 'cleo']
const RUNS = Number(process.env.STEERED_RUNS ?? 4)

type Done = (site: MigrationSite) => Promise<unknown>
const address = (name: string) => `${name}@corp.example`

const steps: Readonly<Record<string, Done>> = {
  run: (site) => startBatch(site.steering(), 1),
  pause: (site) => pauseBatch(site.steering(), 1),
  resume: (site) => resumeBatch(site.steering(), 1),
  cancel: (site) => cancelBatch(site.steering(), 1),
  retry: (site) => retryBatch(site.steering(), 1),
  approve: (site) => approveBatch(site.steering(), 1, ''),
  'cut over': (site) => cutOverBatch(site.steering(), 1, { at: null, failing: null }),
  'cut over, whoever fails leaves': (site) =>
    cutOverBatch(site.steering(), 1, { at: null, failing: 'leave' }),
  'cut over later': (site) =>
    cutOverBatch(site.steering(), 1, { at: site.clock.now() + 60_000, failing: null }),
  'roll back': async (site) =>
    rollBack(site.store, await site.current(), 1, { by: 'ed', now: site.clock.now(), signal }),
  'take ben out': (site) => removeMember(site.steering(), address('ben')),
  'add ben': (site) => addMembers(site.steering(), [{ address: address('ben'), batch: 1, source: 'old' }]),
  'another engine': async (site) => site.engine(),
  // As kill -9 does it, but for what is under way, which ends at its next write.
  'an engine ends': async (site) => {
    const engine = site.engines.pop()
    await engine?.stop(AbortSignal.abort())
  },
  'a minute': async (site) => site.pass(60_000),
  'a day': async (site) => site.pass(24 * 3_600_000),
}
const names = Object.keys(steps)

/** What somebody refuses is an answer; anything else is our fault. */
async function take(site: MigrationSite, name: string): Promise<void> {
  try {
    await steps[name]!(site)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    assert.match(error.message, /[.?]$/, name)
  }
}

const settled = async (site: MigrationSite) => {
  const { state } = await site.batch()
  const isThrough = state !== 'rolling-back' && hasEnded(state)
  return isThrough ? state : undefined
}

/** Whatever it stands at, what people can do brings it to an end. */
async function bringToEnd(site: MigrationSite): Promise<string> {
  if (site.engines.length === 0) site.engine()
  const leap = site.clock.leap(2)
  try {
    for (const late = Date.now() + 100_000; Date.now() < late; ) {
      for (const name of ['resume', 'run', 'retry', 'cut over, whoever fails leaves', 'approve'])
        if ((await settled(site)) === undefined) await take(site, name)
      // Whoever fails leaves, all of them too: nothing of such a batch is to be moved.
      const isEmpty = (await site.members()).every(({ state }) => state === 'left')
      if (isEmpty && (await settled(site)) === undefined) await take(site, 'cancel')
      for (let look = 0; look < 150; look++) {
        const state = await settled(site)
        if (state !== undefined) return state
        for (const engine of site.engines) engine.wake()
        await new Promise((resolve) => setTimeout(resolve, 4))
      }
    }
    const members = (await site.members()).map(
      (each) => `${each.address} ${each.state} ${each.dueAt} ${each.cause}`,
    )
    const { state, paused, cause } = await site.batch()
    throw new Error(`It never ends: ${state} ${paused ? 'paused ' : ''}${cause}\n${members.join('\n')}`)
  } finally {
    leap()
  }
}

test('however a batch was steered, it can be brought to an end, and nobody has lost anything', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...names), fc.option(fc.constantFrom(...names), { freq: 3 })), {
        minLength: 4,
        maxLength: 14,
      }),
      fc.array(fc.nat(40), { maxLength: 6 }),
      async (orders, failures) => {
        const site = await start(people)
        for (const name of people)
          for (const no of [1, 2, 3]) site.inbox(name).box.addMessage(`${name}-inbox`, `${name} ${no}`)
        const at = new Set(failures)
        let calls = 0
        site.source.before = ({ op, mailbox }) => {
          if (op === 'check' || op === 'item') return
          if (!at.has(calls++)) return
          const kind = calls % 3 === 0 ? 'mailbox-permanent' : 'transient'
          throw new SourceFailure(kind, 'no', `${mailbox} cannot be had.`)
        }
        site.engine()
        await take(site, 'run')
        for (const [one, beside] of orders) {
          await Promise.all([take(site, one), beside === null ? undefined : take(site, beside)])
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
        const end = await bringToEnd(site)
        for (const name of people) {
          const member = await site.member(name)
          const isHere = member.state === 'verified' || member.state === 'flipped'
          const { home } = await site.entry(name)
          assert.equal(home, isHere ? 'local' : 'exchange', `${name} ${member.state} ${end}`)
          if (isHere)
            assert.deepEqual(
              await inboxSubjects(site, name),
              [1, 2, 3].map((no) => `${name} ${no}`),
              name,
            )
          assert.equal(site.inbox(name).box.folder(`${name}-inbox`).items.size, 3, 'the source keeps all')
        }
        assert.equal(isFlipped((await site.batch()).state), end.startsWith('done'))
        assert.deepEqual(site.troubles, [])
        await Promise.all(site.engines.splice(0).map((engine) => engine.stop(AbortSignal.abort())))
      },
    ),
    { numRuns: RUNS, seed: Number(process.env.STEERED_SEED ?? 7) },
  )
})
