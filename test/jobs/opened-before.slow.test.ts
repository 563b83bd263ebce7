import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('a delta goes on with a mailbox that its source remembers; first copy, last delta and what follows open it', async () => {
  const site = await start(['anna'], { settings: { deltaEveryMinutes: 60 } })
  const { source } = site
  const asked: string[] = []
  source.before = ({ op }) => {
    if (op === 'open' || op === 'folders') asked.push(op)
  }
  let remembers = true
  const reopen = (mailbox: string) => {
    asked.push('again')
    return remembers ? source.box(mailbox) : undefined
  }
  Object.assign(source, { reopen })
  site.engine()
  await site.start()
  const passed = (pass: number) =>
    site.until(`pass ${pass} has ended`, async () => {
      const member = await site.member('anna')
      return member.pass === pass && member.passFor === null
    })
  await passed(1)
  assert.ok(asked.includes('open') && !asked.includes('again'), asked.join())
  for (const [pass, calls] of [
    [2, ['again', 'folders']],
    [3, ['again', 'open', 'folders']],
  ] as const) {
    asked.length = 0
    remembers = pass === 2
    site.pass(60 * 60_000)
    await passed(pass)
    assert.deepEqual(asked, calls)
  }
  asked.length = 0
  remembers = true
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is verified', async () => (await site.member('anna')).state === 'verified')
  assert.ok(asked.includes('open') && !asked.includes('again'), asked.join())
})
