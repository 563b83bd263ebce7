import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import { requireMember } from '#src/domain/delivery/group-reach.ts'
import type { TargetDeps } from '#src/domain/delivery/intake-deps.ts'
import { type AcceptedRecipient, resolveTargets } from '#src/domain/delivery/recipients.ts'
import { unrestricted } from '#src/domain/delivery/sender-restrictions.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { LIMITS } from '#src/domain/directory/limits.ts'
import { refusalOf } from './intake-world.ts'

const organization = { id: 'm-1' as OrganizationId, shared: undefined }
const group = { id: 'g-1' as EntryId, kind: 'group', state: 'ENABLED', home: 'local', name: 'all' } as Entry
const wide = { ...group, addresses: [{ address: 'all@corp.example', kind: 'primary' }] } as unknown as Entry

/** A directory with one group of that many members, who share a mailbox so that there is one to deliver to. */
function crowd(count: number, state: Entry['state']): { deps: TargetDeps; asked: () => number } {
  const member = {
    ...wide,
    kind: 'user',
    state,
    mailbox: 'one' as MailboxId,
    addresses: [{ address: 'ann@corp.example', kind: 'primary' }],
  }
  let given = 0
  const directory = {
    findDomainOwner: async () => ({ organization: organization.id, verified: true, use: 'mail' }),
    listMembers: async (_: OrganizationId, __: EntryId, { limit }: { limit: number }) => {
      const rows = Array.from({ length: Math.min(limit, count - given) }, (_, at) => ({
        ...member,
        id: `u-${given + at}` as EntryId,
      }))
      given += rows.length
      return { rows, next: given < count ? rows.at(-1)!.id : null }
    },
  }
  const deps = {
    directory,
    openEncapsulated: () => undefined,
    exchange: false,
    synchronizedAt: async () => null,
    now: () => 0,
    postmaster: '',
  } as unknown as TargetDeps
  return { deps, asked: () => given }
}

const recipient: AcceptedRecipient = {
  given: { address: 'all@corp.example' },
  way: { to: 'members', entry: wide } as AcceptedRecipient['way'],
}
const expanded = async (count: number, state: Entry['state'] = 'ENABLED') => {
  let decided = 0
  const decide = async () => {
    decided++
    return { folder: 'inbox', redirectTo: [] } as never
  }
  const targets = await resolveTargets(crowd(count, state).deps, organization, [recipient], {
    decide,
    wasAt: () => false,
    restriction: unrestricted,
  })
  return { local: targets.local.length, decided, skipped: targets.skipped.map((each) => each.count) }
}

test('a group has as many members as the limit says; one more is refused', async () => {
  assert.deepEqual(await expanded(LIMITS.expandedMembers), { local: 1, decided: 1, skipped: [] })
  assert.equal(await refusalOf(expanded(LIMITS.expandedMembers + 1)), '5.5.3 limit-exceeded')
})

test('members who are switched off are told, a hundred by name, and do not count', async () => {
  const many = LIMITS.expandedMembers + 100
  assert.deepEqual(await expanded(many, 'DISABLED'), { local: 0, decided: 0, skipped: [many] })
})

test('at RCPT the search for one who can be reached ends at the limit, and the expansion has the word', async () => {
  const reached = async (count: number, state: Entry['state']) => {
    const { deps, asked } = crowd(count, state)
    const answer = await refusalOf(requireMember(deps, organization, wide, 'all@corp.example', unrestricted))
    return { answer, asked: asked() }
  }
  const most = LIMITS.expandedMembers
  assert.deepEqual(await reached(most, 'DISABLED'), { answer: '5.2.1 wrong-state', asked: most })
  assert.deepEqual(await reached(most + 1_000, 'DISABLED'), { answer: 'accepted', asked: most + 100 })
  assert.deepEqual(await reached(most + 1_000, 'ENABLED'), { answer: 'accepted', asked: 100 })
})
