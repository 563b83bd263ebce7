import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newOrganizationId } from '#src/base/ids.ts'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import type { Member, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { costOfLeaving } from '#src/domain/migration/engine/steer/leaving.ts'
import { aMember } from '#test/support/migrated-mailbox.ts'

const [organization, project] = [newOrganizationId(), 'p' as ProjectId]
const members = Array.from({ length: 1_200 }, (_, at) => aMember(project, `m${at}@x.example`, at + 1))

/** Longer than anybody may hold up the others. */
function busy(): void {
  for (const until = performance.now() + 10; performance.now() < until; );
}

/** How often others had their turn meanwhile. */
async function turnsIn(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const turn = () => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  isOver = true
  return turns
}

test('all mailboxes of a large batch are read, each once, and others have their turn meanwhile', async () => {
  let found: readonly Member[] = []
  const reader = {
    listMembers: async (
      _: unknown,
      __: unknown,
      { after, limit }: { after: number | null; limit: number },
    ) => {
      busy()
      const rows = members.filter(({ no }) => no > (after ?? 0)).slice(0, limit)
      return { rows, next: rows.length < limit ? null : rows.at(-1)!.no }
    },
  }
  const turns = await turnsIn(async () => {
    found = await membersOf(reader, organization, project, 1)
  })
  assert.deepEqual(found, members)
  assert.ok(turns >= 2, `${turns}`)
})

test('while it is reckoned what leaving breaks, others have their turn', async () => {
  const migration = {
    grantsOf: async () => {
      busy()
      return []
    },
  }
  const of = { organization, project }
  const turns = await turnsIn(() => costOfLeaving(migration, of, members.slice(0, 5), members.slice(0, 4)))
  assert.ok(turns >= 3, `${turns}`)
})
