import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { associateMember } from '#src/domain/directory/groups.ts'
import { mail, openWorld, send, type World } from './intake-world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.end())

test('a message to a group reaches each member once, however groups are nested or contain each other (DIR-14)', async () => {
  const { store, org } = world
  const [ann, bob] = [await world.user('ann'), await world.user('bob')]
  const left = await world.group('left', [ann, bob])
  const right = await world.group('right', [bob, left])
  const everybody = await world.group('everybody', [left, right, ann])
  const add = associateMember(store, org, { group: left.id, member: everybody.id })
  await assert.rejects(add, { reason: 'group-cycle' })
  // As a directory source may bring it.
  await store.transact({ organization: org }, ({ directory }) =>
    directory.addMember(org, left.id, everybody.id),
  )
  for (const [count, group] of [everybody, left, right].entries()) {
    const text = mail({ From: 'sue@sender.example', 'Message-ID': `<${group.name}@sender.example>` })
    await send(world, { from: 'sue@sender.example', to: [`${group.name}@corp.example`], text })
    for (const user of [ann, bob]) assert.equal((await world.inbox(user)).length, count + 1, group.name)
  }
})
