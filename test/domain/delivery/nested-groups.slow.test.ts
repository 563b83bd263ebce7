import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { associateMember } from '#src/domain/directory/groups.ts'
import { LIMITS } from '#src/domain/directory/limits.ts'
import { mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

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

test('groups are followed as deep as the limit says; what is nested deeper is refused as a whole and reaches nobody', async () => {
  const [deep, shallow] = [await world.user('deep'), await world.user('shallow')]
  const levels = [await world.group(`level-${LIMITS.expansionDepth}`, [deep])]
  for (let level = LIMITS.expansionDepth - 1; level > 0; level--)
    levels.unshift(await world.group(`level-${level}`, [levels[0]!]))
  await world.group('level-0', [levels[0]!, shallow])
  // Half of the way is no deeper for being reached over the whole of it as well.
  await world.group('both-ways', [levels[0]!, levels[LIMITS.expansionDepth / 2]!])
  const to = (name: string) => {
    const text = mail({ From: 'sue@sender.example', 'Message-ID': `<${name}@sender.example>` })
    return refusalOf(send(world, { from: 'sue@sender.example', to: [`${name}@corp.example`], text }))
  }
  assert.equal(await to('level-0'), '5.5.3 limit-exceeded')
  assert.deepEqual([(await world.inbox(deep)).length, (await world.inbox(shallow)).length], [0, 0])
  assert.equal(await to('level-1'), 'accepted')
  assert.equal((await world.inbox(deep)).length, 1)
  assert.equal(await to('both-ways'), 'accepted')
  assert.equal((await world.inbox(deep)).length, 2)
})
