/** `landbridge status` says of each address book how many alerts there were, or why nobody has counted them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import { addressBookLines } from '#src/cli/commands/status.ts'
import type { RunReport } from '#src/domain/directory-sync/report.ts'
import type { SyncRecord } from '#src/domain/directory-sync/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { addressBookMembers } from '#src/protocols/admin/sync-members.ts'

const NOW = Date.UTC(2026, 10, 22)
const run = (alerts: readonly string[]) => ({ endedAt: NOW - 1_000, outcome: 'applied', alerts }) as RunReport

/** Organisations by name: how many alerts theirs had, or that their key is out of reach. */
function storeOf(books: Readonly<Record<string, number | 'out'>>): Pick<Store, 'directorySync'> {
  const directorySync = {
    listSynchronized: async () =>
      Object.keys(books).map((organization) => ({
        ...{ organization, synchronizedAt: NOW, waiting: null, dueAt: NOW, objects: 3, lastRunMs: 10 },
      })),
    findSync: async (organization: OrganizationId) => {
      const alerts = books[organization]
      if (alerts === 'out') throw new Refusal('key-unavailable', 'The key is out of reach.')
      return { state: { runs: [run(Array(alerts).fill('Look.'))] } } as unknown as SyncRecord
    },
  }
  return { directorySync } as unknown as Pick<Store, 'directorySync'>
}

const tailsOf = async (books: Parameters<typeof storeOf>[0], elapsed: () => number): Promise<string[]> =>
  addressBookLines(await addressBookMembers(storeOf(books), 3_600_000, NOW, elapsed)).map(
    ([, text]) => text.split('3 entries')[1]!,
  )

test('alerts that cannot be counted, or were not in time, are not told as none', async () => {
  let asked = 0
  // A look at the clock before all, and one before each.
  const slow = () => (asked++ < 4 ? 0 : 1_000)
  assert.deepEqual(await tailsOf({ a: 2, b: 'out', c: 0, d: 5, e: 'out' }, slow), [
    '; 2 ALERTS in the last day ("landbridge gal status")',
    '; its ALERTs are not counted, as its key is out of reach',
    '',
    '; its ALERTs were not counted in time ("landbridge gal status")',
    '; its ALERTs were not counted in time ("landbridge gal status")',
  ])
})
