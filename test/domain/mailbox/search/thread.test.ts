import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Pace } from '#src/domain/mailbox/pace.ts'
import { orderedSubject } from '#src/domain/mailbox/search/ordered-subject.ts'
import { references } from '#src/domain/mailbox/search/references.ts'
import { textKey } from '#src/domain/mailbox/search/sort.ts'
import type { ThreadMessage, ThreadNode } from '#src/domain/mailbox/search/thread-message.ts'
import { baseSubject } from '#src/formats/header/base-subject.ts'

type Brief = { id?: string; refs?: string; subject?: string; at?: number }

/** Message 1, 2, …; ids and references are words; the date is the number unless it says otherwise. */
const messagesOf = (briefs: readonly Brief[]): ThreadMessage[] =>
  briefs.map(({ id, refs = '', subject = '', at }, index) => {
    const { base, isReply } = baseSubject(subject)
    return {
      number: index + 1,
      ...(id !== undefined && { messageId: `<${id}>` }),
      references: refs.split(' ').flatMap((ref) => (ref === '' ? [] : `<${ref}>`)),
      subject: textKey(base),
      isReply,
      sentAt: at ?? index + 1,
    }
  })

/** `1(2(3) 4)`, a dummy is `-`. */
const shown = (nodes: readonly ThreadNode[]): string =>
  nodes
    .map(({ number, children }) => `${number ?? '-'}${children.length > 0 ? `(${shown(children)})` : ''}`)
    .join(' ')

const cases: { name: string; of: Brief[]; threads: string }[] = [
  { name: 'nothing', of: [], threads: '' },
  {
    name: 'a chain and a fork',
    of: [{ id: 'a' }, { id: 'b', refs: 'a' }, { id: 'c', refs: 'a b' }, { id: 'd', refs: 'a' }],
    threads: '1(2(3) 4)',
  },
  {
    name: 'answers that came before what they answer',
    of: [{ id: 'c', refs: 'a b' }, { id: 'b', refs: 'a' }, { id: 'a' }],
    threads: '3(2(1))',
  },
  {
    name: 'a missing message in the middle is left out',
    of: [{ id: 'a' }, { id: 'c', refs: 'a b' }, { id: 'd', refs: 'a b' }],
    threads: '1(2 3)',
  },
  {
    name: 'a missing head of one message gives way',
    of: [{ id: 'b', refs: 'a' }],
    threads: '1',
  },
  {
    name: 'a missing head of several stays',
    of: [
      { id: 'b', refs: 'a' },
      { id: 'c', refs: 'a' },
    ],
    threads: '-(1 2)',
  },
  {
    name: 'missing messages below a missing head give way',
    of: [
      { id: 'c', refs: 'x y' },
      { id: 'd', refs: 'x z' },
    ],
    threads: '-(1 2)',
  },
  {
    name: 'references in a circle',
    of: [
      { id: 'a', refs: 'b' },
      { id: 'b', refs: 'a' },
    ],
    threads: '2(1)',
  },
  {
    name: 'a reference to itself',
    of: [
      { id: 'a', refs: 'a' },
      { id: 'b', refs: 'b a b' },
    ],
    threads: '2(1)',
  },
  {
    name: 'an id twice is the first one’s',
    of: [{ id: 'a' }, { id: 'a', at: 9 }, { id: 'b', refs: 'a' }],
    threads: '1(3) 2',
  },
  { name: 'no id at all', of: [{}, { refs: 'a' }, { id: 'a' }], threads: '1 3(2)' },
  {
    name: 'its own references count for more than what others say of it',
    of: [{ id: 'c', refs: 'a b' }, { id: 'a' }, { id: 'x' }, { id: 'b', refs: 'x' }],
    threads: '2 3(4(1))',
  },
  {
    name: 'its own lack of references too',
    of: [{ id: 'c', refs: 'a b' }, { id: 'a' }, { id: 'b' }],
    threads: '2 3(1)',
  },
  {
    name: 'siblings in the order they were sent, and by number where that is the same',
    of: [
      { id: 'a', at: 5 },
      { id: 'd', refs: 'a', at: 9 },
      { id: 'b', refs: 'a', at: 7 },
      { refs: 'a', at: 7 },
    ],
    threads: '1(3 4 2)',
  },
  {
    name: 'a thread with a missing head is sorted by its first child',
    of: [
      { id: 'z', at: 5 },
      { refs: 'a', at: 9 },
      { refs: 'a', at: 4 },
    ],
    threads: '-(3 2) 1',
  },
  {
    name: 'a reply without references joins its subject',
    of: [{ id: 'a', subject: 'Plan' }, { subject: 'Re: PLAN' }],
    threads: '1(2)',
  },
  {
    name: 'a reply that was sent before what it answers joins it too',
    of: [
      { subject: 'Re: plan', at: 1 },
      { subject: 'plan', at: 2 },
    ],
    threads: '2(1)',
  },
  { name: 'the same subject twice', of: [{ subject: 'plan' }, { subject: 'plan' }], threads: '-(1 2)' },
  {
    name: 'the same subject three times',
    of: [{ subject: 'plan' }, { subject: 'plan' }, { subject: 'plan' }],
    threads: '-(1 2 3)',
  },
  {
    name: 'two replies of a message that is not there',
    of: [{ subject: 'Re: plan' }, { subject: 'Fwd: plan' }],
    threads: '-(1 2)',
  },
  {
    name: 'two threads with missing heads and one subject',
    of: [
      { refs: 'a', subject: 'plan' },
      { refs: 'a', subject: 'x' },
      { refs: 'b', subject: 'plan' },
      { refs: 'b', subject: 'y' },
    ],
    threads: '-(1 2 3 4)',
  },
  {
    name: 'a message joins a missing head of its subject',
    of: [{ refs: 'a', subject: 'plan' }, { refs: 'a', subject: 'x' }, { subject: 'plan' }],
    threads: '-(1 2 3)',
  },
  { name: 'no subject joins nothing', of: [{ subject: '' }, { subject: 'Re:' }], threads: '1 2' },
]

