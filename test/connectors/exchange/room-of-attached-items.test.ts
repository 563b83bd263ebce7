import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedAttachmentsOf } from '#connectors/exchange/attached-files.ts'

const { signal } = new AbortController()

test('occurrences share the room that attached items have in memory with their series', async () => {
  const asked: boolean[] = []
  const session = {
    messages: async (
      _: string,
      { AttachmentShape }: { AttachmentShape: { IncludeMimeContent: boolean } },
    ) => {
      asked.push(AttachmentShape.IncludeMimeContent)
      const MimeContent = { Value: Buffer.from('Subject: x\r\n\r\n') }
      return [{ ResponseClass: 'Success', Attachments: [{ ItemAttachment: { Message: { MimeContent } } }] }]
    },
  }
  const room = { left: 150 }
  const from = { session, spool: undefined, room } as never
  const item = { Attachments: [{ ItemAttachment: { AttachmentId: { Id: 'a' }, Name: 'x', Size: 100 } }] }
  for (const occurrence of [null, '2027-01-04', '2027-01-05'])
    assert.equal((await countedAttachmentsOf(from, item as never, occurrence, [], signal)).length, 1)
  assert.deepEqual(asked, [true, false, false])
  assert.equal(room.left, 50)
})
