import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EntryId, newOrganizationId } from '#src/base/ids.ts'
import { effectOn, type ImpersonationRole, type ImpersonationRule } from '#src/domain/impersonation/role.ts'
import { checkImpersonationToken, makeImpersonationToken } from '#src/domain/impersonation/token.ts'
import { Refusal } from '#src/domain/refusal.ts'

const organization = newOrganizationId()
const role: ImpersonationRole = {
  id: '6f1b1b3c-2d5e-4f6a-8b7c-9d0e1f2a3b4c',
  name: 'r',
  type: 'READ_ONLY',
  description: null,
  rules: [],
  createdAt: 0,
  modifiedAt: 0,
  secret: Buffer.alloc(32, 7).toString('base64'),
}
const with_ = (...impersonationRoles: ImpersonationRole[]) =>
  ({
    find: async ({ id }: { id: string }) => (id === organization ? { id } : undefined),
    get: async () => ({ settings: { impersonationRoles } }),
  }) as unknown as Parameters<typeof checkImpersonationToken>[0]

test('a token says its role for 15 minutes, as long as the role is there with its secret', async () => {
  const token = makeImpersonationToken(organization, role, 1_000)
  assert.ok(token.length <= 256)
  assert.deepEqual(await checkImpersonationToken(with_(role), token, 900_999), {
    organization,
    role: role.id,
  })
  for (const [roles, now] of [
    [[role], 901_000],
    [[], 1_000],
    [[{ ...role, secret: Buffer.alloc(32, 8).toString('base64') }], 1_000],
  ] as const)
    await assert.rejects(checkImpersonationToken(with_(...roles), token, now), Refusal)
})

test('a token that was changed in any place is none', async () => {
  const token = makeImpersonationToken(organization, role, 1_000)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: token.length - 1 }), fc.constantFrom(...alphabet), async (at, by) => {
      fc.pre(token[at] !== by)
      const changed = token.slice(0, at) + by + token.slice(at + 1)
      await assert.rejects(checkImpersonationToken(with_(role), changed, 1_000), Refusal)
    }),
    { numRuns: 200 },
  )
  await fc.assert(
    fc.asyncProperty(fc.string(), (text) =>
      assert.rejects(checkImpersonationToken(with_(role), text, 1_000), Refusal),
    ),
  )
})

const [ann, bob] = ['ann', 'bob'] as unknown as [EntryId, EntryId]
const rule = (effect: 'ALLOW' | 'DENY', users: EntryId[] | null, notUsers: EntryId[] | null = null) =>
  ({
    id: `${effect}-${users}-${notUsers}`,
    name: null,
    description: null,
    effect,
    users,
    notUsers,
  }) satisfies ImpersonationRule

for (const [what, rules, user, effect] of [
  ['no rule is for nobody', [], ann, 'DENY'],
  ['a rule without users is for all', [rule('ALLOW', null)], ann, 'ALLOW'],
  ['a rule is for those it names', [rule('ALLOW', [ann])], bob, 'DENY'],
  ['a rule is for all but', [rule('ALLOW', null, [bob])], ann, 'ALLOW'],
  ['a rule is not for those excepted', [rule('ALLOW', null, [bob])], bob, 'DENY'],
  ['both lists must mean the user', [rule('ALLOW', [ann, bob], [bob])], bob, 'DENY'],
  ['a denial outweighs, wherever it stands', [rule('DENY', [ann]), rule('ALLOW', null)], ann, 'DENY'],
  ['a denial of others does not', [rule('DENY', [bob]), rule('ALLOW', null)], ann, 'ALLOW'],
] as const)
  test(what, () => assert.equal(effectOn({ rules: [...rules] }, user).effect, effect))
