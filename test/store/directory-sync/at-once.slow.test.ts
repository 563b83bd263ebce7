import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createGroup } from '#src/domain/directory/groups.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { type Synced, synced } from '#test/domain/directory-sync/synced.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'

const OBJECTS = 1_300

describe('a difference of many transactions', () => {
  let world: Synced
  let round = 0
  before(async () => {
    world = await synced()
    // Time flies: each portion fills its transaction.
    let elapsedMs = 0
    world.clock.elapsed = () => {
      elapsedMs += 1_000
      return elapsedMs
    }
    for (let no = 1; no <= OBJECTS; no++) world.directory.put(mailboxObject(no, `user${no}`))
    await world.sync()
  })
  after(() => world.temporary.remove())
  beforeEach(() => {
    round++
    for (let no = 1; no <= OBJECTS; no++)
      world.directory.change(guidOf(no), { displayName: `Round ${round}` })
  })

  const nameOf = async (no: number) =>
    (await world.store.directory.findEntry(world.organization, { address: `user${no}@corp.example` }))
      ?.displayName
  const run = (during: (what: string, done: number) => void) =>
    syncDirectory(world.deps, world.organization, {
      signal: new AbortController().signal,
      report: ({ what, done }) => during(what, done),
    })
  const ends = [1, OBJECTS / 2, OBJECTS]

  it('is seen as a whole: never the first changed and the last not', async () => {
    let looks = 0
    const seen = new Set<string>()
    const look = async () => {
      // Each look is of one moment only if nothing happens between its reads: so both ways round.
      for (const order of [ends, ends.toReversed()]) {
        const names = []
        for (const no of order) names.push(await nameOf(no))
        seen.add(names.join())
      }
      looks++
    }
    const looking: Promise<void>[] = []
    await run((what) => {
      if (what === 'Putting into place') looking.push(look())
    })
    await Promise.all(looking)
    assert.ok(looks >= 4, `${looks} looks`)
    const whole = [round - 1, round].map((each) =>
      ends.map(() => (each === 0 ? 'user' : `Round ${each}`)).join(),
    )
    const mixed = [...seen].filter((names) => !whole.includes(names) && new Set(names.split(',')).size > 1)
    assert.deepEqual(
      mixed.filter((names) => round > 1 || !names.startsWith('user')),
      [],
    )
    assert.deepEqual(
      await Promise.all(ends.map(nameOf)),
      ends.map(() => `Round ${round}`),
    )
  })

  it('lets others write to the directory only before or after', async () => {
    let made: Promise<unknown> | undefined
    let isMade = false
    const states: boolean[] = []
    await run((what, done) => {
      if (what !== 'Putting into place' || done === 0) return
      made ??= createGroup(world.store, world.organization, { name: `group${round}` }, 0).then(() => {
        isMade = true
      })
      states.push(isMade)
    })
    await made
    assert.ok(states.length > 2)
    assert.deepEqual([...new Set(states)], [false])
    assert.ok(
      await world.store.directory.findEntry(world.organization, { kind: 'group', name: `group${round}` }),
    )
  })

  it('keeps others from beginning a run, however long it takes', async () => {
    const others: Promise<void>[] = []
    let steps = 0
    await run((what) => {
      if (what !== 'Putting into place') return
      world.clock.now += 2 * 60_000
      if (++steps === 4) others.push(assert.rejects(world.sync(), { reason: 'try-later' }))
    })
    assert.equal(others.length, 1)
    await Promise.all(others)
    assert.equal((await world.sync()).outcome, 'unchanged')
  })

  it('that has no room for the copy is not begun', async () => {
    const copies = Array.from({ length: 50 }, (_, no) =>
      join(world.temporary.folder, `landbridge.sqlite-before-${no}`),
    )
    for (const copy of copies) await writeFile(copy, '')
    await assert.rejects(
      run(() => undefined),
      /EEXIST/,
    )
    for (const copy of copies) await rm(copy, { force: true })
    const record = await world.store.directorySync.findSync(world.organization)
    assert.equal(record?.applying, null)
    assert.deepEqual(
      await Promise.all(ends.map(nameOf)),
      ends.map(() => `Round ${round - 1}`),
    )
    assert.equal((await world.sync()).outcome, 'applied')
  })

  for (const how of ['in the same process', 'in the next one']) {
    it(`that stops half way is finished before anybody reads, ${how}`, async () => {
      let steps = 0
      const stopping = run((what) => {
        if (what === 'Putting into place' && ++steps === 3) throw new Error('The disk failed')
      })
      await assert.rejects(stopping, /The disk failed/)
      if (how === 'in the next one') await world.temporary.reopen()
      assert.deepEqual(
        await Promise.all(ends.map(nameOf)),
        ends.map(() => `Round ${round}`),
      )
      const record = await world.store.directorySync.findSync(world.organization)
      assert.equal(record?.applying, null)
      assert.equal((await world.sync()).outcome, 'unchanged')
    })
  }

  for (const next of ['a run', 'a dry run'])
    it(`that stops half way with the process is finished before ${next} begins`, async () => {
      let steps = 0
      const stopping = run((what) => {
        if (what === 'Putting into place' && ++steps === 3) throw new Error('The disk failed')
      })
      await assert.rejects(stopping, /The disk failed/)
      await world.temporary.reopen()
      const { decisions } = await world.sync({ dryRun: next === 'a dry run' })
      assert.equal(decisions.change, undefined)
      assert.deepEqual(
        await Promise.all(ends.map(nameOf)),
        ends.map(() => `Round ${round}`),
      )
    })
})
