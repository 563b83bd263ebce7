import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Refusal } from '#src/domain/refusal.ts'
import {
  changedLists,
  joinedLists,
  judgeSender,
  MOST_JUNK_BYTES,
  noJunkLists,
  plainEntry,
} from '#src/domain/rules/junk-lists.ts'

const judge = (lists: Partial<typeof noJunkLists>, sender: string, ...recipients: string[]) =>
  judgeSender({ ...noJunkLists, ...lists }, { authors: [sender], senders: [sender], recipients })

test('addresses count for themselves, domains for all in them, and those without an @ for what is below', () => {
  const blocked = ['one@bad.example', '@worse.example', 'worst.example']
  const cases: [string, 'blocked' | undefined][] = [
    ['one@bad.example', 'blocked'],
    ['two@bad.example', undefined],
    ['any@worse.example', 'blocked'],
    ['any@sub.worse.example', undefined],
    ['any@worst.example', 'blocked'],
    ['any@sub.worst.example', 'blocked'],
    ['any@notworst.example', undefined],
  ]
  for (const [sender, verdict] of cases) assert.equal(judge({ blocked }, sender), verdict, sender)
})

test('who is named counts for more than a domain, and who is safe for more than who is not', () => {
  assert.equal(judge({ blocked: ['a@x.example'], safe: ['x.example'] }, 'a@x.example'), 'blocked')
  assert.equal(judge({ blocked: ['x.example'], safe: ['a@x.example'] }, 'a@x.example'), 'safe')
  assert.equal(judge({ blocked: ['a@x.example'], safe: ['a@x.example'] }, 'a@x.example'), 'safe')
  assert.equal(judge({ blocked: ['x.example'], safe: ['x.example'] }, 'a@x.example'), 'safe')
  assert.equal(judge({ safeRecipients: ['list@y.example'] }, 'a@x.example', 'list@y.example'), 'safe')
  assert.equal(judge({ safeRecipients: ['list@y.example'] }, 'list@y.example'), undefined)
  assert.equal(judge({}, 'a@x.example'), undefined)
})

test('who sends for somebody, or says so, is blocked like an author, and makes nobody safe', () => {
  const people = { authors: ['a@x.example'], senders: ['a@x.example', 'b@y.example'], recipients: [] }
  for (const list of [['b@y.example'], ['y.example'], ['@y.example']]) {
    assert.equal(judgeSender({ ...noJunkLists, safe: list }, people), undefined)
    assert.equal(judgeSender({ ...noJunkLists, blocked: list }, people), 'blocked')
    assert.equal(judgeSender({ ...noJunkLists, safe: list, blocked: ['a@x.example'] }, people), 'blocked')
  }
})

test('for want of room nothing goes that is there', () => {
  const many = (word: string) => Array.from({ length: 12_000 }, (_, n) => `${word}.${n}@example.com`)
  const { lists: full } = joinedLists(noJunkLists, { ...noJunkLists, safe: many('safe') })
  const { lists, left } = joinedLists(full, { ...noJunkLists, blocked: ['one@example.com', ...many('b')] })
  assert.deepEqual(lists, full)
  assert.equal(left, 12_001)
})

test('lists are joined in lower case, each entry once, as far as there is room; what is left out is counted', () => {
  const { lists, left } = joinedLists(
    { ...noJunkLists, blocked: ['a@x.example'] },
    { blocked: [' A@X.example ', 'b@x.example', ''], safe: ['x'.repeat(400)], safeRecipients: [] },
  )
  assert.deepEqual(lists, { ...noJunkLists, blocked: ['a@x.example', 'b@x.example'] })
  assert.equal(left, 1)
  const many = Array.from({ length: 20_000 }, (_, n) => `somebody.${n}@example.com`)
  const joined = joinedLists(noJunkLists, { ...noJunkLists, safe: many })
  assert.ok(Buffer.byteLength(JSON.stringify(joined.lists)) < MOST_JUNK_BYTES + 100)
  assert.equal(joined.left + joined.lists.safe.length, many.length)
})

