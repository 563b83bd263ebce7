/** Nothing that lies hidden in items and folders of a PST file is left out in silence (migration.md 1.4). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PstFile, PstNode } from '#connectors/pst/pst-file.ts'
import { guardedOf, hiddenLoss } from '#connectors/pst/pst-source.ts'
import { attachmentsOf } from '#connectors/pst/source-item.ts'
import type { StoredAttachment, StoredMessage } from '#connectors/pst/stored-message.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss, SourceAttachment, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { PropertyBag } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'

const CONTACT_PHOTO = 0x7fff

function attachment(
  name: string,
  { flags = [], isItem = false }: { flags?: readonly number[]; isItem?: boolean },
): StoredAttachment {
  const bag = new PropertyBag()
  bag.add({ id: tag.attachLongFileName, type: 0x1f, values: [name] })
  for (const id of flags) bag.add({ id, type: 0x0b, values: [true] })
  if (!isItem) bag.add({ id: tag.attachData, type: 0x102, values: [Buffer.from('octets')] })
  return { bag, data: undefined, embedded: isItem ? ({} as PstNode) : undefined }
}

const holding = (...attachments: StoredAttachment[]): StoredMessage => ({
  ...{ bag: new PropertyBag(), codepage: 1252, nodes: new Map(), subnodes: new Map(), recipients: [] },
  attachments,
})

test('an item hidden in a task, contact or note is named, a picture of anything but a contact is a file', async () => {
  const losses: Loss[] = []
  const hidden = attachment('Hidden', { flags: [tag.attachmentHidden], isItem: true })
  const shown = attachment('Shown', { isItem: true })
  const picture = attachment('me.jpg', { flags: [CONTACT_PHOTO] })
  const file = {} as PstFile
  const found = await attachmentsOf(file, holding(hidden, shown, picture), losses, {})
  assert.deepEqual(
    found.map(({ name }) => name),
    ['me.jpg'],
  )
  assert.deepEqual(losses, [
    {
      property: 'Hidden',
      reason: 'An item that lies hidden in this one is not carried over.',
      weight: 'metadata',
    },
    { property: 'Shown', reason: 'An item attached to this one is not carried over.', weight: 'visible' },
  ])
  // The changed occurrence of a series, and the picture of a contact, are carried over otherwise.
  const none: Loss[] = []
  const isCarried = (each: StoredAttachment) => each === hidden || each === picture
  assert.deepEqual(await attachmentsOf(file, holding(hidden, picture), none, { isCarried }), [])
  assert.deepEqual(none, [])
})

test('what is hidden in a folder is named by its class, a folder without any is not', () => {
  assert.equal(hiddenLoss('Tasks', new Map()), undefined)
  const some = new Map([
    ['IPM.Microsoft.FolderDesign.NamedView', 2],
    ['IPM.Configuration.CategoryList', 1],
  ])
  assert.deepEqual(hiddenLoss('Tasks', some), {
    property: 'hidden in "Tasks"',
    reason:
      'What Outlook keeps hidden in the folder is left out: 2 IPM.Microsoft.FolderDesign.NamedView, IPM.Configuration.CategoryList.',
    weight: 'metadata',
  })
  const many = new Map(Array.from({ length: 11 }, (_, no) => [`IPM.Class${no}`, 1]))
  assert.match(hiddenLoss('Notes', many)!.reason, /IPM\.Class9, and others\.$/)
})

test('octets of a message and of files that are damaged are a fault of their item alone', async () => {
  for (const error of [new SyntaxFault('cut off'), new RangeError('outside'), new Error('EIO')]) {
    const octets = {
      sizeBytes: 1,
      async *open(): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(1)
        throw error
      },
    }
    const given = { key: '7', message: octets, attachments: [octets as unknown as SourceAttachment] }
    const { message, attachments } = guardedOf(given as unknown as SourceItem)
    for (const one of [message!, ...attachments])
      await assert.rejects(Array.fromAsync(one.open(AbortSignal.any([]))), (thrown) =>
        error instanceof SyntaxFault || error instanceof RangeError
          ? thrown instanceof SourceFailure &&
            thrown.kind === 'item-permanent' &&
            thrown.message.includes('7')
          : thrown === error,
      )
  }
})