for (const { name, of, threads } of cases) {
  test(`references: ${name}`, async () =>
    assert.equal(shown(await references(messagesOf(of), new Pace())), threads))
}

test('ordered by subject, as RFC 5256 §3 says: one level of answers', async () => {
  const of = [
    { subject: 'b', at: 2 },
    { subject: 'a', at: 3 },
    { subject: 'Re: b', at: 9 },
    { subject: '[list] B', at: 5 },
    { subject: 'a', at: 1 },
  ]
  assert.equal(shown(await orderedSubject(messagesOf(of), new Pace())), '5(2) 1(4 3)')
})

const numbersOf = (nodes: readonly ThreadNode[]): number[] =>
  nodes.flatMap(({ number, children }) => [...(number === null ? [] : [number]), ...numbersOf(children)])
const dummiesBelow = (nodes: readonly ThreadNode[]): number =>
  nodes.reduce((sum, { children }) => sum + children.filter(hasNoNumber).length + dummiesBelow(children), 0)
const hasNoNumber = ({ number }: ThreadNode) => number === null

test('every message has one place in its thread, and only heads are missing', async () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const brief = fc.record(
    {
      id,
      refs: fc.array(id, { maxLength: 4 }).map((ids) => ids.join(' ')),
      subject: fc.constantFrom('', 'x', 'Re: x', 'y', 'Fwd: y'),
      at: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(brief as fc.Arbitrary<Brief>, { maxLength: 12 }), async (briefs) => {
      const all = briefs.map((_, index) => index + 1)
      for (const algorithm of [references, orderedSubject]) {
        const threads = await algorithm(messagesOf(briefs), new Pace())
        assert.deepEqual(
          numbersOf(threads).sort((a, b) => a - b),
          all,
        )
        assert.equal(dummiesBelow(threads), 0)
        assert.ok(threads.every(({ number, children }) => number !== null || children.length > 1))
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a conversation of ten thousand costs no stack', async () => {
  const briefs = Array.from({ length: 10_000 }, (_, n) => ({ id: `m${n}`, refs: n > 0 ? `m${n - 1}` : '' }))
  let [node] = await references(messagesOf(briefs), new Pace())
  let depth = 0
  for (; node; [node] = node.children) depth++
  assert.equal(depth, 10_000)
})
