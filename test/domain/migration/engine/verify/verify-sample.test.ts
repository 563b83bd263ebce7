/** How much of what was copied each level of verification reads. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { type VerifyDeps, verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { LedgerItem } from '#src/domain/migration/store.ts'
import type { Store } from '#src/domain/store.ts'

/** Contacts that are not what was read, as their digests say; `changed` of them were changed here. */
function verified(count: number, given: Partial<VerifyDeps>, changed = 0) {
  const rows = Array.from({ length: count }, (_, at) => ({
    ...{ source: 'old', key: `${at}`, folder: 1, item: at, state: 'copied', title: `contact ${at}` },
    ...{ sizeBytes: 1, hash: 'of another one', modseq: at < changed ? 1 : 2 },
  })) as unknown as LedgerItem[]
  const asked: string[][] = []
  const store = {
    migration: {
      countLedger: async () => ({ counts: { copied: count, skipped: 0 }, losses: { content: 0 } }),
      listLedgerItems: async () => ({ rows, next: null }),
      listLedgerFolders: async () => [],
    },
    mailboxes: {
      listFolders: async () => [],
      getItems: async (_at: MailboxRef, nos: number[], parts: string[]) => {
        asked.push(parts)
        return nos.map((no) => ({ no, modseq: 2, class: 'contact', body: null, content: {} }))
      },
    },
  } as unknown as Store
  return verifyMailbox({
    ...{ store, at: {} as MailboxRef, sourceId: 'old', level: 2, sampledPart: 0.02 },
    ...{ random: () => 0.999, signal: new AbortController().signal },
    ...given,
  }).then(({ items, bodies, differences, grade }) => ({
    items,
    bodies,
    found: differences.length,
    grade,
    asked,
  }))
}

test('level 3 reads every item, whatever the chance', async () => {
  const { items, bodies, found, grade } = await verified(200, { level: 3 })
  assert.deepEqual({ items, bodies, found, grade }, { items: 200, bodies: 200, found: 200, grade: 'poor' })
})

test('level 2 reads its part of many, 50 of those where that is more, and all of fewer', async () => {
  const read = async (count: number, chance: number, sampledPart = 0.02) =>
    (await verified(count, { sampledPart, random: () => chance })).bodies
  assert.equal(await read(200, 0.2499), 200)
  assert.equal(await read(200, 0.25), 0)
  assert.equal(await read(200, 0.2999, 0.3), 200)
  assert.equal(await read(200, 0.3, 0.3), 0)
  assert.equal(await read(50, 0.999), 50)
})

test('level 1 reads no item, and no level what was changed here', async () => {
  const { items, bodies, asked } = await verified(60, { level: 1, random: () => 0 })
  assert.deepEqual({ items, bodies, asked }, { items: 60, bodies: 0, asked: [[]] })
  const { bodies: others } = await verified(60, { level: 3 }, 20)
  assert.equal(others, 40)
})

test('who stops it is heard', async () => {
  await assert.rejects(verified(1, { signal: AbortSignal.abort(new Error('enough')) }), /enough/)
})
