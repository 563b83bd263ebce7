/** What is left of data, data that was spoilt, and places where none can be: sentences, and never a fresh start. */
import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-part-'))
after(() => rmSync(scratch, { recursive: true }))
const whole = join(scratch, 'whole')
const database = (folder: string) => join(folder, 'landbridge.sqlite')

before(async () => {
  assert.equal((await commandLine(['init', '--org', 'acme', '--data', whole])).exitCode, 0)
})

function copy(name: string): string {
  const folder = join(scratch, name)
  cpSync(whole, folder, { recursive: true })
  return folder
}

function withoutDatabase(name: string): string {
  const folder = copy(name)
  for (const each of readdirSync(folder)) if (each.startsWith('landbridge.sqlite')) rmSync(join(folder, each))
  return folder
}

const commands = [['check'], ['serve'], ['status'], ['init', '--org', 'other'], ['config', 'check']]

for (const command of commands) {
  test(`${command.join(' ')} does not begin anew beside keys whose database is gone or empty`, async () => {
    const gone = withoutDatabase(`gone-${command[0]}`)
    const missing = await commandLine([...command, '--data', gone])
    assert.equal(missing.exitCode, 66, missing.stderr + missing.stdout)
    assert.match(missing.stderr, /landbridge\.sqlite is not there, but .*1 key in .*landbridge restore/)
    assert.equal(existsSync(database(gone)), false)
    assert.equal(readdirSync(join(gone, 'keys')).length, 1)

    writeFileSync(database(gone), '')
    const empty = await commandLine([...command, '--data', gone])
    assert.equal(empty.exitCode, 66, empty.stderr)
    assert.match(empty.stderr, /landbridge\.sqlite is empty, but /)
  })
}

test('a database whose log was deleted before anything was moved out of it counts as empty', async () => {
  const folder = withoutDatabase('log-gone')
  // The header of an empty database in WAL mode is all that is written before the first checkpoint.
  const { default: Database } = await import('better-sqlite3')
  const fresh = new Database(database(folder))
  fresh.pragma('journal_mode = WAL')
  fresh.close()
  assert.ok(readFileSync(database(folder)).length > 0)
  assert.equal((await commandLine(['check', '--data', folder])).exitCode, 66)
})

test('a database that was cut or overwritten is named as damaged', async () => {
  const cut = copy('cut')
  truncateSync(database(cut), 30_000)
  const garbage = copy('garbage')
  writeFileSync(database(garbage), Buffer.alloc(30_000, 'x'))
  for (const folder of [cut, garbage]) {
    const { exitCode, stderr } = await commandLine(['check', '--data', folder])
    assert.equal(exitCode, 1, stderr)
    assert.match(stderr, /(cut|garbage)\/landbridge\.sqlite is damaged.*landbridge restore/)
  }
})

test("a database that is another program's, or not what its version says, is named and left as it is", async () => {
  const { default: Database } = await import('better-sqlite3')
  const changed = (name: string, statements: string, folder = copy(name)) => {
    const there = new Database(database(folder))
    there.exec(statements)
    there.close()
    return folder
  }
  const folder = withoutDatabase('folder')
  mkdirSync(database(folder))
  const said: [folder: string, why: RegExp][] = [
    [changed('foreign', 'CREATE TABLE their (a)', withoutDatabase('foreign')), /another program made it/],
    [changed('versionless', 'DELETE FROM schema_version'), /its schema is 0, but table/],
    [changed('halved', 'DROP TABLE item'), /table item is gone/],
    [folder, /it is no file/],
  ]
  for (const [at, why] of said) {
    for (const command of [['check'], ['status'], ['serve']]) {
      const { exitCode, stderr } = await commandLine([...command, '--data', at])
      assert.equal(exitCode, 1, `${command} ${stderr}`)
      assert.match(stderr, why)
      assert.ok(stderr.includes(`${database(at)} is damaged`), stderr)
      assert.match(stderr, /landbridge restore BACKUP/)
    }
  }
})

test('a place that is no folder is named', async () => {
  const file = join(scratch, 'file')
  writeFileSync(file, '')
  for (const args of [['serve'], ['init', '--org', 'acme'], ['check']]) {
    const { exitCode, stderr } = await commandLine([...args, '--data', file])
    assert.equal(exitCode, 69)
    assert.match(stderr, /cannot be used: part of the path is a file/)
  }
})
