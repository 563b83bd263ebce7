import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runDemonstration } from '#src/app/demo/demo.ts'
import { landbridge } from './service-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-demonstration-'))
after(() => rmSync(folder, { recursive: true, force: true }))

type Mailbox = { Address: string; State: string; Copied: number; Skipped: number; ExpectedItems: number }

test('a company on Exchange is joined, coexists and is moved in batches, through a crash', {
  timeout: 400_000,
}, async () => {
  const place = join(folder, 'demonstration')
  const ended = new AbortController()
  let said = ''
  const voice = {
    write(text: string) {
      said += text
      if (text.includes('Stop it with Ctrl-C.')) ended.abort()
    },
  }
  await runDemonstration(place, voice, ended.signal)
  for (const seen of [
    /The address book is up to date: 230 new, 5 changed \(mailbox here\)/,
    /wrote to nora\.keller@corp\.example on Landbridge: arrived, once/,
    /to a group with members on both sides: arrived, once each/,
    /anna\.mueller@corp\.example: Accept\n/,
    /room-1@corp\.example: Accept\n/,
    /214 mailboxes in 4 batches \(fewest possible 3\), 1 of 186 grants cut/,
    /kill -9 \d+, with \d+ items of this batch copied/,
    /Batch 3 is done/,
    /juergen\.weiss@corp\.example opens the calendar of anna\.mueller@corp\.example/,
    /144 mailboxes with \d+ items were verified; 0 items were left behind/,
    /All is well/,
  ])
    assert.match(said, seen)

  const data = join(place, 'landbridge')
  const report = await landbridge(['migrate', 'report', 'move', '--json', '--data', data]).ended
  assert.equal(report.exitCode, 0, report.stderr)
  const mailboxes = (JSON.parse(report.stdout) as Mailbox[]).filter(({ State }) => State === 'verified')
  assert.equal(mailboxes.length, 144)
  for (const { Address, Copied, Skipped } of mailboxes) {
    assert.equal(Skipped, 0, Address)
    // Rooms and equipment have four events; people more than twenty items of every kind.
    assert.ok(Copied >= (/^(room|equipment)-/.test(Address) ? 4 : 20), `${Address}: ${Copied}`)
  }
  const page = readFileSync(join(place, 'migration.html'), 'utf8')
  assert.match(page, /anna\.mueller@corp\.example/)
  assert.doesNotMatch(page, /<script src|https?:\/\/(?!localhost|www\.w3\.org)/)
})

test('a folder that holds something else is left alone', async () => {
  const other = mkdtempSync(join(tmpdir(), 'landbridge-other-'))
  after(() => rmSync(other, { recursive: true, force: true }))
  writeFileSync(join(other, 'letter.txt'), 'dear')
  const { exitCode, stderr } = await landbridge(['demo', '--data', other]).ended
  assert.notEqual(exitCode, 0)
  assert.match(stderr, /holds something that is not of a demonstration\. Name another folder with --data\./)
  assert.ok(existsSync(join(other, 'letter.txt')))
})
