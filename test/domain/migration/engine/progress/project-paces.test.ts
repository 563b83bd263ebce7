import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ProjectPaces } from '#src/domain/migration/engine/progress/project-paces.ts'
import type { Project } from '#src/domain/migration/engine/project/project.ts'
import { changeSettings, createProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let temporary: TemporaryStore
before(async () => {
  temporary = await temporaryStore()
})
after(() => temporary.remove())

test('what a large item owes to the speed of its project is waited for after a restart too, and not once that is lifted', async () => {
  const { store, organization } = temporary
  const clock = new ManualClock()
  const made = await createProject(
    store,
    organization.id,
    { name: 'move', settings: { bytesPerSecond: 1_000 }, by: 'ed' },
    clock.now(),
  )
  const present = (): Promise<Project> => store.migration.getProject(organization.id, made.id)
  const paces = new ProjectPaces(clock)
  await paces.note(store, await present())
  clock.advance(60_000)
  const pace = paces.of(made)
  assert.equal(pace.waitMs(clock.now()), 0)
  const large = pace.reserve(600_000, clock.now())
  assert.ok(pace.waitMs(clock.now()) > 599_000)
  await paces.note(store, await present())
  const { owed } = await present()
  clock.advance(2_000)
  await paces.note(store, await present())
  assert.deepEqual((await present()).owed, owed, 'it is not written anew at each look')

  clock.advance(98_000)
  const others = new ProjectPaces(clock)
  const waitMs = others.of(await present()).waitMs(clock.now())
  assert.ok(waitMs > 498_000 && waitMs <= 500_000, `${waitMs}`)
  large.spend(600_000, clock.now())
  large.end(clock.now())

  const by = { store, organization: organization.id, project: made.id, by: 'ed', now: clock.now() }
  await changeSettings(by, { bytesPerSecond: null })
  await others.note(store, await present())
  assert.equal(others.of(made).waitMs(clock.now()), 0)
  await changeSettings(by, { bytesPerSecond: 1 })
  const third = new ProjectPaces(clock).of(await present())
  assert.ok(third.waitMs(clock.now()) <= 1_000)
})

test('what was owed to a speed that was lifted meanwhile is not owed to the next one after a restart', async () => {
  const { store, organization } = temporary
  const clock = new ManualClock()
  const settings = { bytesPerSecond: 1_000 }
  const made = await createProject(store, organization.id, { name: 'again', settings, by: 'ed' }, clock.now())
  const present = () => store.migration.getProject(organization.id, made.id)
  const steering = () => ({
    store,
    organization: organization.id,
    project: made.id,
    by: 'ed',
    now: clock.now(),
  })
  const paces = new ProjectPaces(clock)
  paces.of(await present()).reserve(600_000, clock.now())
  await paces.note(store, await present())
  assert.ok((await present()).owed!.bytes > 600_000)
  for (const bytesPerSecond of [null, 1_000]) {
    await changeSettings(steering(), { bytesPerSecond })
    await paces.note(store, await present())
  }
  const waitMs = new ProjectPaces(clock).of(await present()).waitMs(clock.now())
  assert.ok(waitMs <= 1_000, `${waitMs}`)
  const { owed } = await present()
  clock.advance(3_600_000)
  await paces.note(store, await present())
  assert.deepEqual((await present()).owed, owed, 'what is over is not written anew')
})
