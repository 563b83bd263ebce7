import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { parseSearch } from '#src/wire/imap/search.ts'
import { formatSearch } from '#src/wire/imap/search-format.ts'
import type { SearchKey } from '#src/wire/imap/search-key.ts'
import type { SearchReturn } from '#src/wire/imap/search-return.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { formatSort, parseSort, sortFields } from '#src/wire/imap/sort.ts'
import { commandOf } from './fixture-lines.ts'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('é', '"', '\\', '日', '\r\n', '{3}'),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
})
const number = fc.integer({ min: 1, max: 4_294_967_295 })
const sets = fc.oneof(
  fc.array(number, { minLength: 1, maxLength: 5 }).map((numbers) => SequenceSet.of(numbers)),
  fc.constantFrom(SequenceSet.saved, SequenceSet.all, SequenceSet.parse('*'), SequenceSet.parse('1,5:*,9:*')),
)
const day = fc.record(
  {
    year: fc.integer({ min: 1, max: 9_999 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  },
  { noNullPrototype: true },
)

const leaves: fc.Arbitrary<SearchKey> = fc.oneof(
  fc.constant<SearchKey>({ key: 'all' }),
  fc.constant<SearchKey>({ key: 'save-date-supported' }),
  fc.tuple(sets, fc.boolean()).map(([numbers, uid]): SearchKey => ({ key: 'numbers', numbers, uid })),
  fc
    .tuple(fc.constantFrom('\\Seen', '\\Recent', '\\Draft', '$Junk', 'x'), fc.boolean())
    .map(([flag, set]): SearchKey => ({ key: 'flag', flag, set })),
  fc
    .tuple(fc.constantFrom('SUBJECT' as const, 'FROM' as const, 'BCC' as const), text)
    .map(([field, of]): SearchKey => ({ key: 'field', field, text: of })),
  fc.tuple(text, text).map(([name, of]): SearchKey => ({ key: 'header', name, text: of })),
  fc
    .tuple(fc.constantFrom('body' as const, 'text' as const), text)
    .map(([key, of]): SearchKey => ({ key, text: of })),
  fc
    .tuple(
      fc.constantFrom('internal' as const, 'sent' as const, 'saved' as const),
      fc.constantFrom('before' as const, 'on' as const, 'since' as const),
      day,
    )
    .map(([of, when, date]): SearchKey => ({ key: 'date', of, when, date })),
  fc
    .tuple(fc.constantFrom('larger' as const, 'smaller' as const), fc.maxSafeNat())
    .map(([than, octets]): SearchKey => ({ key: 'size', than, octets })),
  fc
    .tuple(fc.constantFrom('older' as const, 'younger' as const), number)
    .map(([than, seconds]): SearchKey => ({ key: 'age', than, seconds })),
  fc.maxSafeNat().map((modseq): SearchKey => ({ key: 'modseq', modseq })),
  fc
    .tuple(fc.maxSafeNat(), fc.constantFrom('/flags/\\draft', 'a"b'))
    .map(([modseq, name]): SearchKey => ({ key: 'modseq', modseq, entry: { name, type: 'all' } })),
  fc.constantFrom<SearchKey>(
    { key: 'object-id', of: 'email', id: 'M1' },
    { key: 'object-id', of: 'thread', id: 'T1' },
  ),
)

const keysOf = (depth: number): fc.Arbitrary<SearchKey> => {
  if (depth === 0) return leaves
  const inner = keysOf(depth - 1)
  return fc.oneof(
    leaves,
    inner.map((not): SearchKey => ({ key: 'not', not })),
    fc.tuple(inner, inner).map((or): SearchKey => ({ key: 'or', or })),
    fc.array(inner, { minLength: 2, maxLength: 3 }).map((and): SearchKey => ({ key: 'and', and })),
  )
}
const keys = keysOf(3)

const returns: fc.Arbitrary<SearchReturn> = fc
  .record(
    {
      min: fc.boolean(),
      max: fc.boolean(),
      all: fc.boolean(),
      count: fc.boolean(),
      save: fc.boolean(),
      partial: fc.option(number, { nil: undefined }),
    },
    { noNullPrototype: true },
  )
  .map(({ partial, ...rest }) =>
    partial === undefined
      ? { ...rest, all: rest.all || !Object.values(rest).includes(true) }
      : { ...rest, all: false, partial: { from: -1, to: -partial } },
  )

/** Sets as text, so that they can be compared. */
const plainly = (value: unknown) =>
  JSON.stringify(value, (_, each) =>
    each instanceof SequenceSet || each instanceof NumberSet ? `set ${each}` : each,
  )

test('searches that we write can be read', () => {
  fc.assert(
    fc.property(keys, fc.option(returns, { nil: undefined }), fc.boolean(), (key, asked, utf8) => {
      const wire = formatSearch({ key, ...(asked === undefined ? {} : { returns: asked }) }, utf8)
      const search = parseSearch(commandOf(`SEARCH ${wire}`, utf8).args)
      assert.equal(plainly(search.key), plainly(key))
      assert.deepEqual(search.returns, asked)
    }),
    { numRuns: 1_000 },
  )
})

test('sorts that we write can be read', () => {
  const criteria = fc.array(
    fc.record({ field: fc.constantFrom(...sortFields), reverse: fc.boolean() }, { noNullPrototype: true }),
    { minLength: 1 },
  )
  fc.assert(
    fc.property(criteria, keys, (by, key) => {
      const sort = parseSort(commandOf(`SORT ${formatSort({ criteria: by, key })}`).args)
      assert.deepEqual(sort.criteria, by)
      assert.equal(plainly(sort.key), plainly(key))
    }),
  )
})

test('texts are decoded by their charset', () => {
  const subject = (wire: string) => {
    const { key } = parseSearch(commandOf(wire).args)
    return key.key === 'field' ? key.text : undefined
  }
  assert.equal(subject('SEARCH CHARSET ISO-8859-1 SUBJECT "\xfc"'), 'ü')
  assert.equal(subject('SEARCH CHARSET "utf-8" SUBJECT {2}\r\n\xc3\xbc'), 'ü')
  assert.equal(subject('SEARCH SUBJECT "\xc3\xbc"'), 'ü')
  assert.equal(subject('SEARCH CHARSET US-ASCII SUBJECT u'), 'u')
  assert.equal(subject('SEARCH CHARSET KOI8-R SUBJECT "\xf0"'), 'П')
  // One octet of it is no character, and an empty text would match everything.
  assert.throws(() => subject('SEARCH CHARSET UTF-16 SUBJECT "q"'), { message: 'The charset is not known' })
})
