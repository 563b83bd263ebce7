import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { play, readTranscript, rewrite, written } from './transcript.ts'

const folder = 'fixtures/smtp'
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))

test('there are transcripts', () => assert.ok(names.length >= 15))

for (const name of names) {
  test(`transcript ${name}`, async () => {
    const transcript = readTranscript(join(folder, name))
    const text = written(transcript, await play(transcript))
    if (process.env.UPDATE_GOLDEN === '1') return rewrite(transcript, text)
    assert.equal(text, transcript.expected)
  })

  test(`transcript ${name}, in pieces of any size`, async (t) => {
    const transcript = readTranscript(join(folder, name))
    if (transcript.settings.once) return t.skip('how the octets are cut matters here')
    const whole = written(transcript, await play(transcript))
    for (const size of [1, 2, 3, 7, 31]) {
      const text = written(transcript, await play(transcript, pieces(size)))
      assert.equal(text, whole, `in pieces of ${size}`)
    }
  })
}

const pieces = (size: number) =>
  function* (octets: Buffer): Iterable<Buffer> {
    for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
  }
