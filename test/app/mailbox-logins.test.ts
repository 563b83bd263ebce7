import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loginsFault, mailboxLogins } from '#src/app/mailbox-logins.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

async function file(t: TestContext, text: string, mode = 0o600): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-logins-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'logins.csv')
  await writeFile(path, text, { mode })
  return path
}

/** One that was left alone for long. */
const settled = (path: string) =>
  mailboxLogins(path, {
    now: () => Date.now() + 60_000,
    pause: async () => assert.fail('nobody writes it'),
  })

const failed = (kind: string, words: RegExp) => (error: unknown) =>
  error instanceof SourceFailure &&
  error.kind === kind &&
  words.test(error.message) &&
  !/geheim/.test(error.message)

test('each mailbox has a name and a password of its own, whatever stands in it', async (t) => {
  const path = await file(
    t,
    'Address,User,Password\r\nAnna@Corp.test,,"ge,he""im"\r\nbert@corp.test,bert, geheim\r\n',
  )
  const loginOf = settled(path)
  assert.deepEqual(await loginOf('anna@corp.test'), { name: 'Anna@Corp.test', password: 'ge,he"im' })
  assert.deepEqual(await loginOf('bert@corp.test'), { name: 'bert', password: ' geheim' })
  await assert.rejects(loginOf('cleo@corp.test'), failed('mailbox-permanent', /no row for cleo@corp\.test/))
  await writeFile(`${path}.new`, 'address;password\ncleo@corp.test;secret\n', { mode: 0o600 })
  await rename(`${path}.new`, path)
  assert.deepEqual(await loginOf('cleo@corp.test'), { name: 'cleo@corp.test', password: 'secret' })
})

test('what is wrong with the file is said, and never what stands in it', async (t) => {
  const path = await file(t, 'Address,Password\nanna@corp.test,geheim,more\n')
  await assert.rejects(settled(path)('anna@corp.test'), failed('refused', /line 2/))
  await chmod(path, 0o640)
  await assert.rejects(settled(path)('anna@corp.test'), failed('refused', /chmod 600/))
  await assert.rejects(
    settled(`${path}.none`)('anna@corp.test'),
    failed('refused', /none, the file with the passwords of the mailboxes, is not there/),
  )
  await assert.rejects(
    settled(dirname(path))('anna@corp.test'),
    failed('refused', /, is a folder\.$/),
    'a folder',
  )
  for (const [rows, words] of [
    [
      'anna@corp.test,geheim\nbert@corp.test,x\nANNA@corp.test,geheim2\n',
      /line 2 and logins\.csv line 4 are both of ANNA@corp\.test/,
    ],
    ['bert@corp.test,geheim\nanna@corp.test,\n', /line 3 has no password for anna@corp\.test/],
    [',geheim\n', /line 2 has no address/],
  ] as const) {
    const wrong = await file(t, `Address,Password\n${rows}`)
    await assert.rejects(settled(wrong)('anna@corp.test'), failed('refused', words))
  }
  const old = await file(t, '')
  await writeFile(old, Buffer.from('Address,Password\nanna@corp.test,geheim\xfc\n', 'latin1'))
  await assert.rejects(settled(old)('anna@corp.test'), failed('refused', /is not UTF-8\. Save it as/))
  const lacks = await file(t, 'Address,Word\nanna@corp.test,geheim\n')
  await assert.rejects(settled(lacks)('anna@corp.test'), failed('refused', /lacks the column Password/))
})

