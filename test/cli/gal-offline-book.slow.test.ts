import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-gal-book-'))
const land = (...args: string[]) => commandLine([...args, '--data', join(folder, 'data')])
before(async () => {
  assert.equal((await land('init', '--org', 'corp')).exitCode, 0)
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('the offline address book is told of, and made at once when it is asked for', async () => {
  const none = await land('gal', 'offline-book')
  assert.equal(none.exitCode, 1)
  assert.match(
    none.stdout,
    /There is no offline address book yet.*"landbridge gal offline-book --now --data /,
  )
  assert.match((await land('gal', 'offline-book', '--now')).stdout, /no offline address book yet/)

  const contact = await land('contact', 'add', 'pat', 'pat@partner.example')
  assert.equal(contact.exitCode, 0, contact.stderr)
  const made = await land('gal', 'offline-book', '--now')
  assert.equal(made.exitCode, 0, made.stderr)
  assert.match(made.stdout, /^The offline address book was made anew\.\nEntries +1\nSequence +\d+\n/)
  assert.match((await land('gal', 'offline-book', '--now')).stdout, /^Nothing has changed\.\n/)

  const told = await land('gal', 'offline-book')
  assert.equal(told.exitCode, 0)
  assert.match(told.stdout, /\nManifest +\/OAB\/[0-9a-f-]{36}\/oab\.xml\n$/)
  const { Made, Entries, SizeInBytes } = JSON.parse((await land('gal', 'offline-book', '--json')).stdout)
  assert.deepEqual([Made, Entries], [true, 1])
  assert.ok(SizeInBytes > 400 && SizeInBytes < 2_000, String(SizeInBytes))
})