test('joined twice they are as joined once', () => {
  const list = fc.array(fc.stringMatching(/^ ?[a-cA-C@.]{0,4}$/), { maxLength: 6 })
  const some = fc.record({ blocked: list, safe: list, safeRecipients: list })
  fc.assert(
    fc.property(some, some, (one, other) => {
      const { lists } = joinedLists(joinedLists(noJunkLists, one).lists, other)
      assert.deepEqual(joinedLists(lists, other).lists, lists)
      assert.deepEqual(joinedLists(lists, one).lists, lists)
    }),
  )
})

test('a domain is the same in letters and in punycode, in lists and in mail', () => {
  const forms = ['bücher.example', 'xn--bcher-kva.example', 'BÜCHER.Example', 'bu\u0308cher.example']
  for (const kept of forms)
    for (const came of forms) {
      const entry = { '': plainEntry(kept), '@': plainEntry(`@${kept}`), 'a@': plainEntry(`a@${kept}`) }
      for (const [what, one] of Object.entries(entry))
        assert.equal(judge({ blocked: [one] }, `a@${came}`), 'blocked', `${what} ${kept} ${came}`)
      assert.equal(judge({ blocked: [entry['']] }, `a@sub.${came}`), 'blocked', `below ${kept} ${came}`)
    }
  // Lists of older versions have what they were given, in lower case.
  assert.equal(judge({ blocked: ['a@xn--bcher-kva.example'] }, 'a@bücher.example'), 'blocked')
  assert.equal(judge({ blocked: ['xn--bcher-kva.example'] }, 'a@bücher.example'), 'blocked')
  assert.equal(plainEntry('Jürgen@XN--bcher-kva.example'), 'jürgen@bücher.example')
  assert.equal(plainEntry('xn--\u0000.example'), 'xn--\u0000.example')
  const blocked = ['bücher.example', 'xn--bcher-kva.example']
  assert.deepEqual(joinedLists(noJunkLists, { ...noJunkLists, blocked }).lists.blocked, ['bücher.example'])
})

test('who is blocked is safe no more and the other way round; what is neither address nor domain is refused', () => {
  const here = {
    blocked: ['a@x.example'],
    safe: ['b@x.example', 'y.example'],
    safeRecipients: ['b@x.example'],
  }
  const block = changedLists(here, { block: ['B@X.example', 'z.example'] })
  assert.deepEqual(block, {
    blocked: ['a@x.example', 'b@x.example', 'z.example'],
    safe: ['y.example'],
    safeRecipients: ['b@x.example'],
  })
  assert.deepEqual(changedLists(here, { trust: ['a@x.example'] }).blocked, [])
  assert.deepEqual(changedLists(here, { forget: ['b@x.example'] }), {
    blocked: ['a@x.example'],
    safe: ['y.example'],
    safeRecipients: [],
  })
  const reasonOf = (change: Parameters<typeof changedLists>[1], lists = here) => {
    try {
      changedLists(lists, change)
    } catch (error) {
      return (error as Refusal).reason
    }
    return undefined
  }
  for (const odd of [
    '',
    'no domain',
    'a@b',
    '@',
    'a@@b.example',
    'a b@x.example',
    'a\0b@x.example',
    'a@x\0.example',
    'a\x7fb@x.example',
    `${'x'.repeat(320)}.example`,
  ])
    for (const how of ['block', 'trust'] as const)
      assert.equal(reasonOf({ [how]: [odd] }), 'invalid-parameter', `${how} ${odd}`)
  assert.equal(reasonOf({ block: ['q.example'], trust: ['Q.example'] }), 'invalid-parameter')
  const full = { ...here, blocked: ['x'.repeat(MOST_JUNK_BYTES - 100)] }
  assert.equal(reasonOf({ trust: [`${'long'.repeat(20)}@x.example`] }, full), 'limit-exceeded')
})
