/** docs/migration-scenarios.md: every scenario and every complaint is there, and each test and bench that it names. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeFiles, read, root } from './tree.ts'

const page = read('docs/migration-scenarios.md')
const files = codeFiles(['test', 'bench'])

/** Of a row of a table: what its last cell names. */
const proofsOf = (row: string): string[] => namedIn(row.split('|').at(-2) ?? '')
const namedIn = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.ts)\b[^`]*`/g)].map(([, name]) => name!)

/** The rows of the table below a heading, without its head. */
function rowsBelow(text: string, heading: RegExp): string[] {
  const lines = text.slice(text.search(heading)).split('\n').slice(1)
  const first = lines.findIndex((line) => /^\|[ -]*---/.test(line))
  const rows = lines.slice(first + 1)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end < 0 ? rows.length : end)
}

const scenarios = rowsBelow(page, /^# /m)
const complaints = rowsBelow(page, /^## What people complain of/m)
const trackers = (rows: readonly string[]) => new Set(rows.flatMap((row) => row.match(/\b\d{2,5}\b/g) ?? []))

test('each of the 25 scenarios is there once, and says what shows it', () => {
  assert.deepEqual(
    scenarios.map((row) => row.split('|')[1]!.trim()),
    Array.from({ length: 25 }, (_, at) => String(at + 1)),
  )
  assert.deepEqual(
    [...scenarios, ...complaints].filter((row) => proofsOf(row).length === 0),
    [],
  )
})

test('each test and bench that it names is there', () => {
  const named = namedIn(page)
  assert.ok(named.length > 150)
  const isThere = (name: string) => files.some((file) => `/${file}`.endsWith(`/${name}`))
  assert.deepEqual(
    named.filter((name) => !isThere(name)),
    [],
  )
})

const specification = join(root, '../shared/spec/migration.md')
test('scenarios and complaints are those of the notes', { skip: !existsSync(specification) }, () => {
  const notes = readFileSync(specification, 'utf8')
  const wanted = rowsBelow(notes, /^## 5\. Acceptance scenarios/m)
  assert.deepEqual(
    wanted.map((row) => row.split('|')[1]!.trim()),
    scenarios.map((row) => row.split('|')[1]!.trim()),
  )
  const seen = rowsBelow(notes, /^### 1\.3 Complaints/m)
  assert.equal(complaints.length, seen.length)
  const told = trackers(complaints.map((row) => row.split('|')[1]!))
  const missing = [...trackers(seen.map((row) => row.split('|')[1]!))].filter((number) => !told.has(number))
  assert.deepEqual(missing, [])
})
