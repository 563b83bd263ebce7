/** What programs read of `landbridge migrate … --json` is what the guide says. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-migrate-json-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const run = (words: string) =>
  commandLine([...words.split(' '), '--yes', '--data', join(folder, 'data')], { stdin: 'open-Lettuce-1\n' })

before(async () => {
  for (const words of ['init --org acme', 'user add anna', 'user add ben'])
    assert.equal((await run(words)).exitCode, 0, words)
})

/** Members of each command in the guide; those that may be left out have a question mark. */
const page = readFileSync(new URL('../../docs/guide/migrate-json.md', import.meta.url), 'utf8')
const told = new Map<string, string[]>()
for (const [, commands = '', text = ''] of page.matchAll(/^\| (.+?) \| (.+) \|$/gm)) {
  const members = [...text.split(':')[0]!.matchAll(/`(\w+\??)`/g)].map(([, name]) => name!)
  // Of a list the members stand behind a colon.
  const all = members.length > 0 ? members : [...text.matchAll(/`(\w+\??)`/g)].map(([, name]) => name!)
  for (const [, name] of commands.matchAll(/`([^`]+)`/g))
    told.set(name!, text.startsWith('nothing') ? [] : all)
}

const file = (name: string) => join(folder, name)
/** In an order in which each can be done. */
const asked: readonly (readonly [name: string, words: string])[] = [
  ['create', 'create move --responsible anna@acme.test'],
  ['source', 'source move old --url https://localhost:1/EWS --user svc --password-stdin'],
  ['add', 'add move anna@acme.test --batch 1'],
  ['add', 'add move ben@acme.test --batch 2'],
  ['mailbox', 'mailbox move anna@acme.test --largest-mb 50'],
  ['list', 'list'],
  ['batch', 'batch move 1 --name one'],
  ['wave', 'wave move Berlin --batches 1-2'],
  ['waves', 'waves move'],
  ['settings', 'settings move --lanes 3'],
  ['preflight', 'preflight move 1'],
  ['any of them with', 'freeze move --wave Berlin FILE'],
  ['freeze', 'freeze move 1 FILE'],
  ['run', 'run move 1'],
  ['status', 'status move'],
  ['pause', 'pause move 1'],
  ['resume', 'resume move 1'],
  ['retry', 'retry move 1'],
  ['announce', 'announce move 1 --from 2100-01-01T10:00 --zone UTC'],
  ['cutover', 'cutover move 1'],
  ['cancel', 'cancel move 1'],
  ['rollback', 'rollback move 1'],
  ['report', 'report move'],
  ['report --trail', 'report move --trail'],
  ['report --folders', 'report move --folders anna@acme.test'],
  ['remove', 'remove move ben@acme.test'],
  ['create', 'create other'],
  ['delete', 'delete other'],
]

test('every command answers with the members that the guide tells', async () => {
  for (const [at, [name, words]] of asked.entries()) {
    const { stdout, stderr } = await run(`migrate ${words.replace('FILE', file(`${at}.ps1`))} --json`)
    const parsed = JSON.parse(stdout) as object | object[]
    const [one = {}] = [parsed].flat()
    // Nothing is copied here.
    if (name === 'report --folders' && Array.isArray(parsed) && parsed.length === 0) continue
    if (name === 'status') for (const batch of (one as { Batches: object[] }).Batches) compareBatch(batch)
    const members = told.get(name === 'any of them with' ? '--wave' : name)
    assert.ok(members, `${name} is not in the guide`)
    const [must, may] = [
      members.filter((each) => !each.endsWith('?')),
      members.map((each) => each.replace('?', '')),
    ]
    for (const each of must) assert.ok(each in one, `${words}: ${each} is missing. ${stdout} ${stderr}`)
    if (name !== 'report')
      for (const each of Object.keys(one))
        assert.ok(may.includes(each), `${words}: ${each} is not in the guide`)
  }
})

function compareBatch(batch: object): void {
  const members = told.get('Batches of status')!
  for (const each of members)
    assert.ok(each.endsWith('?') || each in batch, `${each} is missing: ${JSON.stringify(batch)}`)
  for (const each of Object.keys(batch))
    assert.ok(members.includes(each) || members.includes(`${each}?`), `${each} is not in the guide`)
}
