import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedRules } from '#src/domain/migration/changed-rules.ts'
import type { RuleReaders } from '#src/domain/migration/inbox-rules.ts'
import type { SourceRule } from '#src/domain/migration/source.ts'

const rule = (name: string, subject = `q${name}`): SourceRule => ({
  ...{ name, enabled: true, exceptions: {} },
  conditions: { contains: { subject: [subject] } },
  actions: { stop: true },
})

/** What is found changed where a source has some rules and others are here: each rule's kind, or null for one of another order. */
async function found(there: readonly SourceRule[], here: readonly SourceRule[]) {
  const kept = here.map((each, index) => ({ id: String(index), ...each }))
  const readers = {
    migration: { listLedgerFolders: async () => [], findLedgerItems: async () => new Map() },
    mailboxes: { findConfiguration: async () => ({ content: { rules: kept } }) },
  } as unknown as RuleReaders
  const at = { organization: 'o', mailbox: 'm' } as unknown as Parameters<typeof changedRules>[1]
  const { rules, isReordered } = await changedRules(readers, at, 'source', { rules: there })
  const told = rules.map((each) => ('was' in each ? [each.kind, there.indexOf(each.was)] : [each.kind]))
  return { told, isReordered }
}

test('rules of one name, and rules that are the same twice, are each found where they stand', async () => {
  for (const there of [
    [rule('A'), rule('B'), rule('A')],
    [rule('A'), rule('B'), rule('A', 'other')],
  ])
    assert.deepEqual(await found(there, there), {
      told: [
        ['same', 0],
        ['same', 1],
        ['same', 2],
      ],
      isReordered: false,
    })
})

test('of two rules that are the same, the one that was changed is found by where it stands', async () => {
  const there = [rule('A'), rule('B'), rule('A')]
  assert.deepEqual(await found(there, [rule('A', 'new'), rule('B'), rule('A')]), {
    told: [
      ['changed', 0],
      ['same', 1],
      ['same', 2],
    ],
    isReordered: false,
  })
  assert.deepEqual(await found(there, [rule('A'), rule('B'), rule('A', 'new')]), {
    told: [
      ['same', 0],
      ['same', 1],
      ['changed', 2],
    ],
    isReordered: false,
  })
})

test('another order is found, and one of two that are the same is not called deleted', async () => {
  const there = [rule('A'), rule('B'), rule('C')]
  assert.equal((await found(there, [rule('C'), rule('A'), rule('B')])).isReordered, true)
  assert.deepEqual(await found([rule('A'), rule('A')], [rule('A')]), {
    told: [['same', 0]],
    isReordered: false,
  })
})
