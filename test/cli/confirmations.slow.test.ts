import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const data = mkdtempSync(join(tmpdir(), 'landbridge-confirm-'))
after(() => rmSync(data, { recursive: true, force: true }))
before(async () => {
  for (const args of [
    ['init', '--org', 'acme'],
    ['org', 'create', 'other'],
  ])
    assert.equal((await commandLine([...args, '--data', data])).exitCode, 0)
})

/** Everything that asks: what it says about a thing that is not there. */
const unknown: Record<string, RegExp> = {
  'availability remove none.example': /There is no availability configuration for none\.example/,
  'contact remove none': /There is no contact "none"/,
  'domain remove none.example': /none\.example is not registered/,
  'gal approve': /No run waits for approval/,
  'gal disconnect': /No directory is connected/,
  'gateway remove none': /There is no gateway "none"/,
  'group delete none': /There is no group "none"/,
  'impersonation remove none': /There is no impersonation role "none"/,
  'migrate announce none 1 --from 2100-01-12T20:00': /There is no migration project "none"/,
  'migrate cancel none 1': /There is no migration project "none"/,
  'migrate cutover none 1': /There is no migration project "none"/,
  'migrate delete none': /There is no migration project "none"/,
  'migrate remove none anna@acme.test': /There is no migration project "none"/,
  'migrate rollback none 1': /There is no migration project "none"/,
  'migrate wave none Berlin --dissolve': /There is no migration project "none"/,
  [`queue cancel ${'0'.repeat(32)}`]: /0{32}/,
  'resource delete none': /There is no resource "none"/,
  'token delete none': /There is no personal access token none/,
  'user delete none': /There is no user "none"/,
}
const ofTheService: Record<string, RegExp> = {
  'key delete-access none': /There is no access key none/,
  'org delete none': /There is no organisation "none"/,
}
/** They are about the organisation itself. */
const ofOrganization = ['key disable', 'org interop off']
/** They read a file first, or ask for what other commands say; test/cli/migrate-directory.slow.test.ts and migrate-faults.slow.test.ts have them. */
const elsewhere = ['migrate-directory.ts', 'migrate-rights.ts', 'migrate-batches.ts']

const run = (words: string, ...more: string[]) => commandLine([...words.split(' '), ...more, '--data', data])

test('what is missing is said before anything is asked: the organisation, then the thing itself', async () => {
  for (const words of [...Object.keys(unknown), ...ofOrganization]) {
    const { stderr, exitCode } = await run(words)
    assert.match(stderr, /^landbridge: Say which organisation with --org\. There are: acme, other\./, words)
    assert.equal(exitCode, 2, words)
  }
  for (const [words, sentence] of Object.entries(unknown)) {
    const { stderr, exitCode } = await run(words, '--org', 'acme')
    assert.match(stderr, sentence, words)
    assert.doesNotMatch(stderr, /Nobody is here to ask/, words)
    assert.equal(exitCode, 1, words)
  }
  for (const [words, sentence] of Object.entries(ofTheService)) {
    const { stderr } = await run(words)
    assert.match(stderr, sentence, words)
    assert.doesNotMatch(stderr, /Nobody is here to ask/, words)
  }
  for (const words of ofOrganization)
    assert.match((await run(words, '--org', 'acme')).stderr, /Nobody is here to ask/)
})

test('every command that asks is in this list', () => {
  const folder = new URL('../../src/cli/commands/', import.meta.url)
  let asking = 0
  for (const name of readdirSync(folder)) {
    if (elsewhere.includes(name)) continue
    const text = readFileSync(new URL(name, folder), 'utf8')
    asking += text.match(/await confirm\(|question: \(what\b/g)?.length ?? 0
  }
  const listed = [unknown, ofTheService].flatMap((each) => Object.keys(each)).length + ofOrganization.length
  assert.equal(asking, listed)
})
