import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigFault } from '#src/config/config-fault.ts'
import { loadConfig } from '#src/config/load-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-config-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function file(text: string): string {
  const path = join(folder, `${++count}.yaml`)
  writeFileSync(path, text)
  return path
}

const load = (text: string, environment: NodeJS.ProcessEnv = {}) =>
  loadConfig({ file: file(text), environment, workingFolder: folder })

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof ConfigFault, String(error))
    return error.message
  }
  assert.fail('it was taken')
}

test('nothing at all is a good configuration', () => {
  const { config, sources, file: path } = loadConfig({ environment: {}, workingFolder: folder })
  assert.equal(path, null)
  assert.equal(config['admin.port'], 8443)
  assert.equal(config.dataFolder, join(folder, 'data'))
  assert.equal(sources['admin.port'], 'default')
})

test('option goes before environment, environment before file', () => {
  const path = file('admin:\n  port: 1111\n  host: 192.0.2.1\nhealth:\n  port: 2222\n')
  const { config, sources } = loadConfig({
    file: path,
    environment: { LANDBRIDGE_ADMIN_PORT: '3333', LANDBRIDGE_HEALTH_PORT: '4444' },
    options: { 'health.port': 5555 },
    workingFolder: folder,
  })
  assert.deepEqual(
    [config['admin.host'], config['admin.port'], config['health.port']],
    ['192.0.2.1', 3333, 5555],
  )
  assert.equal(sources['admin.host'], `${path}:3`)
  assert.equal(sources['admin.port'], 'LANDBRIDGE_ADMIN_PORT')
  assert.equal(sources['health.port'], '--health-port')
})

test('what takes yes or no takes true and false, from file and environment', () => {
  const written =
    'smtp:\n  verifySenders: false\nweb:\n  redirect: true\noutbound:\n  privateAddresses: yes\n'
  const { config } = load(written, { LANDBRIDGE_SMTP_SEND_FROM_SUBADDRESSES: 'true' })
  assert.equal(config['smtp.verifySenders'], 'no')
  assert.equal(config['web.redirect'], 'yes')
  assert.equal(config['outbound.privateAddresses'], 'yes')
  assert.equal(config['smtp.sendFromSubaddresses'], 'yes')
  assert.match(
    faultOf(() => load('web:\n  redirect: 1\n')),
    /1 does not fit\..*one of yes, no/s,
  )
})

test('relative paths in a file count from its folder', () => {
  assert.equal(load('dataFolder: mail\n').config.dataFolder, join(folder, 'mail'))
})

test('a data folder brings its own settings along', () => {
  writeFileSync(join(folder, 'landbridge.yaml'), 'admin:\n  port: 9999\n')
  const { config, file: path } = loadConfig({
    environment: { LANDBRIDGE_DATA: folder },
    workingFolder: tmpdir(),
  })
  assert.equal(config['admin.port'], 9999)
  assert.equal(config.dataFolder, folder)
  assert.equal(path, join(folder, 'landbridge.yaml'))
  rmSync(join(folder, 'landbridge.yaml'))
})

