import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ALL_FOLDER_RIGHTS,
  completeRights,
  FolderRight,
  profileOf,
  rightsOfProfile,
} from '#src/domain/directory/folder-permission.ts'
import {
  FOLDER_ROLE_WORDS,
  formatFolderRights,
  parseFolderRights,
} from '#src/domain/directory/folder-words.ts'
import { Refusal } from '#src/domain/refusal.ts'

test('rights in words are the same rights again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: ALL_FOLDER_RIGHTS }), (rights) => {
      // An owner is the folder's contact.
      const owns = (rights & FolderRight.owner) !== 0 && profileOf(rights) === 'Owner'
      const whole = completeRights(owns ? rights | FolderRight.contact : rights)
      assert.equal(parseFolderRights(formatFolderRights(rights)), whole)
    }),
  )
})

test('every role is told by its own name', () => {
  for (const role of FOLDER_ROLE_WORDS)
    assert.deepEqual(formatFolderRights(parseFolderRights([role])), [role])
})

test('words are read in any case, with hyphens, and as EWS names them', () => {
  for (const word of ['publishing-editor', 'PUBLISHINGEDITOR'])
    assert.equal(parseFolderRights([word]), rightsOfProfile('PublishingEditor'))
  assert.equal(parseFolderRights(['FreeBusyTimeOnly']), parseFolderRights(['AvailabilityOnly']))
  assert.deepEqual(formatFolderRights(parseFolderRights(['ReadItems', 'CreateItems'])), [
    'ReadItems',
    'CreateItems',
  ])
})

test('a word that is none is refused with those there are', () => {
  for (const word of ['reader', '__proto__', 'constructor', '']) {
    assert.throws(
      () => parseFolderRights([word]),
      (error) => error instanceof Refusal && /Reviewer.*ReadItems/.test(error.message),
    )
  }
})
