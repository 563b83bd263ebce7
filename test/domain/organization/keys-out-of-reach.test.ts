import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import { organizationsText } from '#src/cli/commands/status.ts'
import { askForKeys } from '#src/domain/organization/keys-out-of-reach.ts'

/** 120 organisations, every tenth of which has a key that cannot be used; each question takes `ms`. */
function many(ms: number) {
  let at = 0
  const ids = Array.from({ length: 120 }, (_, no) => `m-${String(no).padStart(32, '0')}` as OrganizationId)
  return {
    now: () => at,
    organizations: {
      list: async (after: string | null, limit: number) => {
        const from = after === null ? 0 : Number(after)
        const next = from + limit < ids.length ? String(from + limit) : null
        return { rows: ids.slice(from, from + limit).map((id) => ({ id }) as never), next }
      },
      keyState: async (id: OrganizationId) => {
        at += ms
        return Number(id.slice(2)) % 10 === 0 ? ('disabled' as const) : ('enabled' as const)
      },
    },
  }
}

test('keys of all organisations are asked for', async () => {
  const { organizations, now } = many(1)
  assert.deepEqual(await askForKeys(organizations, 2_000, now), { outOfReach: 12, asked: 120, all: true })
})

test('when the time is over it is known of how many it is told', async () => {
  const { organizations, now } = many(30)
  const found = await askForKeys(organizations, 2_000, now)
  assert.deepEqual(found, { outOfReach: 10, asked: 100, all: false })
})

test('status says it where not all could be asked in time', () => {
  for (const [about, words] of [
    [{ Organizations: 3 }, '3'],
    [{ Organizations: 3, KeysOutOfReach: 0 }, '3'],
    [{ Organizations: 3, KeysOutOfReach: 1 }, /^3, the key of 1 of them is out of reach; /],
    [
      { Organizations: 120, KeysOutOfReach: 10, KeysAskedFor: 100 },
      /^120, the keys of 10 of the 100 that were asked in time are out of reach; /,
    ],
    [
      { Organizations: 120, KeysOutOfReach: 0, KeysAskedFor: 100 },
      '120, the keys of 100 were asked for in time',
    ],
  ] as const) {
    const told = organizationsText(about)
    if (typeof words === 'string') assert.equal(told, words)
    else assert.match(told, words)
  }
})
