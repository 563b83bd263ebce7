/** A way back over which the process has ended three times: one item at a time, and the one at fault stays here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UncleanEnds } from '#src/domain/migration/engine/project/unclean-ends.ts'
import { openSites } from '#test/support/migration-site.ts'
import { arrives, back, isBack, movedMailbox, placeOf, there } from '#test/support/moved-mailbox.ts'

const start = openSites()

async function returning(endsOf: (items: readonly number[]) => UncleanEnds) {
  const site = await movedMailbox(start)
  for (const subject of ['since 1', 'since 2', 'since 3'])
    await arrives(site, 'inbox', { summary: { subject } })
  const at = await placeOf(site)
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const { rows } = await site.store.mailboxes.listItems(at, inbox.no, { order: 'uid', limit: 10 })
  const items = rows.slice(-3).map(({ no }) => no)
  const member = await site.member('anna')
  await site.store.transact({ organization: at.organization }, ({ migration }) =>
    migration.putMember(at.organization, { ...member, uncleanEnds: endsOf(items) }),
  )
  const written: (string | undefined)[] = []
  site.source.before = async ({ op }) => {
    if (op === 'put') written.push((await site.member('anna')).uncleanEnds?.asked?.key)
  }
  await back(site)
  await site.until('it is back', isBack(site))
  const left = await site.store.migration.listReturns(at, { state: 'left', limit: 10 })
  return { site, items, written, left: left.rows, uncleanEnds: (await site.member('anna')).uncleanEnds }
}

test('each item is written down before it is sent', async () => {
  const { site, items, written, left, uncleanEnds } = await returning(() => ({ ends: 3, unnamed: 0 }))
  assert.deepEqual(written, items.map(String))
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since 1', 'since 2', 'since 3'])
  assert.deepEqual([left, uncleanEnds], [[], undefined])
})

test('what the process ended over three times stays here and is named; the others go back', async () => {
  const { site, items, left, uncleanEnds } = await returning((all) => ({
    ...{ ends: 6, unnamed: 0 },
    suspect: { key: String(all[1]), times: 3 },
  }))
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since 1', 'since 3'])
  assert.deepEqual(
    left.map(({ item, code }) => [item, code]),
    [[items[1], 'ended-the-service']],
  )
  assert.match(left[0]!.problem, /^The service ended 3 times as it took this item back/)
  assert.equal(uncleanEnds, undefined)
})
