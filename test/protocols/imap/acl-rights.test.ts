import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { completeRights, rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { Refusal } from '#src/domain/refusal.ts'
import {
  everyRight,
  lettersOf,
  requireRights,
  rightGroups,
  rightsOf,
  withoutRights,
} from '#src/protocols/imap/acl-rights.ts'

const sorted = (letters: string) => [...letters].sort().join('')

for (const [profile, letters] of [
  ['None', ''],
  ['Owner', 'lrswikxatecd'],
  ['Editor', 'lrswited'],
  ['Reviewer', 'lr'],
  ['Contributor', 'li'],
] as const)
  test(`${profile} is ${letters || 'nothing'}`, () => {
    assert.equal(sorted(lettersOf(rightsOfProfile(profile))), sorted(letters))
  })

test('whole groups that are given are told as they were given', () => {
  fc.assert(
    fc.property(fc.subarray([...rightGroups]), (groups) => {
      const rights = completeRights(rightsOf(groups.join('')))
      const told = lettersOf(rights)
      // Who administers also sees.
      const expected = groups.includes('xa') && !groups.includes('l') ? [...groups, 'l'] : groups
      const older = `${groups.includes('k') ? 'c' : ''}${groups.some((group) => group === 'xa' || group === 'te') ? 'd' : ''}`
      assert.equal(sorted(told), sorted(`${expected.join('')}${older}`))
    }),
  )
})

test('part of a group gives nothing of it, and takes all of it', () => {
  assert.equal(lettersOf(rightsOf('lrs')), 'lr')
  assert.throws(() => rightsOf('x'), Refusal)
  assert.equal(rightsOf(''), 0)
  assert.equal(sorted(lettersOf(withoutRights(rightsOf(everyRight), 'swt'))), sorted('lrikxacd'))
})

test('letters that are no right', () => {
  requireRights(`${everyRight}p`)
  assert.throws(() => requireRights('lq'), SyntaxFault)
})
