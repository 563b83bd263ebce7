import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  completeRights,
  FolderRight,
  profileOf,
  rightsOfProfile,
} from '#src/domain/directory/folder-permission.ts'

const NAMES = [
  'None',
  'Owner',
  'PublishingEditor',
  'Editor',
  'PublishingAuthor',
  'Author',
  'NoneditingAuthor',
  'Reviewer',
  'Contributor',
  'FreeBusyTimeOnly',
  'FreeBusyTimeAndSubjectAndLocation',
] as const

test('each profile is known again by its rights', () => {
  for (const name of NAMES) assert.equal(profileOf(rightsOfProfile(name)), name)
  // What Outlook stores, without the free/busy bits that follow from reading ([MS-OXCPERM]).
  const stored = {
    2043: 'Owner',
    1275: 'PublishingEditor',
    1025: 'Reviewer',
    1026: 'Contributor',
    1531: 'Owner',
    1537: 'Reviewer',
  }
  for (const [bits, name] of Object.entries(stored)) assert.equal(profileOf(Number(bits)), name)
  assert.equal(profileOf(FolderRight.visible), 'Custom')
  assert.equal(profileOf(rightsOfProfile('Reviewer') | FolderRight.deleteAny), 'Custom')
})

test('what a profile allows', () => {
  const may = (name: (typeof NAMES)[number], right: keyof typeof FolderRight) =>
    (rightsOfProfile(name) & FolderRight[right]) !== 0
  assert.ok(may('Author', 'editOwned') && !may('Author', 'editAny') && !may('Author', 'createSubfolder'))
  assert.ok(may('NoneditingAuthor', 'deleteOwned') && !may('NoneditingAuthor', 'editOwned'))
  assert.ok(may('Contributor', 'create') && !may('Contributor', 'readAny'))
  assert.ok(may('PublishingAuthor', 'createSubfolder') && !may('PublishingAuthor', 'deleteAny'))
  assert.ok(may('Reviewer', 'freeBusyDetailed'), 'who reads a calendar sees its times')
})

test('completing rights takes none away and is done after once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
      const whole = completeRights(bits)
      return (whole & bits) === (bits & 0x1ffb) && completeRights(whole) === whole
    }),
  )
})
