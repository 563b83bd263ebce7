import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { walkParts } from '#src/formats/mime/part.ts'

/** Takes a body in and forgets it. */
const store = {
  stageBody: async (_: MailboxRef, __: number, source: AsyncIterable<Uint8Array>) => {
    for await (const octets of source) Uint8Array.from(octets)
    return undefined as never
  },
}

async function* cut(octets: Buffer, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < octets.length; turn++) {
    const size = sizes[turn % sizes.length]!
    // As sources do: the octets of a piece are theirs again once the next one is asked for.
    const piece = Buffer.from(octets.subarray(at, at + size))
    yield piece
    piece.fill(0)
    at += size
  }
}

const takenIn = (octets: Buffer, sizes: readonly number[]) =>
  indexedMessage(store as never, {} as MailboxRef, octets.length, cut(octets, sizes))

const messageOf = (parts: readonly (readonly [type: string, body: string])[]) =>
  Buffer.from(
    [
      'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n',
      ...parts.map(([type, body]) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`),
      '--b--\r\n',
    ].join(''),
  )

test('the calendar parts of a message that passes by are had whole, whatever they lie behind and however it is cut', async () => {
  const filler = fc.nat(20_000).map((lines) => 'sixteen octets.\r\n'.repeat(lines))
  const calendar = fc
    .array(fc.constantFrom('BEGIN:VCALENDAR', '--', '--c', '', 'X:y'), { maxLength: 40 })
    .map((lines) => lines.join('\r\n'))
  await fc.assert(
    fc.asyncProperty(
      filler,
      fc.array(calendar, { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 }),
      async (text, calendars, sizes) => {
        const largest = sizes.map((size) => Math.max(size, 200))
        const octets = messageOf([
          ['text/plain', text],
          ...calendars.map((body) => ['text/calendar', body] as const),
          ['application/octet-stream', text],
        ])
        const { item, read } = await takenIn(octets, largest)
        const found = [...walkParts(item.structure!)].filter(({ subtype }) => subtype === 'calendar')
        assert.equal(found.length, calendars.length)
        for (const [at, { bodyOffset, bodyEnd }] of found.entries())
          assert.equal(Buffer.from(read(bodyOffset, bodyEnd)!).toString(), calendars[at])
      },
    ),
    { numRuns: 30 },
  )
})

test('of calendars without end no more is kept than is read', async () => {
  const large = 'X:y\r\n'.repeat(1_000_000)
  const octets = messageOf([
    ['text/calendar', large],
    ['text/calendar', 'small'],
  ])
  const { item, read } = await takenIn(octets, [65_536])
  const [one, two] = item.structure!.parts
  assert.equal(read(one!.bodyOffset, one!.bodyEnd), undefined)
  assert.equal(String(read(two!.bodyOffset, two!.bodyEnd)), 'small')
  const text = messageOf([['text/plain', large]])
  const { item: other, read: readOther } = await takenIn(text, [65_536])
  assert.equal(readOther(other.structure!.parts[0]!.bodyOffset + 200_000, 300_000), undefined)
})
