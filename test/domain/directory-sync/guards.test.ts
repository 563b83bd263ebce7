import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blockedBy, losesTooMany } from '#src/domain/directory-sync/guards.ts'
import { type ClassCounts, noCounts } from '#src/domain/directory-sync/report.ts'

const counts = (given: Partial<ClassCounts>): ClassCounts => ({ ...noCounts, ...given })
type Case = {
  what: string
  before: Partial<ClassCounts>
  deleted?: Partial<ClassCounts>
  created?: Partial<ClassCounts>
  readdressed?: number
  blocked: readonly RegExp[]
}

const cases: readonly Case[] = [
  { what: 'the first run', before: {}, created: { user: 50_000 }, blocked: [] },
  { what: 'twenty deletions of a hundred', before: { user: 100 }, deleted: { user: 20 }, blocked: [] },
  { what: 'one more', before: { user: 100 }, deleted: { user: 21 }, blocked: [/delete 21 of 100 entries/] },
  { what: 'a twentieth of thousands', before: { user: 8_000 }, deleted: { user: 400 }, blocked: [] },
  {
    what: 'more than that',
    before: { user: 8_000 },
    deleted: { user: 401 },
    blocked: [/401 of 8,000 entries; more than 400 at once/],
  },
  { what: 'five hundred of many', before: { user: 90_000 }, deleted: { user: 500 }, blocked: [] },
  {
    what: 'more than five hundred',
    before: { user: 90_000 },
    deleted: { user: 501 },
    blocked: [/501 of 90,000 entries/],
  },
  {
    what: 'too many of one class among few in all',
    before: { user: 10_000, room: 100 },
    deleted: { room: 25, user: 1 },
    blocked: [/delete 25 of 100 rooms/],
  },
  {
    what: 'all rooms',
    before: { user: 1_000, room: 11 },
    deleted: { room: 11 },
    blocked: [/none of 11 rooms/],
  },
  { what: 'all of a few rooms', before: { user: 1_000, room: 10 }, deleted: { room: 10 }, blocked: [] },
  {
    what: 'more than half of what there is',
    before: { user: 20 },
    deleted: { user: 11 },
    blocked: [/leave 9 of 20/],
  },
  { what: 'half of a handful', before: { user: 4 }, deleted: { user: 3 }, blocked: [] },
  {
    what: 'as many new as old',
    before: { user: 20 },
    deleted: { user: 20 },
    created: { user: 20 },
    blocked: [],
  },
  {
    what: 'a third of all addresses',
    before: { user: 100 },
    readdressed: 31,
    blocked: [/31 of 100 entries/],
  },
  { what: 'not quite a third', before: { user: 100 }, readdressed: 30, blocked: [] },
  { what: 'every address of a handful', before: { user: 10 }, readdressed: 10, blocked: [] },
]

describe('what a run may change unasked', () => {
  for (const { what, before, deleted = {}, created = {}, readdressed = 0, blocked } of cases) {
    it(what, () => {
      const sums = { before: counts(before), deleted: counts(deleted), created: counts(created), readdressed }
      const got = blockedBy(sums)
      assert.equal(got.length, blocked.length, got.join(' '))
      for (const [at, words] of blocked.entries()) assert.match(got[at]!, words)
    })
  }

  const members = (from: number, to: number) =>
    new Set(Array.from({ length: to - from }, (_, at) => String(from + at)))
  const groups: [before: [number, number], after: [number, number], held: boolean][] = [
    [[0, 40], [0, 19], true],
    [[0, 40], [0, 20], false],
    [[0, 30], [0, 10], false],
    [[0, 30], [0, 9], true],
    [[0, 30], [100, 200], true],
    [[0, 20], [0, 0], false],
  ]
  for (const [before, after, held] of groups)
    it(`a group from ${before} to ${after} is ${held ? '' : 'not '}held`, () => {
      assert.equal(losesTooMany(members(...before), members(...after)), held)
    })
})