test('a file that is not written whole is refused, and what was read before counts while it is being written', async (t) => {
  const head = 'Address,User,Password\n'
  const path = await file(t, `${head}anna@corp.test,,geheim\nbert@corp.test,,geheim2`)
  let agoMs = 60_000
  const loginOf = mailboxLogins(path, {
    now: () => statSync(path).mtimeMs + agoMs,
    pause: async () => undefined,
  })
  const torn = failed('refused', /The last line of .*logins\.csv has no end/)
  await assert.rejects(loginOf('anna@corp.test'), torn)
  await writeFile(path, `${head}anna@corp.test,,geheim\nbert@corp.test,,geheim2\n`)
  const bert = { name: 'bert@corp.test', password: 'geheim2' }
  assert.deepEqual(await loginOf('bert@corp.test'), bert)
  // Somebody writes it anew, a stretch at a time: each of them ends somewhere else.
  agoMs = 0
  for (const part of [
    head,
    `${head}anna@corp.test,,neu`,
    `${head}anna@corp.test,,neu1\n`,
    `${head}anna@corp.test,,neu1\nbert@`,
    `${head}anna@corp.test,,neu1\nbert@corp.test,,\n`,
    `${head}anna@corp.test,,neu1\nbert@corp.test,,neu`,
  ]) {
    await writeFile(path, part)
    assert.deepEqual(await loginOf('bert@corp.test'), bert, part)
  }
  // Whoever wrote it stopped in the middle.
  agoMs = 60_000
  await assert.rejects(loginOf('bert@corp.test'), torn)
  await writeFile(path, `${head}anna@corp.test,,neu1\nbert@corp.test,,neu2\n`)
  assert.deepEqual(await loginOf('bert@corp.test'), { ...bert, password: 'neu2' })
})

test('of a file that is being written for the first time nothing is tried before it is left alone', async (t) => {
  const head = 'Address,User,Password\n'
  const path = await file(t, `${head}anna@corp.test,,ge\n`)
  // Over an older one, octet by octet: until the end a line may be made of two.
  const parts = [`${head}anna@corp.test,,gehe\n`, `${head}anna@corp.test,,geheim\nbert@corp.test,,x\n`]
  const waited: number[] = []
  let agoMs = 100
  const loginOf = mailboxLogins(path, {
    now: () => statSync(path).mtimeMs + agoMs,
    pause: async (ms) => {
      waited.push(ms)
      const part = parts.shift()
      if (part === undefined) agoMs += ms
      else await writeFile(path, part)
    },
  })
  assert.equal((await loginOf('anna@corp.test')).password, 'geheim')
  assert.deepEqual(
    waited.map((ms) => Math.round(ms)),
    [900, 900, 900],
  )
  // A row may come yet, for as long as somebody may be at it.
  const lacks = failed('transient', /has no row for cleo@corp\.test/)
  // The server is not away because of that.
  await assert.rejects(
    loginOf('cleo@corp.test'),
    (error: unknown) => lacks(error) && (error as SourceFailure).ofMailbox,
  )
  agoMs = 60_000
  await assert.rejects(loginOf('cleo@corp.test'), failed('mailbox-permanent', /no row for cleo@corp\.test/))
})

test('a half line of one character is half a line, in whatever encoding', async (t) => {
  const torn = failed('refused', /The last line of .*logins\.csv has no end/)
  const head = 'Address,User,Password\nanna@corp.test,,geheim\n'
  await assert.rejects(settled(await file(t, `${head}b`))('anna@corp.test'), torn)
  const wide = await file(t, '')
  await writeFile(wide, Buffer.from(`\ufeff${head}b`, 'utf16le'))
  await assert.rejects(settled(wide)('anna@corp.test'), torn)
  await writeFile(wide, Buffer.from(`\ufeff${head}`, 'utf16le'))
  assert.equal((await settled(wide)('anna@corp.test')).password, 'geheim')
})

test('a file that is not there, or is readable by others, is named as soon as it is given', async (t) => {
  const path = await file(t, 'Address,User,Password\n')
  assert.equal(await loginsFault(path), undefined)
  await rm(path)
  assert.match((await loginsFault(path))!, /logins\.csv.* is not there on the machine of the service\.$/)
  await writeFile(path, 'Address,User,Password\n')
  await chmod(path, 0o644)
  assert.match((await loginsFault(path))!, /^Others may read the passwords in .*chmod 600/)
})
