import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import type { EntryId } from '#src/base/ids.ts'
import { type Card, MARKS } from '#src/domain/address-book/card.ts'
import { type Block, CardIndex } from '#src/domain/address-book/card-index.ts'

type Person = { name: readonly string[]; department: string }

const cardOf = (id: string, { name, department }: Person): Card => ({
  id: id as EntryId,
  sortKey: `${name.join(' ')}\u0000${id}`,
  words: [MARKS[0] + name.join(' '), ...name.map((word) => MARKS[1] + word), MARKS[3] + department],
})

/** As somebody would look through a list of everybody. */
function lookedFor(people: ReadonlyMap<string, Person>, words: readonly string[]): string[] {
  const found = [...people].flatMap(([id, { name, department }]) => {
    const ranks = words.map((word) =>
      name.some((each) => each.startsWith(word)) ? 1 : department.startsWith(word) ? 3 : 4,
    )
    const worst = Math.max(...ranks)
    const rank = worst < 4 && name.join(' ').startsWith(words.join(' ')) ? 0 : worst
    return rank < 4 ? [{ id, rank, key: `${name.join(' ')}\u0000${id}` }] : []
  })
  return found.toSorted((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1)).map(({ id }) => id)
}

/** Of letters that cannot be read otherwise. */
const word = fc.stringMatching(/^[bcd]{1,4}$/)
const person = fc.record({ name: fc.array(word, { minLength: 1, maxLength: 3 }), department: word })
const change = fc.record({
  id: fc.integer({ min: 0, max: 900 }).map(String),
  what: fc.oneof({ weight: 200, arbitrary: person }, { weight: 60, arbitrary: fc.constant(null) }),
  next: fc.oneof(
    { weight: 100, arbitrary: fc.constant('nothing') },
    { weight: 2, arbitrary: fc.constant('settle') },
    { weight: 1, arbitrary: fc.constant('restart') },
  ),
})

it('an index finds what a look at every card finds, whatever came and went, was settled or kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 1_200, size: 'max' }),
      fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 60 }),
      async (changes, query, limit) => {
        let index = new CardIndex()
        const people = new Map<string, Person>()
        for (const { id, what, next } of changes) {
          if (what === null) {
            index.remove(id as EntryId)
            people.delete(id)
          } else {
            index.put(cardOf(id, what))
            people.set(id, what)
          }
          if (next === 'settle') await index.settle()
          if (next === 'restart') index = await CardIndex.of(deserialize(serialize(index.blocks)) as Block[])
        }
        assert.equal(index.size, people.size)
        const expected = lookedFor(people, query)
        assert.deepEqual(await index.find(query.join(' '), 10_000), expected)
        assert.deepEqual(await index.find(query.join(' '), limit), expected.slice(0, limit))
      },
    ),
    { numRuns: 12 },
  )
})

it('who searches while cards come and go finds everybody who stays', async () => {
  const index = new CardIndex()
  const name = (no: number) => String(no).padStart(5, '0')
  const put = (no: number) => index.put(cardOf(String(no), { name: [name(no)], department: 'sales' }))
  for (let no = 0; no < 20_000; no += 2) put(no)
  await index.settle()
  const searching = index.find('sales', 20_000)
  for (let no = 1; no < 20_000; no += 2) put(no)
  for (let no = 1; no < 20_000; no += 2) index.remove(String(no) as EntryId)
  const found = await searching
  assert.deepEqual(
    found.filter((id) => Number(id) % 2 === 0),
    Array.from({ length: 10_000 }, (_, at) => String(at * 2)),
  )
})

it('no block has more cards than their numbers can tell, and none is empty but the first', async () => {
  const index = new CardIndex()
  const put = (no: number) => index.put(cardOf(String(no), { name: [`n${no % 977}`], department: 'sales' }))
  for (let no = 0; no < 3_000; no++) {
    put(no)
    if (no % 700 === 0) await index.settle()
  }
  await index.settle()
  for (const { places, fresh } of index.blocks) assert.ok(places.length + fresh.length <= 256)
  for (let no = 0; no < 3_000; no++) index.remove(String(no) as EntryId)
  assert.equal(index.blocks.length, 1)
  assert.deepEqual([index.size, index.characters - index.blocks[0]!.words.text.length], [0, 0])
})
