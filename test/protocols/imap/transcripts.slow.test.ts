import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ImapWorld, imapWorld } from './imap-world.ts'
import { play, readTranscript, rewrite } from './transcript.ts'

const folder = 'fixtures/imap/transcripts'
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))

let world: ImapWorld
before(async () => {
  world = await imapWorld()
})
after(() => world.remove())

test('there are transcripts', () => assert.ok(names.length >= 25))

for (const name of names) {
  test(`transcript ${name}`, { timeout: 120_000 }, async () => {
    const transcript = readTranscript(join(folder, name))
    const text = await play(world, transcript)
    if (process.env.UPDATE_GOLDEN === '1') return rewrite(transcript, text)
    assert.equal(text, transcript.expected)
  })
}
