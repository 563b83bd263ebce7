import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leavingQuestion } from '#src/cli/commands/migrate-words.ts'

const breaks = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...{ Owner: 'anna@corp.example', Grantee: `user${at}@corp.example`, Right: 'full-access' },
  }))

const failed = (BatchNumber: number, count: number, FailingMember = 'hold') => ({
  ...{ BatchNumber, Failed: count },
  Leaving: { FailingMember, Rights: 2, DelegationDaysADay: 16, NotKnown: 0, Breaks: breaks(2) },
})

test('before a cut-over the question says what it breaks when those that failed leave, batch by batch', () => {
  const one =
    '1 mailbox that failed leaves batch 1, which breaks 2 rights between them and those who move (16 delegation-days a day): user0@corp.example on anna@corp.example, Full Access; user1@corp.example on anna@corp.example, Full Access. '
  assert.equal(leavingQuestion([failed(1, 1)], 'leave'), one)
  assert.equal(
    leavingQuestion([failed(1, 1), { BatchNumber: 2 }, failed(3, 2)], 'leave'),
    `${one}${one.replace('1 mailbox that failed leaves batch 1', '2 mailboxes that failed leave batch 3')}`,
  )
  assert.equal(leavingQuestion([failed(1, 1)], 'hold'), '')
  // As the batch has it, where nothing was asked for.
  assert.equal(leavingQuestion([failed(1, 1)], undefined), '')
  assert.equal(leavingQuestion([failed(1, 1, 'leave')], undefined), one)
})

test('of many rights the question names the first, and counts the others', () => {
  const batch = failed(1, 1)
  const Leaving = { ...batch.Leaving, Rights: 400, Breaks: breaks(100) }
  const text = leavingQuestion([{ ...batch, Leaving }], 'leave')
  assert.match(text, /user9@corp\.example on anna@corp\.example, Full Access; and 390 more\. $/)
  assert.doesNotMatch(text, /user10@/)
})
