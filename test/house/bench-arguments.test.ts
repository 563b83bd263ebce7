import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const bench = new URL('../../bench/', import.meta.url)
const run = (...args: string[]) =>
  spawnSync(process.execPath, [new URL('address-book.ts', bench).pathname, ...args], { encoding: 'utf8' })

test('a bench program says how it is called when asked, and when it is called wrongly', () => {
  const asked = run('--help')
  assert.equal(asked.status, 0)
  assert.match(
    asked.stdout,
    /^What a search of the address book takes[\s\S]+\n {2}node bench\/address-book\.ts \[/,
  )
  const wrong = run('--entires', '10')
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /^Unknown option '--entires'\n\nWhat a search of the address book takes/)
  assert.doesNotMatch(wrong.stderr, /\n\s+at /)
})

test('every bench program reads its arguments in this way', () => {
  for (const name of readdirSync(bench)) {
    const text = readFileSync(new URL(name, bench), 'utf8')
    if (name === 'arguments.ts' || !text.includes('parseArgs')) continue
    assert.match(text, /^import \{ parseArgs \} from '\.\/arguments\.ts'$/m, name)
  }
})

test('what a bench program starts beside itself has its flags', () => {
  for (const name of readdirSync(bench)) {
    if (name === 'node-process.ts') continue
    assert.doesNotMatch(readFileSync(new URL(name, bench), 'utf8'), /process\.execPath/, name)
  }
})
