import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BodyDigest, KeyedDigest, LineDigest } from '#src/domain/migration/engine/items/canonical.ts'
import { digestItems } from '#src/domain/migration/engine/items/digest-items.ts'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { OctetPace, PAGE_MS } from '#src/domain/migration/engine/pace/octet-pace.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const { signal } = new AbortController()

test('octets that are read to be compared count for the rate of the project too', async () => {
  const clock = new ManualClock()
  const total = new OctetPace()
  total.set(1_000, clock.now())
  clock.advance(PAGE_MS)
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const key = box.addMessage(inbox, 'large', { octets: Buffer.alloc(5_000, 'x') })
  const budget = new SourceBudget('server', 8, clock)
  const ends = { signal, drain: signal, alert: () => undefined }
  const lane = new Lane({ ...{ clock, budget, total, random: () => 0.5 }, ...ends })
  const mailbox = await source.open(ANNA, signal)
  const digests = await digestItems(
    { lane, source: mailbox, digestKey: Buffer.alloc(32) },
    box.folder(inbox) as never,
    [{ key, sizeBytes: 5_000 }],
  )
  const forms = [new KeyedDigest(Buffer.alloc(32)), new BodyDigest(), new LineDigest()].map((form) => {
    form.push(Buffer.alloc(5_000, 'x'))
    return form.finish()
  })
  assert.deepEqual([...digests], [[key, forms]])
  assert.equal(budget.bytes, 5_000)
  assert.equal(total.waitMs(clock.now()), 5_000)
})
