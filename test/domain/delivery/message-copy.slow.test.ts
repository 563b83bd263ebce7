import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MessageReceipt } from '#src/domain/delivery/incoming-message.ts'
import { copyOf } from '#src/domain/delivery/message-headers.ts'
import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import type { Store } from '#src/domain/store.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { temporaryStore } from '#test/support/store.ts'

/** A store that takes bodies and keeps nothing. */
const nowhere = {
  stageBody: async (_at: unknown, _size: number, source: AsyncIterable<Uint8Array>) => {
    for await (const _ of source);
    return {}
  },
} as unknown as Store

const line = fc.constantFrom(
  'Subject: Figures',
  'From: "A" <a@b.example>',
  'Bcc: c@d.example',
  'Return-Path: <x@y.example>',
  ' folded',
  'no field at all',
  'Content-Type: multipart/mixed; boundary=b',
  'Content-Type: text/html; charset=utf-8',
  'Content-Type: message/rfc822',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="a.pdf"',
  '--b',
  '--b--',
  '',
  '',
  'text of the message, grün',
  'R3LDvMOfZQ==',
)
const message = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom('\r\n', '\n'), fc.boolean())
  .map(([lines, end, ends]) => Buffer.from(lines.join(end) + (ends ? end : '')))

test('what the item of a copy is made of is what reading the copy would have found', async (t) => {
  const { folder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  const spool = await openSpool({ folder, room: new SpoolRoom(1e9), full: () => new Error('full') })
  await fc.assert(
    fc.asyncProperty(
      message,
      fc.constantFrom('', 'Received: by x\r\n', 'Sender: z@d.example\r\n'),
      async (octets, top) => {
        const spooled = spool.create()
        const receipt = new MessageReceipt(spooled)
        await receipt.write(Uint8Array.from(octets))
        const incoming = await receipt.finish()
        const remove = ({ key }: { key: string }) => key === 'bcc' || key === 'return-path'
        const edited = await copyOf(incoming, { remove, prepend: [top] }, ['X-First: 1\r\n'])
        const at = { organization: 'm', mailbox: 'x' } as never
        for (const copy of [edited, edited.with('Return-Path: <>\r\n')]) {
          const { item } = await indexedMessage(nowhere, at, copy.sizeBytes, copy.read())
          assert.deepEqual(await copy.item(), item)
          const whole: Uint8Array[] = []
          for await (const piece of copy.read()) whole.push(piece)
          assert.equal(Buffer.concat(whole).length, copy.sizeBytes)
        }
        await spooled.release()
      },
    ),
    { numRuns: 2_000 },
  )
})
