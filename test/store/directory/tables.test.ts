import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { DIRECTORY_TABLES } from '#src/store/directory/reader.ts'

test('every table that a directory is read from is copied for readers of the one before', async () => {
  const folder = new URL('../../../src/store/directory/', import.meta.url)
  const names = await readdir(folder)
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))
  const text = sources.join('\n')
  const named = [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE) ([a-z_]+)/g)].map(([, table]) => table!)
  const made = new Set(
    [...text.matchAll(/(?:WITH|RECURSIVE|,)\s+(\w+)(?: ?\([\w, ]+\))? AS \(/g)].map(([, as]) => as!),
  )
  assert.ok(named.length > DIRECTORY_TABLES.length)
  assert.deepEqual(
    [...new Set(named)].filter((name) => !made.has(name)).toSorted(),
    DIRECTORY_TABLES.toSorted(),
  )
})
