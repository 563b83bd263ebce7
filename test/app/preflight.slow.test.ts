import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { knownFailure } from '#src/app/failure.ts'
import { preflight } from '#src/app/preflight.ts'
import { startService } from '#src/app/serve.ts'
import { loadConfig } from '#src/config/load-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-preflight-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'landbridge.yaml')
const data = join(folder, 'data')

function load(text: string) {
  writeFileSync(file, text)
  return loadConfig({ file, environment: {}, options: { dataFolder: data } })
}

const pkcs11 = (module: string, pin: string) =>
  `keys:\n  pkcs11:\n    module: ${module}\n    token: nobody's\n    pin:\n      ${pin}\n`
const pinFile = (mode: number) => {
  const path = join(folder, `pin-${mode.toString(8)}`)
  writeFileSync(path, '1234', { mode })
  return `file: ${path}`
}

const bad: [why: string, text: string, line: number, words: RegExp][] = [
  [
    'a certificate that is not there',
    'tls:\n  certificateFile: /nowhere.crt\n  keyFile: /nowhere.key\n',
    2,
    /tls\.certificateFile: \/nowhere\.crt is not there/,
  ],
  [
    'an address of another machine',
    'admin:\n  host: 192.0.2.77\n',
    2,
    /admin\.host: .*does not have the address/,
  ],
  ['a host that is not known', 'health:\n  host: no.invalid\n', 2, /health\.host: no\.invalid is no address/],
  [
    'a relay whose password is not there',
    'outbound:\n  relayHost: r.example\n  relayUser: u\n  relayPassword:\n    variable: NOT_SET_4711\n',
    4,
    /outbound\.relayPassword: The environment variable NOT_SET_4711 is not set/,
  ],
  [
    'a token whose PIN is not there',
    pkcs11('/m.so', 'variable: NOT_SET_4711'),
    5,
    /keys\.pkcs11\.pin: .*not set/,
  ],
  [
    'a PIN that others can read',
    pkcs11('/m.so', pinFile(0o644)),
    5,
    /keys\.pkcs11\.pin: .*mode 0644.*chmod 600/,
  ],
  [
    'a module that is not there',
    pkcs11('/m.so', pinFile(0o600)),
    3,
    /keys\.pkcs11\.module: \/m\.so is not there/,
  ],
]

for (const [why, text, line, words] of bad) {
  test(`${why} stops the start with file, line and setting, and nothing is made`, async () => {
    const loaded = load(text)
    await assert.rejects(startService(loaded), (error: Error) => {
      assert.match(error.message, words)
      assert.ok(error.message.startsWith(`${file}:${line}: `), error.message)
      assert.equal(knownFailure(error)?.exitCode, 78)
      return true
    })
    assert.equal(existsSync(data), false)
  })
}

test('two listeners on one port are told before the second one finds out', async () => {
  const same = (text: string) => preflight(load(text))
  await assert.rejects(same('smtp:\n  mxPort: 2626\n  submissionPort: 2626\n'), ({ message }) => {
    assert.ok(
      message.startsWith(`${file}:3: smtp.submissionPort: smtp.mxPort has port 2626 of the same`),
      message,
    )
    return true
  })
  await assert.rejects(same('web:\n  port: 2525\n'), /smtp\.mxPort has port 2525/)
  await same('smtp:\n  mxPort: 0\n  submissionPort: 0\n')
  // Nobody listens on a port that is not switched on.
  await same('web:\n  redirectPort: 8444\n')
  await assert.rejects(same('web:\n  redirect: yes\n  redirectPort: 8444\n'), /web\.port has port 8444/)
})

test('good settings pass', () => preflight(load('admin:\n  host: localhost\n')))

test('a port that is in use is told with where it was chosen', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const free = 'health:\n  port: 0\nsmtp:\n  mxPort: 0\n  submissionsPort: 0\n  submissionPort: 0\n'
  const loaded = load(`log:\n  output: file\nadmin:\n  port: ${port}\n${free}`)
  await assert.rejects(startService(loaded), (error: Error) => {
    assert.match(error.message, /another program uses it already/)
    assert.ok(error.message.endsWith(`admin.port comes from ${file}:4.`), error.message)
    return true
  })
  other.close()
})
