import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonMembers } from '#src/cli/json-members.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function read(text: string, size = 3): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for await (const { name, value, at } of jsonMembers(inPieces(text, size))) {
    const known = found.get(name)
    if (at === null) found.set(name, value)
    else if (at === 0) found.set(name, [value])
    else {
      assert.equal((known as unknown[]).length, at)
      ;(known as unknown[]).push(value)
    }
  }
  return found
}

/** By the name alone: a value may be an object whose `toString` is no function, which `sort()` by itself cannot compare. */
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

test('any object comes as JSON.parse reads it, in pieces of any size and with any blanks', async () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 })
  await fc.assert(
    fc.asyncProperty(object, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (value, size, isWide) => {
      const text = JSON.stringify(value, null, isWide ? 2 : 0)
      const plain = JSON.parse(text) as object
      const found = await read(isWide ? ` \n${text}\n ` : text, size)
      assert.deepEqual([...found].sort(byName), Object.entries(plain).sort(byName))
    }),
  )
})

test('a list is told element by element, an empty one once', async () => {
  const told = []
  for await (const each of jsonMembers(inPieces('{"a": [1, {"b": [2]}, "]"], "c": [], "d": [[]]}', 4)))
    told.push(each)
  assert.deepEqual(told, [
    { name: 'a', value: 1, at: 0 },
    { name: 'a', value: { b: [2] }, at: 1 },
    { name: 'a', value: ']', at: 2 },
    { name: 'c', value: [], at: null },
    { name: 'd', value: [], at: 0 },
  ])
})

test('what is no object is refused', async () => {
  const wrong = [
    '',
    ' ',
    '{',
    '[]',
    '1',
    '"a"',
    '{"a"',
    '{"a":1',
    '{"a":[1',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[1}',
  ]
  const more = [
    '{"a":1,}',
    '{,"a":1}',
    '{"a":1}}',
    '{"a":1} x',
    'x {"a":1}',
    '{"a":[1]2}',
    '{"a":[1] "b":2}',
    '{"a" 1}',
  ]
  const last = [
    '{"a":1]',
    '{a:1}',
    '{"a":[1][2]}',
    '{"a":[1]],"b":2}',
    '{"a":1}{"b":2}',
    '{"a":{"b":1,}}',
    '{}{}',
    '{"a":"',
  ]
  for (const text of [...wrong, ...more, ...last]) await assert.rejects(read(text), SyntaxError, text)
})

test('what is no object is told as that at once, and what never ends is not held', async () => {
  const told = async (text: string, size?: number) =>
    read(text, size).then(
      () => assert.fail('it is taken'),
      (error: Error) => error.message,
    )
  for (const text of ['[]', '1', '"a"', 'null', 'PK', '<html>'])
    assert.equal(await told(text), 'It is no JSON object')
  assert.equal(await told(' '), 'It is empty')
  assert.equal(await told('{"a":1} x'), 'There is something behind the object')
  let pieces = 0
  async function* endless(start: string): AsyncGenerator<string> {
    yield start
    for (; pieces < 5_000; pieces++) yield 'x'.repeat(65_536)
  }
  const refused = Array.fromAsync(jsonMembers(endless('{"a":["')))
  await assert.rejects(refused, /An entry of its "a" has more than 1 MB$/)
  assert.ok(pieces <= 17, `${pieces} pieces were read`)
})
