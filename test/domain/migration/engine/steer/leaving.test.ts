import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newOrganizationId } from '#src/base/ids.ts'
import type { DeferredGrant, Member, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import type { MemberState } from '#src/domain/migration/engine/project/state.ts'
import { costOfLeaving, failedLeave, leavingWords } from '#src/domain/migration/engine/steer/leaving.ts'
import type { Right } from '#src/domain/migration/right.ts'
import type { MigrationWriter } from '#src/domain/migration/store.ts'

const at = { organization: newOrganizationId(), project: 'p' as ProjectId }

const member = (name: string, state: MemberState, x500: readonly string[] = []) =>
  ({ address: `${name}@corp.example`, entry: null, x500, state }) as unknown as Member

const grantOf = (no: number, owner: string, grantee: string, right: Right, state = 'waiting') => {
  const [from, to] = [owner, grantee].map((name) => (name.startsWith('/') ? name : `${name}@corp.example`))
  return { no, state, owner: from, grantee: to, right } as unknown as DeferredGrant
}

const readerOf = (grants: readonly DeferredGrant[]) => ({
  grantsOf: async (_: unknown, __: unknown, name: string, states: readonly string[]) =>
    grants.filter(
      ({ owner, grantee, state }) => states.includes(state) && (owner === name || grantee === name),
    ),
})

test('who leaves breaks the rights with those of the batch who move, and no others', async () => {
  const [anna, ben, carl] = [
    member('anna', 'failed', ['/o=Corp/cn=anna']),
    member('ben', 'synced', ['/o=Corp/cn=ben']),
    member('carl', 'synced'),
  ]
  const grants = [
    grantOf(1, 'anna', 'ben', 'delegate'),
    grantOf(2, 'carl', 'anna', 'full-access'),
    grantOf(3, 'anna', 'dora', 'send-as'),
    grantOf(4, 'ben', 'carl', 'delegate'),
    grantOf(5, 'ben', '/o=Corp/cn=anna', 'folder-read', 'unresolved'),
    grantOf(6, 'anna', '/O=CORP/CN=Ben', 'folder-edit', 'unresolved'),
    grantOf(7, 'anna', '/o=Corp/cn=gone', 'send-as', 'unresolved'),
    grantOf(8, 'anna', 'carl', 'delegate', 'dropped'),
    grantOf(9, 'anna', 'emil', 'delegate'),
  ]
  const members = [anna!, ben!, carl!, member('emil', 'left')]
  const cost = await costOfLeaving(readerOf(grants), at, members, [anna!])
  assert.deepEqual(
    cost.rights.map(({ no }) => no),
    [1, 2, 5, 6],
  )
  assert.deepEqual([cost.worth, cost.notKnown], [10 + 8 + 2 + 4, 1])
  assert.equal(
    leavingWords(cost),
    ', which breaks 4 rights between them and those who move (24 delegation-days a day); of 1 right more it is not known',
  )
  // Two who stay behind together keep what is between them.
  const both = await costOfLeaving(readerOf(grants.slice(0, 2)), at, members, [anna!, ben!])
  assert.deepEqual(
    both.rights.map(({ no }) => no),
    [2],
  )
  const alone = await costOfLeaving(readerOf([grants[2]!]), at, members, [anna!])
  assert.equal(leavingWords(alone), ', which breaks no right that is known')
})

test('an owner here is who moves, by whatever name a right has', async () => {
  const [anna, ben] = [
    member('anna', 'failed'),
    { ...member('ben', 'synced'), entry: 'S-1-5-21-7' } as Member,
  ]
  const grant = { ...grantOf(1, 'anna', '/x', 'delegate', 'unresolved'), grantee: 's-1-5-21-7' }
  const cost = await costOfLeaving(readerOf([grant]), at, [anna, ben], [anna])
  assert.deepEqual([cost.rights.length, cost.notKnown], [1, 0])
})

test('mailboxes that failed leave together: none of them is told what lies between them', async () => {
  const members = [member('anna', 'failed'), member('ben', 'failed'), member('carl', 'synced')]
  const grants = [grantOf(1, 'anna', 'ben', 'delegate'), grantOf(2, 'ben', 'carl', 'full-access')]
  const [states, said]: [string[], string[]] = [[], []]
  const migration = {
    ...readerOf(grants),
    putMember: async (_: unknown, { state }: Member) => void states.push(state),
    addEvent: async (_: unknown, __: unknown, { sentence }: { sentence: string }) => void said.push(sentence),
  } as unknown as MigrationWriter
  await failedLeave(migration, { organization: at.organization, id: at.project }, members, 1)
  assert.deepEqual(states, ['left', 'left'])
  assert.match(said[0]!, /^anna@.*, which breaks no right that is known: /)
  assert.match(
    said[1]!,
    /^ben@.*, which breaks a right between them and those who move \(8 delegation-days a day\): /,
  )
})
