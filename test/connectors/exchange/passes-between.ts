/** Passes of the engine, and the way back, between a source and a mailbox of a service here, without its jobs. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { LEASE_MS, type PassRun } from '#src/domain/migration/engine/ledger/page-run.ts'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { runPass } from '#src/domain/migration/engine/pass/run-pass.ts'
import { type Member, type ProjectId, usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { runReturn } from '#src/domain/migration/engine/return/run-return.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { aMember } from '#test/support/migrated-mailbox.ts'
import { type ExchangeSite, signal } from './exchange-site.ts'

/** Of the mailbox itself: without a title. */
export type Lost = { title: string; property: string; reason: string }

/** Of `address` there into the mailbox of the same address here, over this source. */
export async function passesBetween(here: ExchangeSite, source: MailboxSource, address: string) {
  const { store } = here.service.data
  const { organization } = here
  const at = await here.mailboxAt(address)
  const clock = new ManualClock()
  const project = randomUUID() as ProjectId
  await store.transact({ organization }, async ({ migration }) => {
    await migration.putProject({
      ...{ organization, id: project, name: 'move', createdAt: 0, settings: usualSettings },
    })
    await migration.putMember(organization, aMember(project, address))
  })
  let pass = 0
  const member = () => store.migration.getMember(organization, project, 1)
  const write = (change: (member: Member) => Partial<Member>) =>
    store.transact({ organization }, async ({ migration }) => {
      const now = await migration.getMember(organization, project, 1)
      await migration.putMember(organization, { ...now, ...change(now) })
    })
  const leased = async (work: (run: Omit<PassRun, 'source'>) => Promise<unknown>) => {
    const token = randomUUID()
    const lease = { token, now: clock.now(), until: clock.now() + LEASE_MS }
    const fence = await store.transact({ organization }, ({ migration }) =>
      migration.leaseMember(organization, project, 1, lease),
    )
    const alert = (message: string) => assert.fail(message)
    const budget = new SourceBudget('there', 4, clock)
    // A call that fails is tried again after a while, as ever; one that fails each time ends the pass and says why.
    const still = clock.leap()
    await work({
      ...{ store, spool: here.spool, at, member: await member(), lease: { token, fence: fence! } },
      origin: { project, kind: 'exchange', url: 'https://there.example' },
      lane: new Lane({ clock, budget, random: () => 0.5, signal, drain: signal, alert }),
      digestKey: await store.migration.digestKey(at),
      ...{ settings: usualSettings, pass: ++pass, copiesOnly: false, asksAll: true },
      done: { items: 0, bytes: 0 },
    }).finally(still)
    await store.transact({ organization }, ({ migration }) =>
      migration.freeLease(organization, project, 1, token),
    )
  }
  const open = () => source.open(address, signal)
  return {
    at,
    member,
    pass: () =>
      leased(async (run) => {
        const opened = await open()
        // Its connections count there: Dovecot takes no more than 100.
        await runPass({ ...run, source: opened }).finally(() => opened.close())
      }),
    /** What is named as lost of items that came. */
    async losses(): Promise<Lost[]> {
      const all: Lost[] = []
      for (let after: string | null = null; ; ) {
        const { rows, next } = await store.migration.listLedgerItems(at, { after, limit: 200 })
        for (const { title, losses } of rows)
          all.push(...losses.map(({ property, reason }) => ({ title, property, reason })))
        if (next === null) return all
        after = next
      }
    },
    /** From now on the mailbox is at home here. */
    async flip(): Promise<void> {
      const { modseq } = await store.mailboxes.getMailbox(at)
      await write(() => ({ state: 'flipped', flippedAt: Date.now(), flippedModseq: modseq }))
    },
    /** The mailbox, which went back, is to move once more (steer-members.ts). */
    anew: () => write(() => ({ state: 'initial-sync', flippedAt: null, flippedModseq: undefined })),
    /** What came in and was changed since goes back; answers what of each item, and of the mailbox, did not. */
    async back(): Promise<Lost[]> {
      await write(() => ({ state: 'returning' }))
      await leased(async (base) => runReturn({ base, member: await member(), open, write }))
      const { state, source: id, lostThere } = await member()
      assert.equal(state, 'rolled-back')
      const items = []
      for (let after: number | null = null; ; ) {
        const { rows, next } = await store.migration.listReturns(at, { source: id, after, limit: 200 })
        for (const row of rows) {
          if (row.state !== 'returned')
            items.push({ title: row.title, property: 'item', reason: row.problem })
          items.push(...row.losses.map(({ property, reason }) => ({ title: row.title, property, reason })))
        }
        if (next === null) break
        after = next
      }
      return [
        ...items,
        ...(lostThere?.others ?? []).map(({ property, reason }) => ({ title: '', property, reason })),
      ]
    },
  }
}
