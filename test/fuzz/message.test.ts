/**
 * Mutated messages through the whole intake into mailboxes. LANDBRIDGE_FUZZ_MESSAGES is how many (300 if not said), and
 * LANDBRIDGE_FUZZ_SEED where the random numbers begin, so that a failure can be had again.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Refusal } from '#src/domain/refusal.ts'
import { headerBlockLength } from '#src/formats/trace-headers/header-block.ts'
import { asUser, EXCHANGE, openWorld, STRANGER, send } from '#test/domain/delivery/intake-world.ts'
import { type Random, randomNumbers } from './random.ts'

const count = Number(process.env.LANDBRIDGE_FUZZ_MESSAGES ?? 300)
const seed = Number(process.env.LANDBRIDGE_FUZZ_SEED ?? 1)
/** So many go to a mailbox of their own, which is read when they are there. */
const TOGETHER = 50

const folder = new URL('../../fixtures/messages/', import.meta.url)
const originals = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(new URL(name, folder)).toString('latin1'))
const pieces = [
  '\r\n\r\n',
  '\r\n',
  '\n',
  '--',
  'Content-Type: multipart/mixed; boundary=',
  'Content-Type: message/rfc822\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Type: text/calendar; method=REQUEST\r\n',
  'Received: from a (b [192.0.2.1]) by c; Fri, 20 Nov 2026 10:00:00 +0000\r\n',
  'From: "a\r\n b" <box@corp.example>, x\r\n',
  'Message-ID: <<>>\r\n',
  'Bcc: a@b.example\r\n',
  'X-Landbridge-Loop: lb-1;x;1;y\r\n',
  '=?utf-8?b?',
  '?=',
  '"',
  '(',
  '\\',
  ';',
  '\0',
  '\xff',
  'x'.repeat(2_000),
]

/** An original with something left out, put in, doubled, or of another one here and there. */
function mutated(random: Random): string {
  let text = originals[random(originals.length)]!
  for (let left = random(6); left > 0; left--) {
    const at = random(text.length + 1)
    const other = originals[random(originals.length)]!
    const from = random(other.length)
    const kinds = [
      () => text.slice(0, at) + text.slice(at + 1 + random(40)),
      () => text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at),
      () => text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1),
      () => text.slice(0, at) + other.slice(from, from + random(400)) + text.slice(at),
      () => text.slice(0, at) + text.slice(random(text.length + 1)),
    ]
    text = kinds[random(kinds.length)]!()
  }
  return text
}

function cut(text: string, random: Random): Uint8Array[] {
  const octets = Buffer.from(text, 'latin1')
  const chunks: Uint8Array[] = []
  for (let at = 0; at < octets.length; ) {
    const size = random(3) === 0 ? 1 + random(60) : octets.length
    chunks.push(Uint8Array.from(octets.subarray(at, at + size)))
    at += size
  }
  return chunks
}

/** What no edit of the header touches. */
const bodyOf = (text: string): string => {
  const end = headerBlockLength(Buffer.from(text, 'latin1'))
  return end < 0 ? '' : text.slice(end)
}

test(`${count} mutated messages, from seed ${seed}`, { timeout: 24 * 3_600_000 }, async (t) => {
  const world = await openWorld()
  t.after(() => world.end())
  let delivered = 0
  for (let done = 0; done < count; done += TOGETHER) {
    const box = await world.user(`box${done}`)
    const address = `box${done}@corp.example`
    const taken: string[] = []
    for (let no = done; no < Math.min(count, done + TOGETHER); no++) {
      const random = randomNumbers(seed * 1_000_003 + no)
      const kind = random(4)
      const own = kind === 0 ? mutated(random).replace(/^From:.*$/im, `From: ${address}`) : mutated(random)
      const connection = kind === 0 ? asUser(world, box) : kind === 1 ? EXCHANGE : STRANGER
      // Of a sender each: the same again from Exchange would be a duplicate.
      const from = kind === 0 ? address : `sue${no}@sender.example`
      try {
        await send(world, { connection, from, to: [address], text: cut(own, random) })
        taken.push(own)
      } catch (error) {
        if (error instanceof Refusal) continue
        throw new Error(`message ${no} of seed ${seed}: ${JSON.stringify(own)}`, { cause: error })
      }
    }
    const found = await world.inbox(box)
    const about = `messages from ${done} of seed ${seed}`
    assert.equal(found.length, taken.length, about)
    for (const [at, text] of taken.entries()) assert.ok(found[at]!.text.endsWith(bodyOf(text)), about)
    assert.deepEqual(world.troubles, [], about)
    delivered += taken.length
  }
  t.diagnostic(`seed ${seed}: ${count} messages, ${delivered} of them delivered, the others refused`)
  assert.ok(delivered > count / 2, `only ${delivered} were delivered: too broken to find much`)
})
