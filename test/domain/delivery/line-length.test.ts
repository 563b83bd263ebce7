import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asUser, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.end())

test('a line over 998 octets goes to colleagues, not to other servers', async () => {
  const ann = await world.user('ann')
  const submit = (to: string, octets: number) => {
    const whole = Buffer.from(mail({ From: 'ann@corp.example' }, `${'x'.repeat(octets)}\r\n`))
    const text = [whole.subarray(0, 500), whole.subarray(500, 1_000), whole.subarray(1_000)]
    return refusalOf(
      send(world, { connection: asUser(world, ann), from: 'ann@corp.example', to: [to], text }),
    )
  }
  assert.equal(await submit('zoe@outside.example', 998), 'accepted')
  assert.equal(await submit('zoe@outside.example', 999), '5.6.0 invalid-parameter')
  assert.equal(await submit('ann@corp.example', 999), 'accepted')
})
