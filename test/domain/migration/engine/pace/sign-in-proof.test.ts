import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignInProof } from '#src/domain/migration/engine/pace/sign-in-proof.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { settled } from '#test/support/settled.ts'

const { signal } = new AbortController()
const turns = (proof: SignInProof, count: number) => {
  const given: (() => void)[] = []
  for (let at = 0; at < count; at++) void proof.turn(signal).then((leave) => given.push(leave))
  return given
}

test('one goes alone until it was let in, then all; after a quiet minute one goes alone again', async () => {
  const clock = new ManualClock()
  const proof = new SignInProof(clock)
  const given = turns(proof, 5)
  await settled()
  assert.equal(given.length, 1)
  proof.taken()
  given[0]!()
  await settled()
  assert.equal(given.length, 5)
  clock.advance(59_000)
  assert.equal(await Promise.all([proof.turn(signal), proof.turn(signal)]).then(({ length }) => length), 2)
  clock.advance(1_000)
  const later = turns(proof, 3)
  await settled()
  assert.equal(later.length, 1)
  // Neither let in nor refused, as a connection broke: the next one tries.
  later[0]!()
  await settled()
  assert.equal(later.length, 2)
  later[1]!()
  await settled()
  later[2]!()
})

test('calls that were under way together are refused once; each of those that go alone counts', async () => {
  const proof = new SignInProof(new ManualClock())
  proof.taken()
  for (let at = 0; at < 4; at++) proof.refused()
  assert.equal(proof.refusals, 1)
  const leave = await proof.turn(signal)
  proof.refused()
  leave()
  assert.equal(proof.refusals, 2)
  proof.forget()
  assert.equal(proof.refusals, 0)
})

test('a wait for the one that tries ends with its own signal', async () => {
  const proof = new SignInProof(new ManualClock())
  const leave = await proof.turn(signal)
  const stop = new AbortController()
  const waits = proof.turn(stop.signal)
  stop.abort(new Error('nobody waits'))
  await assert.rejects(waits, /nobody waits/)
  leave()
})

test('a call that is under way for long was let in: nobody waits for its end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const proof = new SignInProof(new ManualClock())
  const given = turns(proof, 3)
  await settled()
  t.mock.timers.tick(10_000)
  await settled()
  assert.equal(given.length, 3)
  for (const leave of given) leave()
})

for (const [what, end] of [
  ['its proof is too old', (_: SignInProof, clock: ManualClock) => clock.advance(60_000)],
  ['there is another password', (proof: SignInProof) => proof.forget()],
  ['another call is refused', (proof: SignInProof) => proof.refused()],
] as const)
  test(`beside a call that was let in and goes on, one goes alone once ${what}`, async () => {
    const clock = new ManualClock()
    const proof = new SignInProof(clock)
    const leave = await proof.turn(signal)
    proof.taken()
    end(proof, clock)
    const later = turns(proof, 2)
    await settled()
    assert.equal(later.length, 1)
    // The end of the first is nothing to those.
    leave()
    await settled()
    assert.equal(later.length, 1)
    later[0]!()
    await settled()
    assert.equal(later.length, 2)
    later[1]!()
  })