const bad: [why: string, text: string, line: number, words: RegExp][] = [
  [
    'an unknown setting',
    'log:\n  level: info\n  lvel: debug\n',
    3,
    /log\.lvel: There is no such setting\. Did you mean log\.level\?/,
  ],
  ['a setting outside its section', 'port: 1\n', 1, /Did you mean admin\.port\?/],
  [
    'a wrong type',
    '\nadmin:\n  port: many\n',
    3,
    /admin\.port: "many" does not fit\. It takes: whole number from 0 to 65535\./,
  ],
  ['a number out of range', 'admin:\n  port: 70000\n', 2, /70000 does not fit/],
  ['a word that is none of them', 'log:\n  level: loud\n', 2, /one of debug, info, warn, error/],
  ['a section with a value', 'admin: 8443\n', 1, /section.*"host: …"/],
  ['a setting twice', 'admin:\n  port: 1\nadmin.port: 2\n', 3, /It was set before, at .*:2\./],
  ['what is not YAML', 'admin:\n  port: [1\n', 3, /This is not YAML/],
  ['a list', '- a\n', 1, /holds no settings/],
  [
    'a number where text is meant',
    'admin:\n  accountId: 123456789012\n',
    2,
    /accountId: 123456789012 does not fit\. .*write it in quotes, '123456789012'/,
  ],
  ['zeros that YAML would drop', 'admin:\n  accountId: 000000000000\n', 2, /quotes, '000000000000'/],
  ['no address to listen on', "admin:\n  host: ''\n", 2, /admin\.host: "" does not fit/],
  ['no address for health', "health:\n  host: ''\n", 2, /health\.host: "" does not fit/],
  ['no data folder', "dataFolder: ''\n", 1, /dataFolder: "" does not fit/],
  ['a value that holds itself', 'log:\n  level: &a [*a]\n', 2, /A list does not fit/],
  ['an alias to nothing', 'log:\n  level: *nothing\n', 2, /alias/],
  ['half a pair', 'tls:\n  certificateFile: x.pem\n', 2, /tls\.certificateFile: It needs tls\.keyFile/],
  ['a token without its PIN', 'keys:\n  provider: pkcs11\n', 2, /It needs keys\.pkcs11\.module/],
  ['one port for two', 'health:\n  port: 8443\n', 2, /Port 8443 is the port of the administration API/],
]

for (const [why, text, line, words] of bad) {
  test(`refuses ${why}, and names file, line and remedy`, () => {
    const message = faultOf(() => load(text))
    assert.match(message, words)
    assert.ok(message.startsWith(`${join(folder, `${count}.yaml`)}:${line}: `), message)
  })
}

test('several faults are named together', () => {
  assert.equal(faultOf(() => load('lgo: 1\nadmn: 2\nlog:\n  level: loud\n')).split('\n').length, 3)
})

test('an unknown variable of ours is ignored, with a warning that has the nearest name', () => {
  const { warnings, config } = load('', { LANDBRIDGE_ADMIN_PROT: '1', LANDBRIDGE_PEERS: 'required' })
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /LANDBRIDGE_ADMIN_PROT: .* Did you mean LANDBRIDGE_ADMIN_PORT\?/)
  assert.equal(config['admin.port'], 8443)
})

test('faults of YAML that echo the first are left out', () => {
  assert.ok(faultOf(() => load(`a: ${'['.repeat(2_000)}`)).split('\n').length <= 3)
})

test('a file that is not there is named', () => {
  assert.match(
    faultOf(() => loadConfig({ file: '/nowhere/x.yaml', environment: {} })),
    /\/nowhere\/x\.yaml: There is no such file\./,
  )
})

const token = 'keys:\n  pkcs11:\n    module: /m.so\n    token: t\n'

test('a secret is a reference, from file or environment', () => {
  const inFile = load(`${token}    pin:\n      file: pin.txt\n`).config['keys.pkcs11.pin']
  assert.deepEqual(inFile, { file: join(folder, 'pin.txt') })
  const inVariable = load(token, { LANDBRIDGE_KEYS_PKCS11_PIN: 'canary-4711' }).config
  assert.deepEqual(inVariable['keys.pkcs11.pin'], { variable: 'LANDBRIDGE_KEYS_PKCS11_PIN' })
  assert.ok(!JSON.stringify(inVariable).includes('canary-4711'))
  const named = load(`${token}    pin:\n      variable: LANDBRIDGE_MY_PIN\n`, {
    LANDBRIDGE_MY_PIN: 'x',
  }).config
  assert.deepEqual(named['keys.pkcs11.pin'], { variable: 'LANDBRIDGE_MY_PIN' })
})

test('a secret written into the file is refused and not repeated', () => {
  const message = faultOf(() => load(`${token}    pin: canary-4711\n`))
  assert.match(message, /A secret is not written into the configuration/)
  assert.ok(!message.includes('canary-4711'))
})
