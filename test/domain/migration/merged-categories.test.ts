import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergedCategories, toldCategories } from '#src/domain/migration/merged-categories.ts'
import { parseCategoryList } from '#src/formats/category-list/category-list.ts'

const NAME = 'IPM.Configuration.CategoryList'
type Colours = Record<string, number>
const listOf = (colours: Colours, guid: (name: string) => string = (name) => `{${name}}`) => ({
  xmlData: Buffer.from(
    `<categories xmlns="CategoryList.xsd">${Object.entries(colours)
      .map(([name, color]) => `<category name="${name}" color="${color}" guid="${guid(name)}"/>`)
      .join('')}</categories>`,
  ).toString('base64'),
})
const coloursOf = (content: Readonly<Record<string, unknown>>): Colours =>
  Object.fromEntries(
    parseCategoryList(Buffer.from(String(content.xmlData), 'base64'))!.categories.map(({ name, color }) => [
      name,
      Number(color),
    ]),
  )
const told = (colours: Colours) => toldCategories(NAME, listOf(colours))!

test('categories of the source come beside those that are here, and the colours here stay', () => {
  const { content, otherwise } = mergedCategories(listOf({ Red: 0, Mine: 3 }), listOf({ red: 4, Theirs: 5 }))!
  assert.deepEqual(coloursOf(content), { Red: 0, Mine: 3, Theirs: 5 })
  assert.deepEqual(otherwise, ['Red'])
})

test('one that has another name there and an id that is here is not doubled, and named', () => {
  const same = () => '{1}'
  const { content, otherwise } = mergedCategories(listOf({ Red: 0 }, same), listOf({ Rot: 0 }, same))!
  assert.deepEqual(coloursOf(content), { Red: 0 })
  assert.deepEqual(otherwise, ['Rot'])
})

test('where one of both cannot be read nothing is merged, nor what is no list of categories', () => {
  assert.equal(mergedCategories({ xmlData: 'AQID' }, listOf({})), undefined)
  assert.equal(mergedCategories(listOf({}), {}), undefined)
  assert.equal(toldCategories('IPM.Configuration.Other', listOf({})), undefined)
})

test('over any changes of both sides, what was changed here stays and what changed there alone is as it is there', () => {
  const some = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: -1, max: 3 }))
  fc.assert(
    fc.property(some, some, some, (before, here, there) => {
      const merged = mergedCategories(listOf(here), listOf(there), told(before))!
      const expected: Colours = {}
      for (const name of new Set([...Object.keys(here), ...Object.keys(there)])) {
        const isChangedHere = here[name] !== before[name]
        const color = isChangedHere ? here[name] : there[name]
        if (color !== undefined) expected[name] = color
      }
      assert.deepEqual(coloursOf(merged.content), expected)
      const differs = (name: string) =>
        there[name] !== undefined && expected[name] !== undefined && expected[name] !== there[name]
      assert.deepEqual(merged.otherwise.toSorted(), Object.keys(expected).filter(differs).sort())
      // The next time nothing is left to do.
      const again = mergedCategories(merged.content, listOf(there), told(there))!
      assert.deepEqual(coloursOf(again.content), expected)
    }),
    { numRuns: 500 },
  )
})
