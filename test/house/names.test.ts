/** How files are named and how long they may be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFiles, read } from './tree.ts'

const name = /^[a-z0-9]+(-[a-z0-9]+)*$/
/** Words that hide what a thing is, with what to look for instead. */
const emptyWords = ['util', 'utils', 'helper', 'helpers', 'manager', 'handler', 'handlers', 'misc', 'common']
const longestLines = 450
/** A grammar or a table may be long and still be one thing; the file says so, with what the thing is. */
const oneThing = /^\/\/ one thing: \S.+/m

function nameComplaints(path: string): string[] {
  return path
    .replace(/((\.slow)?\.test|\.d)?\.ts$/, '')
    .split('/')
    .flatMap((part) => {
      if (!name.test(part)) return [`${path}: '${part}' is not kebab-case`]
      const empty = part.split('-').find((word) => emptyWords.includes(word))
      return empty ? [`${path}: '${empty}' says nothing, name it with the field's own noun`] : []
    })
}

function lengthComplaints(path: string, source: string): string[] {
  const lines = source.split('\n').length - 1
  if (lines <= longestLines || oneThing.test(source)) return []
  return [
    `${path}: ${lines} lines; give a noun its own file, or say '// one thing: …' if it is a table or a grammar`,
  ]
}

const files = codeFiles()

test('files and folders are kebab-case nouns of the field', () => {
  assert.ok(files.length > 0, 'no source files were found')
  assert.deepEqual(files.flatMap(nameComplaints), [])
})

test(`no file is longer than ${longestLines} lines unless it is one thing`, () => {
  assert.deepEqual(
    files.flatMap((path) => lengthComplaints(path, read(path))),
    [],
  )
})

test('a bad name is seen', () => {
  for (const path of [
    'src/base/sequenceSet.ts',
    'src/Base/ids.ts',
    'src/base/mime_types.ts',
    'src/a/x.worker.ts',
  ]) {
    assert.match(nameComplaints(path).join(), /is not kebab-case/, path)
  }
  for (const path of [
    'src/store/blob-helper.ts',
    'src/utils/ids.ts',
    'test/misc.test.ts',
    'jobs/queue-manager.ts',
  ]) {
    assert.match(nameComplaints(path).join(), /says nothing/, path)
  }
  assert.deepEqual(nameComplaints('src/store/migrations/0001-mailboxes.ts'), [])
  assert.deepEqual(nameComplaints('test/wire/imap/sequence-set.test.ts'), [])
})

test('a long file is seen, and excused by a reason', () => {
  const long = 'x\n'.repeat(longestLines + 1)
  assert.equal(lengthComplaints('src/a.ts', long).length, 1)
  assert.equal(lengthComplaints('src/a.ts', `// one thing:\n${long}`).length, 1)
  assert.equal(lengthComplaints('src/a.ts', `// one thing: the IMAP grammar\n${long}`).length, 0)
  assert.equal(lengthComplaints('src/a.ts', 'x\n'.repeat(longestLines)).length, 0)
})
