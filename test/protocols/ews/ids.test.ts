import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type MailboxId, newMailboxId } from '#src/base/ids.ts'
import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import {
  formatAttachmentId,
  formatChangeKey,
  formatFolderId,
  formatItemId,
  parseChangeKey,
  parseId,
} from '#src/protocols/ews/ids.ts'
import { EwsRefusal } from '#src/protocols/ews/refusal-codes.ts'
import { formatSyncState, parseSyncState, scopeOf } from '#src/protocols/ews/sync-state.ts'

const numbers = fc.integer({ min: 1, max: 2 ** 40 })

test('every id says what it was given for', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      numbers,
      fc.date({ min: new Date('1700-01-01'), max: new Date('2400-01-01'), noInvalidDate: true }),
      (uuid, no, date) => {
        const mailbox = uuid as MailboxId
        const recurrenceId = date.toISOString().slice(0, 19)
        assert.deepEqual(parseId(formatFolderId(mailbox, no as FolderNo)), {
          kind: 'folder',
          mailbox,
          folder: no,
        })
        assert.deepEqual(parseId(formatItemId(mailbox, no as ItemNo)), { kind: 'item', mailbox, item: no })
        assert.deepEqual(parseId(formatItemId(mailbox, no as ItemNo, recurrenceId)), {
          kind: 'item',
          mailbox,
          item: no,
          recurrenceId,
        })
        assert.deepEqual(parseId(formatAttachmentId(mailbox, no as ItemNo, '2.1')), {
          kind: 'attachment',
          mailbox,
          item: no,
          path: '2.1',
        })
        assert.equal(parseChangeKey(formatChangeKey('item', no)), no)
      },
    ),
  )
})

test('one letter more or less, and it is none', () => {
  const id = formatItemId(newMailboxId(), 7 as ItemNo)
  fc.assert(
    fc.property(fc.nat(id.length - 1), fc.constantFrom('A', 'b', '7', '/'), (at, letter) => {
      fc.pre(id[at] !== letter)
      assert.throws(() => parseId(`${id.slice(0, at)}${letter}${id.slice(at + 1)}`), EwsRefusal)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => assert.throws(() => parseId(text), EwsRefusal)))
})

test('a state of one folder means nothing for another', () => {
  const [one, other] = [scopeOf('items', newMailboxId(), 1), scopeOf('items', newMailboxId(), 1)]
  const state = { of: one, modseq: 12, after: '5:6' }
  assert.deepEqual(parseSyncState(formatSyncState(state), one), state)
  assert.throws(() => parseSyncState(formatSyncState(state), other), EwsRefusal)
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      fc.pre(text.trim() !== '')
      assert.throws(() => parseSyncState(text, one), EwsRefusal)
    }),
  )
})
