import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NumberSet, parseNumberSet } from '#src/wire/imap/number-set.ts'
import { parsePartialRange, partialSlice, SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'

const numbers = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 })
const ascending = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b)

test('a set holds what was put in, in ranges as few as can be', () => {
  fc.assert(
    fc.property(numbers, numbers, (first, second) => {
      const [a, b] = [NumberSet.of(first), NumberSet.of(second)]
      const [inA, inB] = [new Set(first), new Set(second)]
      const all = ascending([...first, ...second])
      assert.deepEqual([...a], ascending(first))
      assert.equal(a.size, inA.size)
      assert.equal(a.min, ascending(first)[0])
      assert.equal(a.max, ascending(first).at(-1))
      assert.deepEqual(a.pick(all), ascending(first))
      assert.deepEqual([...a.union(b)], all)
      assert.deepEqual(
        [...a.intersect(b)],
        all.filter((number) => inA.has(number) && inB.has(number)),
      )
      assert.deepEqual(
        [...a.minus(b)],
        ascending(first).filter((number) => !inB.has(number)),
      )
      for (let number = 1; number <= 61; number++) assert.equal(a.has(number), inA.has(number))
      for (const [from, to] of a.ranges()) assert.ok(!a.has(from - 1) && !a.has(to + 1))
      if (!a.isEmpty) assert.equal(parseNumberSet(a.toString()).toString(), a.toString())
      assert.equal([...a.split(5)].join(','), a.toString())
    }),
  )
})

test('the largest set costs nothing', () => {
  const all = SequenceSet.parse('4294967295:1').numbers
  assert.equal(all.size, 4_294_967_295)
  assert.equal(all.rangeCount, 1)
  assert.deepEqual(all.pick([3, 4_294_967_295]), [3, 4_294_967_295])
  assert.ok(all.minus(all).isEmpty)
  const started = process.cpuUsage()
  const many = NumberSet.of(Array.from({ length: 200_000 }, (_, index) => (199_999 - index) * 2 + 1))
  assert.equal(many.rangeCount, 200_000)
  assert.equal(SequenceSet.parse(many.toString()).numbers.size, 200_000)
  assert.equal(many.pick(Array.from({ length: 200_000 }, (_, index) => index + 1)).length, 100_000)
  assert.ok(process.cpuUsage(started).user < 6_000_000)
})

const resolved: [set: string, last: number, numbers: string][] = [
  ['*', 5, '5'],
  ['5:*', 10, '5:10'],
  ['5:*', 3, '3:5'],
  ['*:4', 3, '3:4'],
  ['*:*', 9, '9'],
  ['1,3:2,*', 9, '1:3,9'],
  ['3:*,7:*', 5, '3:7'],
  ['3:*,7:*', 9, '3:9'],
  ['3:*,7:*', 1, '1:7'],
  ['*,4:*', 2, '2:4'],
  ['1:*', 0, ''],
]
for (const [set, last, expected] of resolved)
  test(`${set} of ${last} is ${expected}`, () => {
    assert.equal(SequenceSet.parse(set).resolve(last).toString(), expected)
    assert.equal(SequenceSet.parse(SequenceSet.parse(set).toString()).resolve(last).toString(), expected)
  })

test('what is no set is a fault', () => {
  for (const text of [
    '',
    ',',
    '1,',
    ',1',
    '1,,2',
    '0',
    '0:*',
    '*:0',
    '1:',
    ':1',
    '1:2:3',
    '4294967296',
    '4294967296:*',
    '$,1',
    '**',
    '*1',
    '1:*:2',
    'a',
  ])
    assert.throws(() => SequenceSet.parse(text), { name: 'SyntaxFault' }, text)
  assert.ok(SequenceSet.parse('$').isSaved)
})

test('a partial range counts from either end', () => {
  const list = [10, 20, 30, 40, 50]
  const piece = (text: string) => {
    const { start, end } = partialSlice(parsePartialRange(text), list.length)
    return list.slice(start, end)
  }
  assert.deepEqual(piece('1:2'), [10, 20])
  assert.deepEqual(piece('4:9'), [40, 50])
  assert.deepEqual(piece('2:1'), [10, 20])
  assert.deepEqual(piece('6:9'), [])
  assert.deepEqual(piece('-1:-2'), [40, 50])
  assert.deepEqual(piece('-4:-9'), [10, 20])
  assert.deepEqual(piece('-6:-9'), [])
  for (const text of ['0:1', '1:0', '-1:1', '1:-1', '1', '', '4294967296:1'])
    assert.throws(() => parsePartialRange(text), { name: 'SyntaxFault' }, text)
})

test('a list of UIDs keeps its order', () => {
  assert.deepEqual([...UidList.parse('304,319:320,5')], [304, 319, 320, 5])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (uids) => {
      const list = UidList.of(uids)
      assert.equal(list.size, uids.length)
      assert.deepEqual([...UidList.parse(list.toString())], uids)
    }),
  )
})
