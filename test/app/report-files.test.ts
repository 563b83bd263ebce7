/** Files of the command line that people name: whole or not at all, and never in the place of a device, a pipe or a link. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { exitCodes } from '#src/app/exit-codes.ts'
import { knownFailure } from '#src/app/failure.ts'
import { writeMigrationReport } from '#src/app/migration-report.ts'
import { ReportFiles } from '#src/app/report-files.ts'
import { reportedMigration } from '#test/support/reported-migration.ts'

const inFolder = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return (name: string) => join(folder, name)
}

async function write(texts: Readonly<Record<string, string>>): Promise<void> {
  const files = new ReportFiles()
  try {
    for (const [name, text] of Object.entries(texts)) {
      const file = await files.open(name)
      await file.write(text)
      await file.end()
    }
    await files.keep()
  } finally {
    await files.drop()
  }
}

/** A device that is full, of our own: the one of the system is nothing to try on. */
function fullDevice(path: string): void {
  if (process.getuid?.() === 0) execFileSync('mknod', [path, 'c', '1', '7'])
  else symlinkSync('/dev/full', path)
}

test('a full device is written to, stays what it is, and the others are not written: exit 74', async (t) => {
  const at = inFolder(t)
  fullDevice(at('full'))
  writeFileSync(at('other.csv'), 'as it was')
  await assert.rejects(write({ [at('other.csv')]: 'new', [at('full')]: 'text' }), (error) => {
    const known = knownFailure(error)
    assert.equal(known?.exitCode, exitCodes.outputFailed)
    assert.equal(
      known?.sentence,
      `The output cannot be written to ${at('full')}: the disk is full; make room.`,
    )
    return true
  })
  assert.ok(!lstatSync(at('full')).isFile())
  assert.equal(readFileSync(at('other.csv'), 'utf8'), 'as it was')
  assert.equal(existsSync(at('other.csv.new')), false)
})

test('the page of a report goes to a device too, and nothing is left beside it', async (t) => {
  const at = inFolder(t)
  fullDevice(at('full'))
  const calls = reportedMigration(1, new Set())
  const of = { project: 'p', organization: 'corp', now: Date.UTC(2027, 3) }
  await assert.rejects(writeMigrationReport(calls, { ...of, html: at('full') }), { name: 'OutputFailed' })
  assert.deepEqual(readdirSync(at('.')), ['full'])
})

test('a pipe is written to, and is a pipe afterwards', async (t) => {
  const at = inFolder(t)
  execFileSync('mkfifo', [at('pipe')])
  const [read] = await Promise.all([readFile(at('pipe'), 'utf8'), write({ [at('pipe')]: 'text' })])
  assert.equal(read, 'text')
  assert.ok(lstatSync(at('pipe')).isFIFO())
})

test('a link keeps leading to the file, also where nothing is there yet', async (t) => {
  const at = inFolder(t)
  writeFileSync(at('target.csv'), 'old')
  symlinkSync('target.csv', at('link.csv'))
  symlinkSync('coming.csv', at('dangling.csv'))
  await write({ [at('link.csv')]: 'one', [at('dangling.csv')]: 'two' })
  assert.equal(readFileSync(at('target.csv'), 'utf8'), 'one')
  assert.equal(readFileSync(at('coming.csv'), 'utf8'), 'two')
  assert.ok(lstatSync(at('link.csv')).isSymbolicLink() && lstatSync(at('dangling.csv')).isSymbolicLink())
  await assert.rejects(write({ [at('link.csv')]: 'one', [at('target.csv')]: 'two' }), /is named twice/)
})
