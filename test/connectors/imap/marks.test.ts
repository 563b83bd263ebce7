import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostMarks, marksOf, versionOf, wordsOf, wordsOver } from '#connectors/imap/marks.ts'
import { Flag } from '#src/domain/mailbox/item.ts'

test('words of the server are marks and written again as they were: those of Thunderbird too', () => {
  const words = ['\\Seen', '$Label1', '$label2', 'NonJunk', '$Forwarded']
  const marks = marksOf(['\\Recent', ...words])
  assert.deepEqual(marks, { flags: Flag.seen | Flag.forwarded, keywords: ['$Label1', '$label2', 'NonJunk'] })
  assert.deepEqual([...wordsOf(marks)].sort(), [...words].sort())
})

test('what is marked as deleted is so there too', () => {
  const marks = { flags: Flag.seen | Flag.deleted, keywords: [] }
  assert.deepEqual([...wordsOf(marks)].sort(), ['\\Deleted', '\\Seen'])
  assert.deepEqual(
    lostMarks(marks, marksOf(['\\Seen'])).map(({ property }) => property),
    ['deleted'],
  )
})

test('what older programs call forwarded is called so still', () => {
  const marks = { flags: Flag.seen | Flag.forwarded, keywords: [] }
  assert.deepEqual(wordsOver(['Forwarded'], marks), ['\\Seen', 'Forwarded'])
  assert.deepEqual(wordsOver(['forwarded', '$Forwarded'], marks), ['\\Seen', '$Forwarded'])
  assert.deepEqual(wordsOver([], marks), ['\\Seen', '$Forwarded'])
  assert.deepEqual(wordsOver(['Forwarded'], { flags: 0, keywords: [] }), [])
})

test('what a server does not keep of a message that is put there is named', () => {
  const wanted = { flags: Flag.seen | Flag.flagged, keywords: ['$Label1', 'Rote Kategorie'] }
  const told = lostMarks(wanted, marksOf(['\\Seen']))
  assert.deepEqual(
    told.map(({ property, reason, weight }) => `${property}, ${weight}: ${reason}`),
    [
      'category, metadata: IMAP has no keyword "Rote Kategorie".',
      'flagged, visible: The server does not keep \\Flagged in this folder.',
      'category, metadata: The server does not keep $Label1 in this folder.',
    ],
  )
  assert.deepEqual(lostMarks({ flags: 0, keywords: ['$Label1'] }, marksOf(['$label1'])), [])
})

test('a message has another version with each mark, be its name of several words as labels of Gmail are', () => {
  const versions = [[], ['a b'], ['a', 'b'], ['a%20b'], ['\ud800']].map((keywords) =>
    versionOf({ flags: 1, keywords }),
  )
  assert.equal(new Set(versions).size, versions.length)
  assert.notEqual(versionOf({ flags: 0, keywords: [] }), versions[0])
})

test('marks are the same in whatever order and case the server tells them', () => {
  const [one, other] = [marksOf(['b', '\\Seen', 'a', 'B']), marksOf(['a', '\\seen', 'B'])]
  assert.equal(versionOf(one), versionOf(other))
})
