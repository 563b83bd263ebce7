import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readMovePlan } from '#src/cli/commands/migrate-move-plan.ts'

test('sizes, old names and how a room answers come along with a plan, as far as it has them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-plan-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'plan.json')
  const booking = { autoAcceptRequests: false, bookingWindowDays: 90 }
  const x500 = Array.from({ length: 120 }, (_, at) => `/o=Corp/cn=${at}`)
  writeFileSync(
    file,
    JSON.stringify({
      batches: [{ number: 1, day: '2027-01-04', opens: '2027-01-04T21:00:00Z', pilot: false }],
      mailboxes: [
        { id: 'blue@corp.example', batch: 1, sizeBytes: 2 ** 31, items: 7, x500, booking, database: 'DB1' },
        { id: 'ben@corp.example', batch: 1, sizeBytes: 0, items: 0 },
      ],
      cuts: [],
    }),
  )
  const { mailboxes } = await readMovePlan(file)
  const [blue, ben] = mailboxes.map(({ known }) => known)
  assert.deepEqual(blue, {
    ...{ Bytes: 2 ** 31, Items: 7, X500: x500.slice(0, 100), Database: 'DB1' },
    Booking: { AutoAcceptRequests: false, BookingWindowDays: 90 },
  })
  assert.deepEqual(ben, {})
})
